"""Which graph made a thread, as the list of threads and its newest checkpoint tell."""

import operator
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict

from ui.timetravel.history.named_graph import graph_of_thread
from ui.timetravel.stores import open_store


class State(TypedDict, total=False):
    n: Annotated[int, operator.add]


def counting(saver: SqliteSaver) -> Any:
    made = StateGraph(State)
    made.add_node("add", lambda _: {"n": 1})
    made.add_edge(START, "add")
    made.add_edge("add", END)
    return made.compile(checkpointer=saver)


def named(thread: str = "t", **more: str) -> dict[str, Any]:
    return {"configurable": {"thread_id": thread, **more}}


def run(graph: Any) -> None:
    graph.invoke({"n": 1}, named(graph_id="counting"))


def change(graph: Any) -> None:
    graph.update_state(named(), {"n": 5})


def copy(graph: Any) -> None:
    graph.update_state(named(), None, as_node="__copy__")


def run_without_a_name(graph: Any) -> None:
    graph.invoke({"n": 1}, named())


MADE = {
    "a run": ([run], "counting"),
    "a change after it": ([run, change], "counting"),
    "a copy of it": ([run, copy], "counting"),
    "a run that names none": ([run_without_a_name], ""),
    "a change after that": ([run_without_a_name, change], ""),
    "a run that names none, after one that did": ([run, run_without_a_name], ""),
}


@pytest.mark.parametrize(("deeds", "graph"), MADE.values(), ids=MADE.keys())
def test_the_graph_is_told_by_the_newest_checkpoint_or_by_what_it_was_made_from(
    tmp_path: Path, deeds: list[Any], graph: str
) -> None:
    path = str(tmp_path / "s.sqlite")
    with SqliteSaver.from_conn_string(path) as saver:
        for deed in deeds:
            deed(counting(saver))
    with open_store(path) as store:
        (line,) = store.threads().threads
        assert graph_of_thread(partial(store.headers, "t", ""), line.latest_id) == graph
        assert line.graph in (graph, None)
