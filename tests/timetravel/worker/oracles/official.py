"""What LangGraph's own savers say of a store: the oracle for what a worker wrote."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
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


def everything(store: str) -> Any:
    """All that a store holds, for comparing: the file's bytes, or the rows of every table of the database."""
    if not store.startswith("postgresql://"):
        return Path(store).read_bytes()
    with psycopg.connect(store) as connection:
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        names = [name for (name,) in connection.execute(tables)]
        return {
            name: sorted(row[0] for row in connection.execute(f"SELECT t::text FROM {name} AS t"))  # type: ignore[arg-type,unused-ignore]
            for name in names
        }


def state(store: str, graph: Any, thread: str = "t") -> dict[str, Any]:
    """The values of a thread as the graph itself tells them, with delta channels rebuilt."""
    with opened(store) as saver:
        return graph.copy({"checkpointer": saver}).get_state({"configurable": {"thread_id": thread}}).values
