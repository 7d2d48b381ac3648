"""Opens LangGraph's saver for PostgreSQL, an extra package that the user's Python may lack."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from ...allowed_types.guarded_serializer import guard_saver
from ...errors.refused import Refused
from ..encryption import serializer_for
from ..internals.database import remember_connection, rows_of
from .address import check_address

_NEEDED = {
    "checkpoints": {"thread_id", "checkpoint_ns", "checkpoint_id", "parent_checkpoint_id", "checkpoint", "metadata"},
    "checkpoint_blobs": {"thread_id", "checkpoint_ns", "channel", "version", "type", "blob"},
    "checkpoint_writes": {
        *("thread_id", "checkpoint_ns", "checkpoint_id", "task_id", "task_path", "idx", "channel", "type", "blob")
    },
}
"""The columns that langgraph-checkpoint-postgres 3.2 reads and writes (postgres/base.py)."""

_COLUMNS = "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped"

# The rows at the end of the table, whose order costs nothing, and some others should those pages be empty.
_NEWEST = """
SELECT type FROM {0} WHERE ctid >= format('(%%s,0)', greatest(0,
    pg_relation_size(to_regclass('{0}')) / current_setting('block_size')::int - 8))::tid AND type LIKE '%%+%%'
UNION ALL (SELECT type FROM (SELECT type FROM {0} LIMIT 100) AS first WHERE type LIKE '%%+%%') LIMIT 1
"""


def is_postgres(store: str) -> bool:
    """Whether the name of a store is the URL of a PostgreSQL database."""
    return store.lower().startswith(("postgresql://", "postgres://"))


@asynccontextmanager
async def open_postgres(url: str, check: Callable[[Any], Awaitable[None]]) -> AsyncIterator[Any]:
    """LangGraph's AsyncPostgresSaver. Creates its tables in a database that has none of them, and never changes others.

    `check` is called with the saver, if there are tables, before they are used, and may raise why they must not be.
    Raises Refused where the package, the database or a column is missing.
    """
    check_address(url)
    try:
        from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
        from psycopg import AsyncConnection
        from psycopg.rows import dict_row
    except ImportError as error:
        raise Refused(
            f"{sys.executable} can't write to PostgreSQL: {error}. Install langgraph-checkpoint-postgres and "
            "psycopg[binary] there, or name another Python with --python."
        ) from None
    options: dict[str, Any] = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
    try:
        connection = await AsyncConnection.connect(url, **options)
    except Exception as error:
        raise Refused(f"The database can't be reached: {_first_line(error)}") from None
    try:
        saver = AsyncPostgresSaver(connection)
        remember_connection(saver, connection)
        await _prepare(saver, check)
        yield saver
    finally:
        await connection.close()


async def _prepare(saver: Any, check: Callable[[Any], Awaitable[None]]) -> None:
    try:
        found = {table: await _columns(saver, table) for table in (*_NEEDED, "checkpoint_migrations")}
        if _NEEDED["checkpoints"] <= found["checkpoints"]:
            await check(saver)
        if not any(found.values()):
            await saver.setup()
        elif missing := [f"{table}.{name}" for table, names in _NEEDED.items() for name in names - found[table]]:
            raise Refused(
                f"LangGraph's tables in this database lack {', '.join(sorted(missing))}. Run PostgresSaver.setup() "
                "once, with the version of langgraph-checkpoint-postgres that runs the graphs."
            )
        saver.serde = serializer_for(await _newest(saver))
        guard_saver(saver)
    except Refused:
        raise
    except Exception as error:
        raise Refused(f"The database can't be used for a run: {_first_line(error)}") from None


async def _columns(saver: Any, table: str) -> set[str]:
    return {row["attname"] for row in await rows_of(saver, _COLUMNS, table)}


async def _newest(saver: Any) -> str | None:
    """The type of an encrypted value among the newest; None where there is none."""
    for table in ("checkpoint_blobs", "checkpoint_writes"):
        for row in await rows_of(saver, _NEWEST.format(table)):
            return str(row["type"])
    return None


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".") + "."
