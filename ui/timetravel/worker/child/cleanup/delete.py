"""Deletes the threads and single checkpoints in a plan. No graph is imported, no state is decoded.

Whole threads are deleted by the saver's own `adelete_thread`. No saver deletes single checkpoints: none of LangGraph's
implements `delete_for_runs` (langgraph-checkpoint 4.3.2, sqlite 3.1.2, postgres 3.2), and PostgreSQL's `prune` can only
keep "the latest of each namespace" or nothing. So that is done here, on the saver's own connection.

Each thread is deleted in one transaction that keeps writers out, and only if it still has exactly the checkpoints for
which the plan was made.
"""

import json
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from ..allowed_types.guarded_serializer import looking
from ..errors.failures import describe_failure
from ..errors.refused import Refused
from ..savers.internals import memory
from ..savers.internals.database import connection_of, is_postgres_saver, is_sqlite
from ..savers.internals.memory import Size
from ..savers.opening.postgres import is_postgres
from ..savers.opening.saver import open_saver
from ..savers.sync_or_async import Saver
from ..shared.protocol import Message, fingerprint

_LOCK_SECONDS = 30

Tell = Callable[[Message], None]


class ChangedSincePlan(Exception):
    """The thread's checkpoints are not those for which the plan was made."""


def nothing_yet() -> Message:
    """The report before anything has been deleted."""
    return {"threads": 0, "checkpoints": 0, "bytes": 0, "rest": 0, "notes": []}


async def delete(job: Message, tell: Tell = lambda message: None) -> Message:
    """The answer to "delete": what has been deleted, and the reason where it failed.

    `tell` is called after each thread.
    """
    report: Message = {"event": "deleted", **nothing_yet()}
    try:
        store = job["store"]
        if not is_postgres(store) and not Path(store).is_file():
            raise Refused("The store is not there any more.")
        async with open_saver(store, lambda *_: None) as saver:
            for thread in job["threads"]:
                await delete_one(delete_in(saver, thread), thread, report)
                tell({**report, "event": "deleting"})
    except Exception as error:
        report["failure"] = describe_failure(error)
    return report


async def delete_one(work: Awaitable[Size], thread: Message, report: Message) -> None:
    """Do the work for one thread, and add to `report` what was deleted, or that the thread has changed."""
    try:
        size, rest = await work
    except ChangedSincePlan:
        report["notes"].append(
            f'The thread "{thread["thread_id"]}" has changed since the preview, so nothing of it was deleted: look at '
            "the preview again."
        )
        return
    report["threads"] += thread["whole"]
    report["checkpoints"] += sum(map(len, thread["delete"].values()))
    report["bytes"] += size
    report["rest"] += rest


async def delete_in(saver: Saver, thread: Message) -> Size:
    """Delete what is in the plan for one thread, all of it or nothing, and return the bytes that it took.

    Raises ChangedSincePlan where the thread has other checkpoints than those the plan was made for; Refused for a saver
    of another class, or whose connection can't be found; UnknownMemory for an InMemorySaver of another form.
    """
    if memory.is_memory(saver):
        return _in_memory(saver, thread)
    if not (is_sqlite(saver) or is_postgres_saver(saver)):
        raise Refused(f"{type(saver).__name__} has no way to delete that is known here.")
    if connection_of(saver) is None:
        raise Refused(
            f"This version of {type(saver).__name__} keeps its connection in a way that is not known here, so nothing "
            "of the store can be deleted with it. Install the version that timetravel was tested with "
            "(constraints/timetravel.txt), or name a Python that has it with --python."
        )
    return await (_in_sqlite if is_sqlite(saver) else _in_postgres)(saver, thread)


def check(thread: Message, places: Iterable[tuple[str, str]]) -> None:
    """Raise ChangedSincePlan if a thread has other checkpoints than those the plan was made for."""
    if fingerprint(places) != thread["seen"]:
        raise ChangedSincePlan


# --- SQLite ---

_PICKED = "WHERE thread_id = ? AND checkpoint_ns = ? AND checkpoint_id IN (SELECT value FROM json_each(?))"
_SIZES = {
    "checkpoints": "ifnull(sum(length(checkpoint)), 0), ifnull(sum(length(metadata)), 0)",
    "writes": "0, ifnull(sum(length(value)), 0)",
}


