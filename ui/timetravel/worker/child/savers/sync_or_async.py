"""Uses any checkpoint saver through its public interface, whichever half (sync or async methods) it implements."""

import asyncio
import contextvars
import copy
import functools
import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, suppress
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple
from langgraph.checkpoint.memory import InMemorySaver

from ..allowed_types.guarded_serializer import of_a_store

Saver = BaseCheckpointSaver[Any]
OnCheckpoint = Callable[[str, str, str], None]
"""Called with a thread, a namespace and a checkpoint's id."""
Take = Callable[[CheckpointTuple], bool]

_TRIES = 5


class AnyWaySaver:
    """Awaits a saver's async methods; where one raises NotImplementedError, calls the sync one in a thread.

    There is one thread for each saver, since another package's saver need not be safe for several.
    """

    def __init__(self, saver: Saver) -> None:
        self.saver = saver
        self.in_memory = isinstance(saver, InMemorySaver)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="timetravel-saver")
        self._awaited: dict[str, bool] = {}
        self._path = {name: _takes_path(getattr(saver, name)) for name in ("put_writes", "aput_writes")}

    @property
    def needs_no_loop(self) -> bool:
        """Whether it can be used outside the event loop of the runs; known after `find_out`."""
        return self.in_memory or self._awaited.get("get_tuple") is False

    async def find_out(self) -> None:
        """Find out which half it has, by reading a checkpoint that does not exist. Errors are left to later reads."""
        with suppress(Exception):
            await self.aget_tuple({"configurable": {"thread_id": "timetravel", "checkpoint_ns": ""}})

    def instead(self, saver: Saver) -> "AnyWaySaver":
        """The same for another saver made from this one: it has the same halves, and shares the thread."""
        mine = copy.copy(self)
        mine.saver = saver
        return mine

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """One checkpoint, or a thread's latest; None where there is none."""
        found: CheckpointTuple | None = await self.call("get_tuple", config)
        return found

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Save writes; the path of their task is passed if the saver takes one."""
        paths = {name: (task_path,) if takes else () for name, takes in self._path.items()}
        await self.call("put_writes", config, writes, task_id, paths=paths)

    def put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str
    ) -> None:
        """Save writes with the sync method."""
        self.saver.put_writes(config, writes, task_id, *((task_path,) if self._path["put_writes"] else ()))

    async def call(self, name: str, *args: Any, paths: Mapping[str, tuple[str, ...]] | None = None, **more: Any) -> Any:
        """The result of the method "a" + `name`, else of `name`. What it unpickles is checked against the allowlist."""
        with of_a_store():
            return await self._call(name, *args, paths=paths, **more)

    async def _call(self, name: str, *args: Any, paths: Mapping[str, tuple[str, ...]] | None, **more: Any) -> Any:
        paths = paths or {}
        if self._awaited.get(name, True):
            try:
                found = await self._tried(name, (*args, *paths.get("a" + name, ())), more)
            except NotImplementedError:
                if self._awaited.get(name):
                    raise
                self._awaited[name] = False
            else:
                self._awaited[name] = True
                return found
        return await self.in_thread(getattr(self.saver, name), *args, *paths.get(name, ()), **more)

    async def look_through(self, config: RunnableConfig | None, limit: int, take: Take) -> None:
        """Call `take` with each tuple of a listing, until it returns False.

        Never holds more than one of them, as far as that depends on us. A listing without a namespace asks for all of a
        thread's; some savers require one: then it is the root's.
        """
        try:
            await self._look_through(config, limit, take)
        except KeyError:
            if config is None or "checkpoint_ns" in config["configurable"]:
                raise
            root: RunnableConfig = {"configurable": {**config["configurable"], "checkpoint_ns": ""}}
            await self._look_through(root, limit, take)

    def alist(self, config: RunnableConfig | None, **options: Any) -> AsyncIterator[CheckpointTuple]:
        """The tuples in the saver's own order."""
        return self._alist(config, options)

    async def in_thread(self, function: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """Call a function in the saver's thread, with this context's variables."""
        context = contextvars.copy_context()
        work = functools.partial(context.run, function, *args, **more)
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _tried(self, name: str, args: tuple[Any, ...], more: dict[str, Any]) -> Any:
        method = getattr(self.saver, "a" + name)
        for left in reversed(range(_TRIES if self.in_memory else 1)):
            try:
                return await method(*args, **more)
            except RuntimeError as error:
                # A run changed the dictionaries of the memory saver during this iteration.
                if not left or "changed size" not in str(error):
                    raise
        return None

    async def _look_through(self, config: RunnableConfig | None, limit: int, take: Take) -> None:
        if self._awaited.get("list", True):
            try:
                async with aclosing(self._listed(config, {"limit": limit})) as found:
                    async for each in found:
                        if not take(each):
                            break
            except NotImplementedError:
                self._awaited["list"] = False
            else:
                return
        await self.in_thread(self._look_through_here, config, limit, take)

    def _look_through_here(self, config: RunnableConfig | None, limit: int, take: Take) -> None:
        for each in self.saver.list(config, limit=limit):
            if not take(each):
                break

    async def _listed(
        self, config: RunnableConfig | None, options: dict[str, Any]
    ) -> AsyncGenerator[CheckpointTuple, None]:
        async for each in self.saver.alist(config, **options):
            yield each

    async def _alist(self, config: RunnableConfig | None, options: dict[str, Any]) -> AsyncIterator[CheckpointTuple]:
        if self._awaited.get("list", True):
            try:
                async for each in self._listed(config, options):
                    yield each
            except NotImplementedError:
                self._awaited["list"] = False
            else:
                return
        for each in await self.in_thread(lambda: list(self.saver.list(config, **options))):
            yield each


def _takes_path(method: Any) -> bool:
    """Whether the method takes a `task_path`. Savers written before it existed don't (langgraph 1.2.22,
    pregel/_checkpoint.py).
    """
    try:
        return "task_path" in inspect.signature(method).parameters
    except (TypeError, ValueError):
        return False
