"""Which tasks' results are being saved: a task is reported as done only once its result is in the store.

LangGraph reports the end of a task as soon as it has begun to save its writes (langgraph 1.2.22, pregel/_loop.py,
`put_writes`). A process that is killed in between would have reported a task that runs again at Resume.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver

_PATIENCE = 0.3
"""Seconds in which LangGraph begins to save a task's writes; a graph inside it may have no saver at all."""


class PendingWrites:
    """The tasks whose results are being saved. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._saving: Counter[str] = Counter()
        self._saved: set[str] = set()
        """Saved tasks whose end has not been reported yet."""
        self._waiting: dict[str, Callable[[], None]] = {}

    @contextmanager
    def saving(self, task_id: str) -> Iterator[None]:
        """While inside this block, this task's writes are being saved."""
        with self._lock:
            self._saving[task_id] += 1
        try:
            yield
        finally:
            with self._lock:
                self._saving[task_id] -= 1
                if not self._saving[task_id]:
                    del self._saving[task_id]
                    self._saved.add(task_id)
            self._go_on(task_id)

    def when_saved(self, task_id: str, then: Callable[[], None]) -> None:
        """Call `then` once the task's result is saved; soon, if nothing saves it. For an event loop."""
        with self._lock:
            self._waiting[task_id] = then
        self._go_on(task_id)
        if task_id in self._waiting:
            asyncio.get_running_loop().call_later(_PATIENCE, self._go_on, task_id, True)

    def over(self) -> None:
        """Note that the run has ended, after LangGraph has waited for all that it saves."""
        for task_id in list(self._waiting):
            self._go_on(task_id, True)

    def _go_on(self, task_id: str, patience_is_over: bool = False) -> None:
        with self._lock:
            if task_id in self._saving or not (patience_is_over or task_id in self._saved):
                return
            then = self._waiting.pop(task_id, None)
            if then is not None:
                self._saved.discard(task_id)
        if then is not None:
            then()


class Watched(BaseCheckpointSaver[Any]):
    """A mixin in front of a saver's own class, which records in `writes` what is being saved."""

    writes: PendingWrites

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Save the writes, and record that meanwhile."""
        with self.writes.saving(task_id):
            await super().aput_writes(config, writes, task_id, task_path)

    def put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Save the writes, and record that meanwhile."""
        with self.writes.saving(task_id):
            super().put_writes(config, writes, task_id, task_path)