async def _in_sqlite(saver: Saver, thread: Message) -> Size:
    """Delete in a transaction that is the file's only writer from its beginning; rows of both tables are selected by
    their ids.
    """
    connection, name = connection_of(saver), thread["thread_id"]
    await connection.execute("BEGIN IMMEDIATE")
    try:
        query = "SELECT checkpoint_ns, checkpoint_id FROM checkpoints WHERE thread_id = ?"
        check(thread, [(row[0], row[1]) for row in await connection.execute_fetchall(query, (name,))])
        size = rest = 0
        for namespace, ids in thread["delete"].items():
            picked = (name, namespace, json.dumps(ids))
            for table, columns in _SIZES.items():
                ((state, more),) = await connection.execute_fetchall(f"SELECT {columns} FROM {table} {_PICKED}", picked)
                size, rest = size + state, rest + more
                if not thread["whole"]:
                    await connection.execute(f"DELETE FROM {table} {_PICKED}", picked)
        if thread["whole"]:
            await saver.adelete_thread(name)  # commits
        await connection.commit()
    except BaseException:
        await connection.rollback()
        raise
    return size, rest


# --- PostgreSQL ---

_ROWS = "WHERE thread_id = %s AND checkpoint_ns = %s AND checkpoint_id = ANY(%s)"
_WRITES = f"DELETE FROM checkpoint_writes {_ROWS} RETURNING 0 AS size, octet_length(blob)::bigint AS rest"
_ROW = "octet_length(checkpoint::text) AS size, octet_length(metadata::text) AS rest"
_VERSIONS = """jsonb_each_text(CASE jsonb_typeof({0} -> 'channel_versions') WHEN 'object'
    THEN {0} -> 'channel_versions' END) AS v"""

# Values to which, by channel and version, a deleted checkpoint refers and no remaining one does.
_CHECKPOINTS = f"""
WITH gone AS (
    DELETE FROM checkpoints {_ROWS}
    RETURNING checkpoint, {_ROW}
), freed AS (
    SELECT v.key AS channel, v.value AS version FROM gone CROSS JOIN LATERAL {_VERSIONS.format("gone.checkpoint")}
    EXCEPT
    SELECT v.key, v.value FROM checkpoints AS c CROSS JOIN LATERAL {_VERSIONS.format("c.checkpoint")}
    WHERE c.thread_id = %s AND c.checkpoint_ns = %s AND c.checkpoint_id <> ALL(%s)
), blobs AS (
    DELETE FROM checkpoint_blobs AS b USING freed
    WHERE b.thread_id = %s AND b.checkpoint_ns = %s AND b.channel = freed.channel AND b.version = freed.version
    RETURNING octet_length(b.blob)::bigint AS size
)
SELECT size, rest FROM gone UNION ALL SELECT size, 0 FROM blobs"""

_THREAD = f"""
SELECT {_ROW} FROM checkpoints WHERE thread_id = %s
UNION ALL SELECT octet_length(blob), 0 FROM checkpoint_blobs WHERE thread_id = %s
UNION ALL SELECT 0, octet_length(blob) FROM checkpoint_writes WHERE thread_id = %s"""


async def _in_postgres(saver: Saver, thread: Message) -> Size:
    """Delete in a transaction that meanwhile keeps other writers out of the table of checkpoints, for all threads."""
    connection, name = connection_of(saver), thread["thread_id"]

    async def rows(query: str, *parameters: Any) -> list[dict[str, Any]]:
        # Not prepared, so that PostgreSQL plans it for these arrays.
        return list(await (await connection.execute(query, parameters, prepare=False)).fetchall())

    async with connection.transaction():
        await connection.execute(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'")
        await connection.execute("LOCK TABLE checkpoints IN SHARE ROW EXCLUSIVE MODE")
        found = await rows("SELECT checkpoint_ns, checkpoint_id FROM checkpoints WHERE thread_id = %s", name)
        check(thread, [(row["checkpoint_ns"], row["checkpoint_id"]) for row in found])
        if thread["whole"]:
            gone = await rows(_THREAD, name, name, name)
            await saver.adelete_thread(name)
            return _sum(gone)
        gone = []
        for namespace, ids in thread["delete"].items():
            here = (name, namespace)
            gone += await rows(_WRITES, *here, ids)
            gone += await rows(_CHECKPOINTS, *here, ids, *here, ids, *here)
        return _sum(gone)


def _sum(rows: Iterable[dict[str, Any]]) -> Size:
    return sum(row["size"] or 0 for row in rows), sum(row["rest"] or 0 for row in rows)


# --- memory ---


def _in_memory(saver: Saver, thread: Message) -> Size:
    name = thread["thread_id"]
    stored = memory.ids(saver, name)
    if stored is None:
        raise memory.UnknownMemory
    check(thread, [(namespace, one) for _, namespace, one, _ in stored])
    return memory.delete(saver, name, thread["delete"], partial(_versions, saver), whole=thread["whole"])


def _versions(saver: Saver, stored: Any) -> Iterable[tuple[str, Any]]:
    with looking():
        found: dict[str, dict[str, Any]] = saver.serde.loads_typed(stored)
    return found["channel_versions"].items()
