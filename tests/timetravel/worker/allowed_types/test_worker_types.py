"""Values of a person's own types: what a run gets of them, and what is said before it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ui.timetravel.model.checkpoints import visible
from ui.timetravel.model.jobs import Job, Resume
from ui.timetravel.model.project import from_option, merge
from ui.timetravel.model.runs import RunStatus
from ui.timetravel.runs.typed_values import Lost, TypesHere, about_lost, own_types
from ui.timetravel.stores import open_store
from ui.timetravel.worker.pool import WorkerPool

AGENT = """
import sys
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypedDict
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import START, StateGraph

class Kind(Enum):
    BIG = "big"

@dataclass
class Order:
    label: str
    kind: Kind

@dataclass
class Undeclared:
    x: int

class State(TypedDict, total=False):
    order: Order
    other: Any
    out: str

def make(state):
    return {"order": Order("tea", Kind.BIG), "other": Undeclared(1)}

def ship(state):
    return {"out": f"{state['order'].label} {state['order'].kind} {type(state['other']).__name__}"}

builder = StateGraph(State).add_node(make).add_node(ship).add_edge(START, "make").add_edge("make", "ship")
graph = builder.compile()

def run(store):
    with SqliteSaver.from_conn_string(store) as saver:
        paused = builder.compile(checkpointer=saver, interrupt_before=["ship"])
        paused.invoke({}, {"configurable": {"thread_id": "t"}})

if __name__ == "__main__":
    run(sys.argv[1])
"""


@pytest.fixture
def agent(tmp_path: Path) -> Path:
    path = tmp_path / "agent.py"
    path.write_text(AGENT)
    return path


@pytest.fixture
def started(agent: Path) -> Callable[..., WorkerPool]:
    opened: list[WorkerPool] = []

    def start() -> WorkerPool:
        opened.append(WorkerPool(merge(from_option(f"{agent}:graph"))))
        return opened[-1]

    yield start
    for each in opened:
        each.close()


@pytest.fixture(params=["as a script", "imported"])
def store(agent: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A thread whose next node is `ship`, left by the app, which was started in one of two ways."""
    path = str(agent.with_name("store.sqlite"))
    how = [str(agent), path] if request.param == "as a script" else ["-c", f"import agent; agent.run({path!r})"]
    subprocess.run([sys.executable, *how], check=True, cwd=agent.parent, capture_output=True)
    return path


def stored_types(store: str) -> set[str]:
    with open_store(store) as opened:
        values = opened.checkpoint("t", "", opened.skeleton("t").ids[-1]).values
    return {f"{module}.{name}" for module, name in own_types(values)}


def out(store: str) -> object:
    with open_store(store) as opened:
        return visible(opened.checkpoint("t", "", opened.skeleton("t").ids[-1]).values).get("out")


def test_a_run_gets_the_types_that_the_app_stored_and_stores_them_by_the_same_names(
    started: Callable[..., WorkerPool], store: str
) -> None:
    before = stored_types(store)
    workers = started()
    asked = [(*each.rsplit(".", 1),) for each in before]
    undeclared = frozenset(each for each in asked if each[1] == "Undeclared")
    assert workers.about_types("agent", asked) == TypesHere({}, undeclared)
    assert workers.about_types("agent", asked, undeclared) == TypesHere()
    state = workers.start(Job("agent", store, "t", Resume(), allowed=undeclared)).wait(30)
    assert state.status is RunStatus.FINISHED
    assert out(store) == "tea Kind.BIG Undeclared"
    assert stored_types(store) == before


def test_a_run_is_refused_what_no_schema_declares_and_writes_nothing(
    started: Callable[..., WorkerPool], store: str
) -> None:
    before = Path(store).read_bytes()
    state = started().start(Job("agent", store, "t", Resume())).wait(30)
    assert state.failure is not None
    assert [name for _, name in state.failure.refused] == ["Undeclared"]
    assert ".Undeclared, which no graph here declares in its schema" in state.failure.message
    assert Path(store).read_bytes() == before


def test_in_strict_mode_the_declared_types_are_built_and_the_others_are_named(
    started: Callable[..., WorkerPool], store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGGRAPH_STRICT_MSGPACK", "true")
    workers = started()
    lost = workers.about_types("agent", [(*each.rsplit(".", 1),) for each in stored_types(store)]).lost
    assert {name: why for (_, name), why in lost.items()} == {"Undeclared": Lost.BLOCKED}
    workers.start(Job("agent", store, "t", Resume())).wait(30)
    assert out(store) == "tea Kind.BIG dict"


def test_types_that_are_gone_are_told_with_what_comes_back_instead(started: Callable[..., WorkerPool]) -> None:
    asked = [("agent", "Order"), ("agent", "Old"), ("no_such_package.models", "X"), ("__main__", "Mine")]
    lost = started().about_types("agent", asked).lost
    assert lost == {
        ("agent", "Old"): Lost.GONE,
        ("no_such_package.models", "X"): Lost.NO_MODULE,
        ("__main__", "Mine"): Lost.GONE,
    }
    here = {("agent", "Old"): ("order", "a dict"), ("__main__", "Mine"): ("mine", "a text")}
    assert about_lost(lost, here) == [
        "__main__.Mine (in mine) comes back as a text, since the graph's own file has no such type.",
        "agent.Old (in order) comes back as a dict, since the module agent has no such type any more.",
    ]
