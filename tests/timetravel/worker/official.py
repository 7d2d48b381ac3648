"""What LangGraph's own savers say of a store: the oracle for what a worker wrote."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple
from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.checkpoint.sqlite import SqliteSaver

both_stores = pytest.mark.parametrize("store", ["sqlite", "postgresql"], indirect=True)
"""For tests of what must hold in either kind of store."""


@contextmanager
def opened(store: str) -> Iterator[BaseCheckpointSaver[Any]]:
    """The saver for a file or a database that LangGraph has made its tables in."""
    kind = PostgresSaver if store.startswith("postgresql://") else SqliteSaver
    with kind.from_conn_string(store) as saver:
        yield saver


def found(store: str, thread: str = "t", checkpoint: str | None = None, namespace: str = "") -> CheckpointTuple:
    """A checkpoint, or the latest of a thread and namespace."""
    configurable = {"thread_id": thread, "checkpoint_ns": namespace}
    with opened(store) as saver:
        each = saver.get_tuple({"configurable": configurable | ({"checkpoint_id": checkpoint} if checkpoint else {})})
    assert each is not None
    return each


def listed(store: str, thread: str = "t") -> list[CheckpointTuple]:
    """Every checkpoint of a thread, in every namespace, newest first."""
    with opened(store) as saver:
        return list(saver.list({"configurable": {"thread_id": thread}}))


def state(store: str, graph: Any, thread: str = "t") -> dict[str, Any]:
    """The values of a thread as the graph itself tells them, with delta channels rebuilt."""
    with opened(store) as saver:
        return graph.copy({"checkpointer": saver}).get_state({"configurable": {"thread_id": thread}}).values
