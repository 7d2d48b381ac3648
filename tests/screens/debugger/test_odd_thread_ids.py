"""Every id that LangGraph takes for a thread opens, is found, runs and forks; the empty one, too."""

import operator
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import START, StateGraph
from typing_extensions import TypedDict

from tests.screens.conftest import Screen
from ui.components.base.page_text import handle
from ui.session.context import sources
from ui.timetravel.cleanup.rules import Rule, Selection, plan_rule
from ui.timetravel.model.runs import RunStatus
from ui.timetravel.stores import open_store

Open = Callable[..., Screen]
IDS = ["", "a/b?c=d&e#f", " lead", "🙂🙂", "x" * 300, "quote'\"<b>", "line\nbreak", "עברית", "100%_", "**md** :red[y]"]
PROGRAM = """
import operator
from typing import Annotated
from typing_extensions import TypedDict
from langgraph.graph import START, StateGraph
class State(TypedDict):
    n: Annotated[list, operator.add]
builder = StateGraph(State)
builder.add_node("a", lambda state: {"n": [1]})
builder.add_edge(START, "a")
graph = builder.compile()
"""


class State(TypedDict):
    n: Annotated[list[int], operator.add]


@pytest.fixture
def screen(opened: Open, tmp_path: Path) -> Screen:
    builder = StateGraph(State)
    builder.add_node("a", lambda state: {"n": [1]})
    builder.add_edge(START, "a")
    with SqliteSaver.from_conn_string(str(tmp_path / "s.sqlite")) as saver:
        graph = builder.compile(checkpointer=saver)
        for thread in IDS:
            graph.invoke({"n": [0]}, {"configurable": {"thread_id": thread}})
    (tmp_path / "g.py").write_text(PROGRAM)
    specs = (f"{tmp_path / 'g.py'}:graph",)
    return opened(tmp_path / "s.sqlite", page="debugger", graph_specs=specs, sandbox=str(tmp_path / "sb.sqlite"))


def store() -> Any:
    here = sources().source()
    assert here is not None
    return here.store


@pytest.mark.parametrize("thread", IDS, ids=ascii)
def test_it_opens_by_its_address_and_runs_again(screen: Screen, thread: str) -> None:
    middle = store().skeleton(thread).ids[1]
    before = store().thread(thread).checkpoints
    screen.run(thread=thread, checkpoint=middle)
    assert screen.crashes == []
    assert "next is a" in screen.says
    screen.click("Run again from here")
    workers = sources().workers
    assert workers is not None
    (run,) = workers.runs.values()
    assert run.wait(60).status is RunStatus.FINISHED
    assert store().thread(thread).checkpoints > before
    assert screen.run().app.query_params.get("thread", None) in (thread, [thread])


def test_the_thread_without_an_id_stands_in_the_list_by_words(screen: Screen) -> None:
    names = {row["id"]: row["name"] for row in screen.drawings("threads")[0]["threads"]}
    assert names[""] == "(empty id)"
    assert set(names) == {handle(one) for one in IDS}


def test_another_input_can_go_to_it(screen: Screen) -> None:
    screen.on("run").run(graph="g")
    screen.app.segmented_control(key="thread_kind").set_value("Existing thread").run()
    choice = next(box for box in screen.app.selectbox if box.label == "Thread to go on with")
    choice.select("(empty id)").run()
    assert not next(button for button in screen.app.button if button.label == "Run").disabled


def test_cleaning_it_up_leaves_the_others(screen: Screen) -> None:
    plan = plan_rule(store(), Rule(Selection.BEYOND, 1, ""))
    assert [thread.thread_id for thread in plan.threads] == [""]
    assert screen.crashes == []


def test_it_is_the_threads_own_id_in_the_store(tmp_path: Path, screen: Screen) -> None:
    with open_store(str(tmp_path / "s.sqlite")) as opened:
        assert {one.thread_id for one in opened.threads(limit=50).threads} == set(IDS)
