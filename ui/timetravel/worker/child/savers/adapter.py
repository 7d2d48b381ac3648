"""Wraps the user's saver for runs: reports each write, and supplies whichever of its sync and async methods is
missing.
"""

import asyncio
import copy
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
)

from .sync_or_async import AnyWaySaver, OnCheckpoint, Saver

T = TypeVar("T")

_MOST_PATHS = 20_000


def _silent(thread: str, namespace: str, checkpoint: str) -> None:
    pass


class Paths:
    """The paths of tasks that wrote through an adapter, since savers don't return them. The newest 20,000."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str, str, str], str] = OrderedDict()

    def learn(self, place: tuple[str, str, str], task_id: str, path: str) -> None:
        """Remember the path of a task that wrote on the checkpoint at `place`."""
        self._known[*place, task_id] = path
        while len(self._known) > _MOST_PATHS:
            self._known.popitem(last=False)

    def path(self, place: tuple[str, str, str], task_id: str) -> str:
        """The path of a task; empty where it is not known."""
        return self._known.get((*place, task_id), "")


class Adapter(BaseCheckpointSaver[Any]):
    """A wrapper around the saver that was opened. `changed` is called for every write, `tell` for every checkpoint
    saved.

    `changed` is also called for a write that failed: a saver may raise after it has written. Awaited methods fall back
    to the sync ones in a thread, and sync methods to the awaited ones on `loop`, so that a saver with only one half
    serves every kind of node.
    """

    tell: OnCheckpoint = staticmethod(_silent)
    loaded: Callable[[CheckpointTuple], None] = staticmethod(lambda found: None)
    """Called for every checkpoint that is loaded."""

    def __init__(self, halves: AnyWaySaver, loop: asyncio.AbstractEventLoop, changed: OnCheckpoint) -> None:
        super().__init__(serde=halves.saver.serde)
        self.halves = halves
        self.paths = Paths()
        self._loop = loop
        self._changed = changed

    def telling(self, tell: OnCheckpoint) -> "Adapter":
        """The same saver for one run: `tell` is called with each of its checkpoints."""
        mine = copy.copy(self)
        mine.tell = tell
        return mine

    @property
    def bare(self) -> Saver:
        """The saver that was opened, without this wrapper."""
        return self.halves.saver

    @property
    def config_specs(self) -> list[Any]:
        """The saver's own configurable fields."""
        return self.bare.config_specs

    def get_next_version(self, current: Any, channel: None) -> Any:
        """The next version, in the saver's own form."""
        return self.bare.get_next_version(current, channel)

    def with_allowlist(self, extra_allowlist: Collection[tuple[str, ...]]) -> "Adapter":
        """The same wrapper around the saver that the saver makes for this list."""
        inner = self.bare.with_allowlist(extra_allowlist)
        if inner is self.bare:
            return self
        mine = copy.copy(self)
        mine.halves = self.halves.instead(inner)
        mine.serde = inner.serde
        return mine

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """One checkpoint, or a thread's latest; None where there is none."""
        found = await self.halves.aget_tuple(config)
        if found is not None:
            self.loaded(found)
        return found

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """The checkpoints in the saver's own order."""
        async for each in self.halves.alist(config, filter=filter, before=before, limit=limit):
            yield each

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Save the checkpoint, then report it."""
        place = _place(config, checkpoint["id"])
        try:
            saved: RunnableConfig = await self.halves.call("put", config, checkpoint, metadata, new_versions)
        finally:
            self._changed(*place)
        self.tell(*place)
        return saved

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Save the writes of a task, then report the change."""
        try:
            await self.halves.aput_writes(config, writes, task_id, task_path)
        finally:
            self._wrote(config, task_id, task_path)

    async def adelete_thread(self, thread_id: str) -> None:
        """Delete a thread, if the saver supports that."""
        try:
            await self.halves.call("delete_thread", thread_id)
        finally:
            self._changed(thread_id, "", "")

    def changed(self, thread_id: str) -> None:
        """Report that something in a thread was deleted without the saver's own methods."""
        self._changed(thread_id, "", "")

    async def aget_delta_channel_history(self, *, config: RunnableConfig, channels: Sequence[str]) -> Mapping[str, Any]:
        """The writes from which a delta channel's value is worked out, as the saver finds them."""
        if type(self.bare).aget_delta_channel_history is BaseCheckpointSaver.aget_delta_channel_history:
            return await super().aget_delta_channel_history(config=config, channels=channels)
        found: Mapping[str, Any] = await self.halves.call("get_delta_channel_history", config=config, channels=channels)
        return found

    # Sync calls come from nodes that run a graph themselves.

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """One checkpoint, or a thread's latest; None where there is none."""
        return self._either(lambda: self.bare.get_tuple(config), lambda: self.aget_tuple(config))

    def list(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        """The checkpoints in the saver's own order."""
        options: dict[str, Any] = {"filter": filter, "before": before, "limit": limit}

        async def listed() -> tuple[CheckpointTuple, ...]:
            return tuple([each async for each in self.alist(config, **options)])

        yield from self._either(lambda: tuple(self.bare.list(config, **options)), listed)

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Save the checkpoint, then report it."""

        place = _place(config, checkpoint["id"])

        def put() -> RunnableConfig:
            try:
                saved = self.bare.put(config, checkpoint, metadata, new_versions)
            finally:
                self._changed(*place)
            self.tell(*place)
            return saved

        return self._either(put, lambda: self.aput(config, checkpoint, metadata, new_versions))

    def put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Save the writes of a task, then report the change."""

        def put() -> None:
            try:
                self.halves.put_writes(config, writes, task_id, task_path)
            finally:
                self._wrote(config, task_id, task_path)

        self._either(put, lambda: self.aput_writes(config, writes, task_id, task_path))

    def delete_thread(self, thread_id: str) -> None:
        """Delete a thread, if the saver supports that."""
        try:
            self._either(lambda: self.bare.delete_thread(thread_id), lambda: self.adelete_thread(thread_id))
        finally:
            self._changed(thread_id, "", "")

    def get_delta_channel_history(self, *, config: RunnableConfig, channels: Sequence[str]) -> Mapping[str, Any]:
        """The writes from which a delta channel's value is worked out, as the saver finds them."""
        return self._either(
            lambda: self.bare.get_delta_channel_history(config=config, channels=channels),
            lambda: self.aget_delta_channel_history(config=config, channels=channels),
        )

    def _wrote(self, config: RunnableConfig, task_id: str, task_path: str) -> None:
        place = _place(config, str(config["configurable"]["checkpoint_id"]))
        self.paths.learn(place, task_id, task_path)
        self._changed(*place)

    def _either(self, here: Callable[[], T], awaited: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of the sync method; if the saver lacks it, of the awaited one, from another thread than the
        loop's.
        """
        try:
            return here()
        except NotImplementedError:
            if _running_loop() is self._loop:
                raise
        return asyncio.run_coroutine_threadsafe(awaited(), self._loop).result()


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _place(config: RunnableConfig, checkpoint: str) -> tuple[str, str, str]:
    where = config["configurable"]
    return str(where["thread_id"]), str(where.get("checkpoint_ns", "")), checkpoint
