"""Which nodes inside subgraphs ran on a branch, as real runs left it in a store."""

import operator
from pathlib import Path
from typing import Annotated, Any

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import START, StateGraph
from langgraph.types import Command, Send, interrupt
from typing_extensions import TypedDict

from ui.timetravel.history.subgraph_paths import Inside, ThreadReader, graph_seen, inside, node_path, subgraph_of
from ui.timetravel.model.checkpoints import Header
from ui.timetravel.model.graphs import EdgeInfo, GraphInfo, NodeInfo
from ui.timetravel.stores import open_store
from ui.timetravel.stores.base import Store

CONFIG: Any = {"configurable": {"thread_id": "t"}}


class State(TypedDict, total=False):
    log: Annotated[list[str], operator.add]
    to: str


def logs(name: str) -> Any:
    return lambda state: {"log": [name]}


def branching(name: str, *, asks: bool = False, fails: bool = False, **options: Any) -> Any:
    """A graph of `prep`, then `taken`, though it could have been `never`."""

    def taken(state: State) -> State:
        if fails:
            raise ValueError("boom")
        return {"log": [interrupt("really?") if asks else name]}

    builder = StateGraph(State).add_node("prep", logs("prep")).add_node("taken", taken).add_node("never", logs("never"))
    builder.add_edge(START, "prep").add_conditional_edges("prep", lambda state: "taken", ["taken", "never"])
    return builder.compile(**options)


def around(inner: Any, *, sends: int = 0) -> StateGraph[Any, Any, Any, Any]:
    builder = StateGraph(State).add_node("first", logs("first")).add_node("inner", inner).add_node("last", logs("last"))
    builder.add_edge(START, "first").add_edge("inner", "last")
    if sends:
        return builder.add_conditional_edges("first", lambda _: [Send("inner", {"log": []})] * sends, ["inner"])
    return builder.add_edge("first", "inner")


def info_of(graph: Any) -> GraphInfo:
    drawing = graph.get_graph(xray=True)
    nodes = tuple(NodeInfo(name) for name in drawing.nodes if name.split(":")[-1] not in ("__start__", "__end__"))
    edges = tuple(EdgeInfo(edge.source, edge.target, edge.conditional) for edge in drawing.edges)
    return GraphInfo("g", "", nodes, edges, (), {})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


def headers(store: Store, namespace: str) -> list[Header]:
    return store.headers("t", namespace, store.skeleton("t", namespace).ids)


def marks(path: Path, graph: Any, upto: int | None = None, namespace: str = "") -> Inside:
    """The marks inside, along the first `upto` checkpoints of the thread."""
    with open_store(str(path)) as store:
        history = ThreadReader(
            store.namespaces("t"), lambda ns: headers(store, ns), lambda ns, one: store.writes("t", ns, one)
        )
        return inside(history, info_of(graph), namespace, headers(store, namespace)[:upto])


def run(path: Path, builder: Any, *answers: Any, fails: bool = False) -> Any:
    with SqliteSaver.from_conn_string(str(path)) as saver:
        graph = builder.compile(checkpointer=saver)
        for given in ({"log": []}, *answers):
            try:
                graph.invoke(given, CONFIG)
            except ValueError:
                assert fails
    return graph


def test_only_the_nodes_that_ran_inside_are_marked_and_the_edges_between_them(path: Path) -> None:
    graph = run(path, around(branching("x")))
    found = marks(path, graph)
    assert found.done == {"inner:prep", "inner:taken"}
    assert found.edges_taken == {("inner:prep", "inner:taken")}
    assert (found.due, found.waiting, found.failed) == (frozenset(), frozenset(), frozenset())


def test_before_the_subgraph_ran_nothing_is_marked_inside(path: Path) -> None:
    graph = run(path, around(branching("x")))
    assert marks(path, graph, upto=3) == Inside()


