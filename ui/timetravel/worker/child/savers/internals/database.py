"""The connection of a saver for SQLite or PostgreSQL, for what no saver has a method for.

Found in langgraph-checkpoint-sqlite 2.0 to 3.1.2 and -postgres 2.0 to 3.2, each in aio.py, `conn`.
"""

from contextlib import suppress
from typing import Any

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from ...shared.missing_parts import CHANGED, do_without

_OPENED = "timetravel_connection"
_BY_METHODS = "What it keeps is read by its public methods"

Row = tuple[Any, ...]


def is_sqlite(saver: object) -> bool:
    """Whether it is LangGraph's async saver for SQLite."""
    return isinstance(saver, AsyncSqliteSaver)


def is_postgres_saver(saver: object) -> bool:
    """Whether it is LangGraph's async saver for PostgreSQL.

    Found by its name: importing its class would need a package that may not be installed.
    """
    return any(kind.__name__ == "AsyncPostgresSaver" for kind in type(saver).__mro__)


def remember_connection(saver: object, connection: object) -> None:
    """Remember the connection that a saver was given, so that it need not be looked for inside the saver."""
    with suppress(AttributeError, TypeError):
        setattr(saver, _OPENED, connection)


def connection_of(saver: object) -> Any:
    """The saver's connection, or its pool; None where it keeps that under another name."""
    try:
        given: Any = getattr(saver, _OPENED, None)
        found: Any = saver
        return given if given is not None else found.conn
    except CHANGED as error:
        do_without(f"{type(saver).__name__}.conn", _BY_METHODS, error)
        return None


async def rows_of(saver: Any, query: str, *parameters: Any) -> list[dict[str, Any]]:
    """The rows of a query, on the connection (or one of the pool) of a saver for PostgreSQL.

    Raises LookupError where its connection is not found.
    """
    connection = connection_of(saver)
    if connection is None:
        raise LookupError("this saver's connection is not to be found")
    if not hasattr(connection, "execute"):
        async with connection.connection() as one:
            return list(await (await one.execute(query, parameters)).fetchall())
    return list(await (await connection.execute(query, parameters)).fetchall())


async def rows_if_known(saver: object, query: str, *parameters: str) -> list[Row] | None:
    """The rows from SQLite's or PostgreSQL's saver; None for another class, and where its connection is not found.

    In the query each parameter is written as %s.
    """
    sqlite = is_sqlite(saver)
    if not (sqlite or is_postgres_saver(saver)) or connection_of(saver) is None:
        return None
    try:
        if sqlite:
            found = await connection_of(saver).execute_fetchall(query.replace("%s", "?"), parameters)
            return [tuple(row) for row in found]
        return [tuple(row.values()) for row in await rows_of(saver, query, *parameters)]
    except (AttributeError, TypeError) as error:
        do_without(f"The connection of {type(saver).__name__}", _BY_METHODS, error)
        return None
