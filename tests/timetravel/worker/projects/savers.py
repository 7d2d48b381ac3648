"""Graphs that were compiled with savers of their own, which hold what is in the SQLite file that STORE names."""

import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import steps
from holding import blocks as blocking
from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple, get_checkpoint_id
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

STORE = os.environ["STORE"]


class Dict(BaseCheckpointSaver):
    """Both halves are in other classes; it keeps objects as they are, and a version is a whole number."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[tuple[str, str, str], CheckpointTuple] = {}

    def _get(self, config: Any) -> CheckpointTuple | None:
        thread, namespace = config["configurable"]["thread_id"], config["configurable"].get("checkpoint_ns", "")
        ids = [one for place, inside, one in self.rows if (place, inside) == (thread, namespace)]
        return self.rows.get((thread, namespace, get_checkpoint_id(config) or max(ids, default="")))

    def _list(self, config: Any) -> list[CheckpointTuple]:
        thread = config["configurable"]["thread_id"]  # refuses to list all threads
        namespace = config["configurable"].get("checkpoint_ns")
        found = [row for (at, inside, _), row in self.rows.items() if at == thread and namespace in (None, inside)]
        return sorted(found, key=lambda row: row.checkpoint["id"], reverse=True)

    def _put(self, config: Any, checkpoint: Any, metadata: Any) -> Any:
        place = config["configurable"]
        key = (place["thread_id"], place["checkpoint_ns"], checkpoint["id"])
        parent = place.get("checkpoint_id")
        where = {"thread_id": key[0], "checkpoint_ns": key[1]}
        self.rows[key] = CheckpointTuple(
            {"configurable": {**where, "checkpoint_id": key[2]}},
            checkpoint,
            metadata,
            {"configurable": {**where, "checkpoint_id": parent}} if parent else None,
            [],
        )
        return self.rows[key].config

    def _put_writes(self, config: Any, writes: Any, task_id: str) -> None:
        found = self._get(config)
        assert found is not None
        assert found.pending_writes is not None
        found.pending_writes.extend((task_id, channel, value) for channel, value in writes)


class SyncOnly(Dict):
    """Can't be awaited, and was written before `task_path`."""

    def get_tuple(self, config: Any) -> CheckpointTuple | None:
        return self._get(config)

    def list(self, config: Any, **options: Any) -> Iterator[Any]:
        yield from self._list(config)[: options.get("limit")]

    def put(self, config: Any, checkpoint: Any, metadata: Any, new_versions: Any) -> Any:
        return self._put(config, checkpoint, metadata)

    def put_writes(self, config: Any, writes: Any, task_id: str) -> None:
        self._put_writes(config, writes, task_id)


class AsyncOnly(Dict):
    """Can only be awaited."""

    async def aget_tuple(self, config: Any) -> CheckpointTuple | None:
        return self._get(config)

    async def alist(self, config: Any, **options: Any) -> AsyncIterator[CheckpointTuple]:
        for each in self._list(config)[: options.get("limit")]:
            yield each

    async def aput(self, config: Any, checkpoint: Any, metadata: Any, new_versions: Any) -> Any:
        return self._put(config, checkpoint, metadata)

    async def aput_writes(self, config: Any, writes: Any, task_id: str, task_path: str = "") -> None:
        self._put_writes(config, writes, task_id)


def from_file() -> Iterator[tuple[CheckpointTuple, dict[tuple[str, int], tuple[Any, ...]]]]:
    """Every checkpoint of the file, oldest first, with the writes on it as InMemorySaver keeps them."""
    with SqliteSaver.from_conn_string(STORE) as file:
        for each in reversed(list(file.list(None))):
            query = "SELECT task_id, idx, channel, type, value, task_path FROM writes "
            query += "WHERE (thread_id, checkpoint_ns, checkpoint_id) = (?, ?, ?)"
            rows = file.conn.execute(query, tuple(each.config["configurable"].values()))
            yield each, {(task, index): (task, *rest[:1], rest[1:3], rest[3]) for task, index, *rest in rows}


def filled(saver: Any) -> Any:
    for each, writes in from_file():
        place = each.config["configurable"]
        config = each.parent_config or {"configurable": {**place, "checkpoint_id": None}}
        if isinstance(saver, InMemorySaver):
            saver.put(config, each.checkpoint, each.metadata, each.checkpoint["channel_versions"])
            saver.writes[tuple(place.values())].update(writes)
        else:
            saver._put(config, each.checkpoint, each.metadata)
            saver.rows[tuple(place.values())].pending_writes.extend(each.pending_writes)
    return saver


def compiled(saver: Any, builder: Any = None) -> Any:
    return (builder or steps.chain(steps.plan, steps.write, steps.check)).compile(checkpointer=saver)


def own_sqlite() -> Any:
    return compiled(SqliteSaver(sqlite3.connect(STORE, check_same_thread=False)))


@asynccontextmanager
async def own_async_sqlite() -> AsyncIterator[Any]:
    async with AsyncSqliteSaver.from_conn_string(STORE) as saver:
        yield compiled(saver)


@asynccontextmanager
async def own_async_postgres() -> AsyncIterator[Any]:
    """On the PostgreSQL database whose URL STORE is."""
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

    async with AsyncPostgresSaver.from_conn_string(STORE) as saver:
        await saver.setup()
        yield compiled(saver)


def own_memory() -> Any:
    return compiled(filled(InMemorySaver()))


def own_sync() -> Any:
    return compiled(filled(SyncOnly()))


def own_async() -> Any:
    return compiled(filled(AsyncOnly()))


def own_blocking() -> Any:
    return blocking.copy(update={"checkpointer": AsyncOnly()})


class Handle:
    """What LangGraph can't serialize."""

    def __repr__(self) -> str:
        return "<an open handle>"


def own_with_a_handle() -> Any:
    """A saver that keeps objects as they are can hold such a value."""
    saver = AsyncOnly()
    config = {"configurable": {"thread_id": "h", "checkpoint_ns": ""}}
    for id_, parent in (("1f1e5ab2-ade6-6ea2-bfff-87593c26b13a", None),):
        values = {"topic": "owls", "handle": Handle()}
        checkpoint = {"v": 4, "id": id_, "ts": "2026-01-01T00:00:00+00:00", "channel_values": values}
        checkpoint |= {"channel_versions": {"topic": 1, "handle": 1}, "versions_seen": {}, "updated_channels": None}
        at = {"configurable": {**config["configurable"], "checkpoint_id": parent}}
        saver._put(at, checkpoint, {"source": "input", "step": -1, "parents": {}})
        here = {"configurable": {**config["configurable"], "checkpoint_id": id_}}
        saver._put_writes(here, [("handle", Handle())], "1")
    return compiled(saver)