def test_while_it_asks_the_node_that_asks_is_marked(path: Path) -> None:
    graph = run(path, around(branching("x", asks=True)))
    found = marks(path, graph)
    assert (found.done, found.waiting) == ({"inner:prep"}, {"inner:taken"})


def test_where_a_graph_inside_paused_by_itself_the_node_before_which_it_did_is_next(path: Path) -> None:
    graph = run(path, around(branching("x", interrupt_before=["taken"])))
    found = marks(path, graph)
    assert (found.done, found.due) == ({"inner:prep"}, {"inner:taken"})


def test_at_a_checkpoint_before_the_question_nothing_that_came_after_is_marked(path: Path) -> None:
    graph = run(path, around(branching("x", asks=True)), Command(resume="yes"))
    assert marks(path, graph, upto=3) == Inside()


def test_once_answered_it_is_done(path: Path) -> None:
    graph = run(path, around(branching("x", asks=True)), Command(resume="yes"))
    found = marks(path, graph)
    assert (found.done, found.waiting) == ({"inner:prep", "inner:taken"}, frozenset())


def test_where_it_failed_the_node_that_failed_is_marked(path: Path) -> None:
    graph = run(path, around(branching("x", fails=True)), fails=True)
    found = marks(path, graph)
    assert (found.done, found.failed) == ({"inner:prep"}, {"inner:taken"})


def test_what_was_sent_to_several_runs_of_a_subgraph_counts_for_all(path: Path) -> None:
    graph = run(path, around(branching("x"), sends=2))
    assert marks(path, graph).done == {"inner:prep", "inner:taken"}


def test_a_subgraph_in_a_subgraph_is_marked_too(path: Path) -> None:
    graph = run(path, StateGraph(State).add_node("outer", around(branching("x")).compile()).add_edge(START, "outer"))
    assert marks(path, graph).done >= {"outer:first", "outer:inner:prep", "outer:inner:taken"}
    assert not any("never" in name for name in marks(path, graph).done)


def test_a_subgraph_with_a_memory_of_its_own_is_marked_by_its_last_run(path: Path) -> None:
    graph = run(path, around(branching("x", checkpointer=True)), {"log": []})
    assert marks(path, graph).done == {"inner:prep", "inner:taken"}


def test_a_subgraph_that_keeps_no_checkpoints_has_no_marks(path: Path) -> None:
    graph = run(path, around(branching("x", checkpointer=False)))
    assert marks(path, graph) == Inside()


# --- the drawing of a subgraph ---


def test_a_subgraph_is_cut_out_of_the_whole_drawing_with_its_start_and_end() -> None:
    info = info_of(around(branching("x")).compile())
    sub = subgraph_of(info, "inner:some-task")
    assert sub is not None
    assert [node.name for node in sub.nodes] == ["prep", "taken", "never"]
    assert {(edge.source, edge.target) for edge in sub.edges} == {
        ("__start__", "prep"),
        ("prep", "taken"),
        ("prep", "never"),
        ("taken", "__end__"),
        ("never", "__end__"),
    }


def test_a_namespace_is_read_as_the_path_of_its_nodes() -> None:
    assert node_path("outer:1-2|3|inner:4") == "outer:inner"
    assert subgraph_of(info_of(around(branching("x")).compile()), "last:1") is None


def test_of_a_graph_that_a_node_called_the_checkpoints_tell_the_nodes(path: Path) -> None:
    called = {"one": branching("x")}
    builder = StateGraph(State).add_node("calls", lambda state: called["one"].invoke({"log": []}))
    graph = run(path, builder.add_edge(START, "calls"))
    info = info_of(graph)
    with open_store(str(path)) as store:
        (namespace,) = [each for each in store.namespaces("t") if each]
        assert subgraph_of(info, namespace) is None
        seen = graph_seen(info, namespace, headers(store, namespace))
    assert [node.name for node in seen.nodes] == ["prep", "taken"]
    assert seen.edges == ()
