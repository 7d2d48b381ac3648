"""With `--python` of an old LangGraph: what it does wrong is not offered, and why is said before."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.screens.conftest import Screen, last_run
from tests.support.old_langgraph import python_of
from ui.timetravel.model.runs import RunStatus
from ui.timetravel.stores import open_store

Open = Callable[..., Screen]

CODE = """
import operator
from typing import Annotated, TypedDict
from langgraph.graph import START, StateGraph
try:
    from langgraph.channels.delta import DeltaChannel
    def append(current, writes): return [*(current or []), *(one for write in writes for one in write)]
    Log = Annotated[list, DeltaChannel(append, snapshot_frequency=1000)]
except ImportError:
    Log = Annotated[list, operator.add]

class State(TypedDict, total=False):
    x: int
    log: Log

def a(state): return {"x": 1, "log": ["a"]}
def b(state): return {"log": [f"b saw {state['x']}"]}
builder = StateGraph(State).add_node("a", a).add_node("b", b).add_edge(START, "a").add_edge("a", "b")
graph = builder.compile()
"""
MAKE = """
import sys; sys.path.insert(0, sys.argv[1])
import agent
from langgraph.checkpoint.sqlite import SqliteSaver
with SqliteSaver.from_conn_string(sys.argv[1] + "/s.sqlite") as saver:
    config = {"configurable": {"thread_id": "t"}}
    agent.builder.compile(checkpointer=saver).invoke({"x": 0, "log": ["in"]}, config)
"""


@pytest.fixture
def on(tmp_path: Path, opened: Open) -> Callable[..., Screen]:
    """The Debugger on the checkpoint that `a` made, from which `b` has run: the store, and what runs, of a version."""

    def open_app(version: str, **address: str) -> Screen:
        (tmp_path / "agent.py").write_text(CODE)
        python = str(python_of(version))
        subprocess.run([python, "-W", "ignore", "-c", MAKE, str(tmp_path)], check=True)
        specs, aside = (f"{tmp_path / 'agent.py'}:graph",), str(tmp_path / "sb.sqlite")
        screen = opened(tmp_path / "s.sqlite", graph_specs=specs, sandbox=aside, python=python).on("debugger")
        with open_store(str(tmp_path / "s.sqlite")) as store:
            ids = store.skeleton("t").ids
            after_a = next(one.checkpoint_id for one in store.headers("t", "", ids) if one.step == 1)
        return screen.run(thread="t", checkpoint=after_a, **address)

    return open_app


def ways(screen: Screen) -> list[str]:
    found = [one for one in screen.app.get("button_group") if "Fork into" in one.label]
    return [option.content for one in found for option in one.proto.options]


def test_a_change_goes_to_a_new_thread_where_old_results_would_be_mixed_in(on: Any) -> None:
    screen = on("0.6.11", tab="fork")
    assert ways(screen) == ["This thread", "New thread", "Sandbox"]
    screen.app.multiselect[0].select("x").run()
    assert ways(screen) == ["New thread", "Sandbox"]
    assert "With langgraph 0.6.11, a change of a checkpoint from which something ran already" in screen.says
    screen.app.text_area[0].set_value("7").run()
    screen.click("Fork and run")
    run = last_run()
    assert (run.status, run.job.copy_to is not None) == (RunStatus.FINISHED, True)


def test_run_again_goes_to_a_new_thread_where_delta_channels_would_be_mixed_up(on: Any, tmp_path: Path) -> None:
    screen = on("1.2.12")
    assert "langgraph 1.2.12 would change the old branch's as well" in screen.says
    assert "What you run from here goes to a new thread." in screen.says
    with open_store(str(tmp_path / "s.sqlite")) as store:
        before = store.skeleton("t").ids
        screen.click("Run again from here")
        run = last_run()
        assert (run.status, run.job.copy_to is not None) == (RunStatus.FINISHED, True)
        assert store.skeleton("t").ids == before


def test_a_langgraph_that_is_too_old_is_named_and_the_store_is_still_looked_at(on: Any) -> None:
    screen = on("0.3.34")
    assert "has langgraph 0.3.34, and runs need langgraph 0.6 or later. Looking at stores works without." in screen.says
    assert any(look == "title" and "a ran" in text for look, text in screen.lines)
