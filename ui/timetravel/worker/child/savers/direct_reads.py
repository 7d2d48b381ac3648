"""Reads what LangGraph's savers store but do not return, or return only with whole states. Only where the saver's class
is known.
"""

import json
from typing import Any

from .adapter import Adapter
from .internals import memory
from .internals.database import is_sqlite, rows_if_known
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
    """The path of each task that wrote on a checkpoint, which names its node; empty where this class of saver does not
    return it.
    """
    inner = _bare(saver)
    if memory.is_memory(inner):
        return {task: path for task, _, _, path in memory.writes(inner, (thread, namespace, checkpoint)) or ()}
    sqlite = is_sqlite(inner)
    if sqlite and not await rows_if_known(inner, _HAS_PATH):  # before langgraph-checkpoint-sqlite 3.1
        return {}
    table = "writes" if sqlite else "checkpoint_writes"
    rows = await rows_if_known(inner, _PATHS.format(table), thread, namespace, checkpoint)
    return {str(task): str(path or "") for task, path in rows or ()}


async def inside(saver: Saver, thread: str) -> list[Inner]:
    """The checkpoints of a thread's subgraphs, oldest first.

    Reads no state where the saver's class is known. Otherwise from its list of a thread's checkpoints, which in
    LangGraph's own savers covers all namespaces when none is named.
    """
    rows = await rows_if_known(_bare(saver), _INSIDE, thread)
    if rows is not None:
        return [(namespace, one, _mapping(metadata)) for namespace, one, metadata in rows]
    found: list[Inner] = []
    try:
        async for each in saver.alist({"configurable": {"thread_id": thread}}):
            place = each.config["configurable"]
            if namespace := place.get("checkpoint_ns", ""):
                found.append((namespace, place["checkpoint_id"], dict(each.metadata)))
    except KeyError:
        return []  # it requires one namespace to be named
    return sorted(found, key=lambda inner: inner[1])


def _bare(saver: Saver) -> Saver:
    """The saver inside the wrapper of adapter.py."""
    return saver.bare if isinstance(saver, Adapter) else saver


def _mapping(metadata: Any) -> dict[str, Any]:
    """The metadata of a row: JSON in SQLite, and parsed already in PostgreSQL."""
    found = json.loads(metadata) if isinstance(metadata, str | bytes) and metadata else metadata
    return found if isinstance(found, dict) else {}
