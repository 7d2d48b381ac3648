"""The store, as LangGraph writes it, and values as they cross the wire."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiosqlite
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from ..protocol import pack_value, unpack_value

_BUSY_SECONDS = 30.0

Told = Callable[[str, str, str], None]


class TellingSaver(AsyncSqliteSaver):
    """LangGraph's own saver, which says when a checkpoint has been written: (thread, namespace, id)."""

    tell: Told = staticmethod(lambda thread, namespace, checkpoint: None)

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Save, then tell."""
        saved = await super().aput(config, checkpoint, metadata, new_versions)
        place = saved["configurable"]
        self.tell(str(place["thread_id"]), place["checkpoint_ns"], place["checkpoint_id"])
        return saved


@asynccontextmanager
async def open_saver(store: str, tell: Told) -> AsyncIterator[TellingSaver]:
    """Open (or make) the SQLite file. While another process writes to it, wait up to half a minute."""
    path = Path(store).resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    async with aiosqlite.connect(path, timeout=_BUSY_SECONDS) as connection:
        saver = TellingSaver(connection)
        saver.tell = tell
        await saver.setup()
        yield saver


def load_value(pair: list[str]) -> Any:
    """A value from the wire, with messages and user's types built again. The user's code must be imported."""
    return JsonPlusSerializer().loads_typed(unpack_value(pair))


def dump_value(value: Any) -> list[str]:
    """A value for the wire; what LangGraph can't serialize travels as its repr."""
    serializer = JsonPlusSerializer()
    try:
        return pack_value(*serializer.dumps_typed(value))
    except Exception:
        return pack_value(*serializer.dumps_typed(repr(value)))
