"""A checkpoint names the graph that made it: where that one is not here, no other one runs unasked."""

from collections.abc import Callable
from pathlib import Path

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import StateGraph

from tests.screens.conftest import Screen
from tests.screens.stores.small_stores import State, writes

AGENT = """
from langgraph.graph import StateGraph
from typing_extensions import TypedDict

class State(TypedDict, total=False):
    value: str

other = StateGraph(State).add_node("work", lambda state: {"value": "other"}).add_edge("__start__", "work")
another = other
"""


@pytest.fixture
def screen(tmp_path: Path, opened: Callable[..., Screen]) -> Screen:
    """A thread of a graph that is called "gone", with two other graphs."""
    path, code = tmp_path / "s.sqlite", tmp_path / "agent.py"
    code.write_text(AGENT)
    graph = StateGraph(State).add_node("work", writes("x")).add_edge("__start__", "work")
    with SqliteSaver.from_conn_string(str(path)) as saver:
        compiled = graph.compile(checkpointer=saver, interrupt_before=["work"])
        compiled.invoke({"value": "before"}, {"configurable": {"thread_id": "t"}, "metadata": {"graph_id": "gone"}})
    specs = tuple(f"{code}:{name}" for name in ("other", "another"))
    return opened(path, graph_specs=specs).on("debugger")


def test_only_change_and_fork_is_offered(screen: Screen) -> None:
    screen.run(thread="t")
    assert "The graph “gone” made this, and it is not among the graphs here." in screen.says
    assert "Change and fork" in screen.buttons
    assert not {"Resume", "Run again from here"} & {*screen.buttons}


def test_the_fork_tab_asks_for_a_graph_and_then_forks_with_it(screen: Screen) -> None:
    screen.run(thread="t", tab="fork")
    assert "Fork and run" not in screen.buttons
    choice = next(one for one in screen.app.selectbox if one.label == "Graph")
    choice.select("another").run()
    assert "Fork and run" in screen.buttons
    assert screen.app.query_params["graph"] in ("another", ["another"])


def test_the_graph_of_the_address_is_taken(screen: Screen) -> None:
    screen.run(thread="t", graph="other")
    assert {"Resume", "Run again from here"} <= {*screen.buttons}
