"""Graphs that were compiled with savers whose insides are called otherwise, as those of another version may be."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import steps
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver


def closed(kind: type[Any], *names: str) -> type[Any]:
    """The saver, which lets nobody but its own module have these parts."""

    class Closed(kind):
        def __getattribute__(self, name: str) -> Any:
            if name in names and sys._getframe(1).f_globals["__name__"] != kind.__module__:
                raise AttributeError(f"no attribute {name!r}")
            return super().__getattribute__(name)

    return Closed


class Fixed(InMemorySaver):
    """Its class can't be changed."""

    __class__ = property(lambda self: Fixed)


def compiled(saver: Any) -> Any:
    return steps.chain(steps.plan, steps.write, steps.check).compile(checkpointer=saver)


ClosedSqlite = closed(AsyncSqliteSaver, "conn")

closed_memory = compiled(closed(InMemorySaver, "storage", "writes", "blobs")())
fixed_memory = compiled(Fixed())


@asynccontextmanager
async def closed_sqlite() -> AsyncIterator[Any]:
    async with AsyncSqliteSaver.from_conn_string(":memory:") as plain:
        yield compiled(ClosedSqlite(plain.conn))
