"""What LangGraph's savers keep but don't tell, or tell only along with every state: read where their kind is known."""

import json
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from .adapter import Adapter
from .opening.postgres import rows_of
from .sync_or_async import Saver

_PATHS = "SELECT DISTINCT task_id, task_path FROM {} WHERE thread_id = %s AND checkpoint_ns = %s AND checkpoint_id = %s"
_HAS_PATH = "SELECT 1 FROM pragma_table_info('writes') WHERE name = 'task_path'"
_INSIDE = (
    "SELECT checkpoint_ns, checkpoint_id, metadata FROM checkpoints WHERE thread_id = %s AND checkpoint_ns > '' "
    "ORDER BY checkpoint_id"
)

Inner = tuple[str, str, dict[str, Any]]
"""A checkpoint of a subgraph: its namespace, its id, its metadata."""


async def task_paths(saver: Saver, thread: str, namespace: str, checkpoint: str) -> dict[str, str]:
    """The path of each task that wrote on a checkpoint, which says its node; none where this kind of saver hides it."""
    inner = _bare(saver)
    if isinstance(inner, InMemorySaver):
        return {task: path for task, _, _, path in inner.writes.get((thread, namespace, checkpoint), {}).values()}
    sqlite = isinstance(inner, AsyncSqliteSaver)
    if sqlite and not await _rows(inner, _HAS_PATH):  # before langgraph-checkpoint-sqlite 3.1
        return {}
    table = "writes" if sqlite else "checkpoint_writes"
    rows = await _rows(inner, _PATHS.format(table), thread, namespace, checkpoint)
    return {str(task): str(path or "") for task, path in rows or ()}


async def inside(saver: Saver, thread: str) -> list[Inner]:
    """The checkpoints of a thread's subgraphs, oldest first.

    Without reading any state where the kind of saver is known; else from its list of a thread's checkpoints, which in
    LangGraph's own savers goes over all namespaces when none is named.
    """
    rows = await _rows(saver, _INSIDE, thread)
    if rows is not None:
        return [(namespace, one, _mapping(metadata)) for namespace, one, metadata in rows]
    found: list[Inner] = []
    try:
        async for each in saver.alist({"configurable": {"thread_id": thread}}):
            place = each.config["configurable"]
            if namespace := place.get("checkpoint_ns", ""):
                found.append((namespace, place["checkpoint_id"], dict(each.metadata)))
    except KeyError:
        return []  # it wants one namespace to be named
    return sorted(found, key=lambda inner: inner[1])


async def _rows(saver: Saver, query: str, *parameters: str) -> list[tuple[Any, ...]] | None:
    """The rows of SQLite's or PostgreSQL's saver, None for another kind."""
    saver = _bare(saver)
    if isinstance(saver, AsyncSqliteSaver):
        return [tuple(row) for row in await saver.conn.execute_fetchall(query.replace("%s", "?"), parameters)]
    # By its name: importing its class would load a package that may not be there.
    if any(kind.__name__ == "AsyncPostgresSaver" for kind in type(saver).__mro__):
        return [tuple(row.values()) for row in await rows_of(saver, query, *parameters)]
    return None


def _bare(saver: Saver) -> Saver:
    """The saver behind what adapter.py puts before it."""
    return saver.bare if isinstance(saver, Adapter) else saver


def _mapping(metadata: Any) -> dict[str, Any]:
    """The metadata of a row: JSON in SQLite, and read already in PostgreSQL."""
    found = json.loads(metadata) if isinstance(metadata, str | bytes) and metadata else metadata
    return found if isinstance(found, dict) else {}
