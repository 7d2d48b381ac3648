"""Delta channels rebuilt by a worker, which imports the graph and touches no store."""

from collections.abc import Callable
from typing import Any

import pytest

from ui.timetravel.errors import GraphLoadError, WorkerError
from ui.timetravel.model.values import Opaque, Plain
from ui.timetravel.stores import delta_channels as delta
from ui.timetravel.stores import open_store
from ui.timetravel.stores.delta_channels import Delta, DeltaWrite
from ui.timetravel.worker.pool import WorkerPool


def history(*writes: Plain, snapshot: Plain = None) -> Delta:
    made = tuple(DeltaWrite("1", "task", "step", write) for write in writes)
    return Delta(snapshot, None if snapshot is None else "0", made)


def test_the_value_is_what_the_graph_itself_has(workers: WorkerPool, do: Callable[..., Any], store: str) -> None:
    do("delta")
    with open_store(store) as opened:
        found = opened.checkpoint("t", "", opened.skeleton("t").ids[-1])
        deltas = delta.history(opened, found, delta.missing_channels(found))
    assert delta.missing_channels(found) == ("items",)
    assert workers.rebuild("delta", deltas) == {"items": ["item 0", "item 1", "item 2", "item 3"]}


def test_a_snapshot_is_what_the_writes_go_on_from(workers: WorkerPool) -> None:
    assert workers.rebuild("delta", {"items": history(["b"], ["c", 1], snapshot=["a"])}) == {
        "items": ["a", "b", "c", 1]
    }


def test_a_channel_of_a_subgraph_is_found_by_its_namespace(workers: WorkerPool) -> None:
    with pytest.raises(WorkerError, match="no delta channel of that name"):
        workers.rebuild("memory", {"seen": history(["x"])})
    assert workers.rebuild("memory", {"seen": history(["x"], ["y"])}, "memory:1234") == {"seen": ["x", "y"]}


def test_a_channel_of_a_graph_that_a_node_calls_is_rebuilt_by_the_one_that_has_its_nodes(
    workers: WorkerPool, do: Callable[..., Any], store: str
) -> None:
    do("calling")
    with open_store(store) as opened:
        (namespace,) = [each for each in opened.namespaces("t") if each]
        found = opened.checkpoint("t", namespace, opened.skeleton("t", namespace).ids[-1])
        deltas = delta.history(opened, found, delta.missing_channels(found))
    rebuilt = workers.rebuild("calling", deltas, namespace)
    assert rebuilt == {"log": ["searched", "read"]}
    assert "by the reducer of the graph researcher" in delta.with_deltas(found, rebuilt).notes[0]


@pytest.mark.parametrize(
    ("channel", "node", "why"),
    [("twice", "same", "2 graphs with different reducers have"), ("log", "nowhere", "no graph of the code has")],
)
def test_where_no_one_graph_can_be_meant_nothing_is_rebuilt(
    workers: WorkerPool, channel: str, node: str, why: str
) -> None:
    deltas = {channel: Delta(None, None, (DeltaWrite("1", "task", node, ["x"]),))}
    with pytest.raises(WorkerError, match=f"tools calls a graph that LangGraph can't find from here, and {why}"):
        workers.rebuild("calling", deltas, "tools:1234")


def test_a_reducer_that_fails_is_told_with_its_reason(workers: WorkerPool) -> None:
    with pytest.raises(WorkerError, match=r'"delta" could not rebuild its delta channels\. items: TypeError: '):
        workers.rebuild("delta", {"items": history(17)})


def test_a_write_that_could_not_be_read_is_told(workers: WorkerPool) -> None:
    with pytest.raises(WorkerError, match=r"items can't be rebuilt.*it is pickled"):
        workers.rebuild("delta", {"items": history(Opaque("pickle", 3, "it is pickled"))})


def test_a_graph_that_does_not_load_is_told(workers: WorkerPool) -> None:
    with pytest.raises(GraphLoadError):
        workers.rebuild("missing", {"items": history()})
