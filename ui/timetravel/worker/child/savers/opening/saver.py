"""Opens a store with LangGraph's saver, and converts values to and from messages."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
)
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from ...allowed_types.guarded_serializer import Guarding, guard_saver
from ...errors.refused import Refused
from ...shared.protocol import Message, pack_value, unpack_value
from ..adapter import Adapter
from ..encryption import serializer_for
from ..foreign_rows import check_postgres, check_sqlite
from ..internals.classes import with_methods
from ..internals.database import remember_connection, rows_of
from ..sync_or_async import AnyWaySaver, OnCheckpoint, Saver
from .harmful import refuse_a_harmful_opening
from .postgres import is_postgres, open_postgres

_BUSY_SECONDS = 30.0

OnLoaded = Callable[[CheckpointTuple], None]
T = TypeVar("T", bound=Saver)


class _Telling(BaseCheckpointSaver[Any]):
    """A mixin that `telling` puts in front of the saver's own class."""

    tell: OnCheckpoint = staticmethod(lambda thread, namespace, checkpoint: None)
    loaded: OnLoaded = staticmethod(lambda found: None)
    """Called for every checkpoint that is loaded."""

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Load a checkpoint, then report it."""
        found = await super().aget_tuple(config)
        if found is not None:
            self.loaded(found)
        return found

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Save the checkpoint, then report it."""
        saved = await super().aput(config, checkpoint, metadata, new_versions)
        place = saved["configurable"]
        self.tell(str(place["thread_id"]), place.get("checkpoint_ns", ""), place["checkpoint_id"])
        return saved


def telling(saver: Saver, tell: OnCheckpoint) -> Saver:
    """The same saver, of any class, which reports each checkpoint that has been written: (thread, namespace, id).

    The saver that was passed does not report anything.
    """
    made = with_methods(_Telling, saver)
    if made is None:
        return _adapted(saver).telling(tell)
    made.tell = tell
    return made


def behind(part: type[T], saver: Saver) -> T:
    """The same saver, of any class, with the methods of `part` in front of those of its own class.

    It is a shallow copy, as LangGraph makes of savers, too.
    """
    made = with_methods(part, saver)
    if made is None:
        made = with_methods(part, _adapted(saver))
    if made is None:
        raise Refused(f"{type(saver).__name__} can't be used for a run: its class takes no methods of timetravel's.")
    return made


def _adapted(saver: Saver) -> Adapter:
    return (
        saver
        if isinstance(saver, Adapter)
        else Adapter(AnyWaySaver(saver), asyncio.get_running_loop(), lambda *_: None)
    )


@asynccontextmanager
async def open_saver(store: str, tell: OnCheckpoint, job: Message | None = None) -> AsyncIterator[Saver]:
    """Open a job's store: the path of a SQLite file (created if necessary) or a PostgreSQL URL.

    The saver reports every checkpoint. Encrypted stores are read and written with the key in the environment. Raises
    Refused, with a sentence, where the store can't be opened for a run, or this `job` must not write to it.
    """
    async with _open_postgres(store, job) if is_postgres(store) else _open_sqlite(store, job) as saver:
        yield telling(saver, tell)


def _open_postgres(store: str, job: Message | None) -> AbstractAsyncContextManager[Saver]:
    async def check(saver: Saver) -> None:
        if job is not None:
            await check_postgres(partial(rows_of, saver), job)

    return open_postgres(store, check)


@asynccontextmanager
async def _open_sqlite(store: str, job: Message | None) -> AsyncIterator[Saver]:
    """Open a SQLite file. While another process writes to it, wait up to half a minute."""
    path = Path(store).resolve()
    refuse_a_harmful_opening(path)
    if job is not None:
        check_sqlite(path, job)
    path.parent.mkdir(parents=True, exist_ok=True)
    async with aiosqlite.connect(path, timeout=_BUSY_SECONDS) as connection:
        saver = AsyncSqliteSaver(connection)
        remember_connection(saver, connection)
        await saver.setup()
        rows = list(await connection.execute_fetchall("SELECT type FROM checkpoints ORDER BY rowid DESC LIMIT 1"))
        saver.serde = serializer_for(rows[0][0] if rows else None)
        guard_saver(saver)
        yield saver


def load_value(pair: list[str]) -> Any:
    """A value from a message, with messages and user's types built. The user's code must have been imported.

    It may come from a store, so it is checked against the allowlist. Raises RefusedTypes.
    """
    return Guarding().loads_typed(unpack_value(pair))


def dump_value(value: Any) -> list[str]:
    """A value for a message; one that LangGraph can't serialize is sent as its repr."""
    serializer = JsonPlusSerializer()
    try:
        return pack_value(*serializer.dumps_typed(value))
    except Exception:
        return pack_value(*serializer.dumps_typed(repr(value)))
