"""An event loop in a thread of its own that survives what its tasks raise."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")

_THREADS = 128


class Loop:
    """Runs for as long as the process does.

    sys.exit() in a task ends `run_forever`, which is then called again for the other tasks. There are many threads for
    code that is not awaited, since nodes that hang keep theirs.
    """

    def __init__(self, name: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.loop.set_default_executor(ThreadPoolExecutor(_THREADS, thread_name_prefix=name))
        self._tasks: set[asyncio.Task[None]] = set()
        threading.Thread(target=self._go_on, name=name, daemon=True).start()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Start a task from any thread, without waiting."""
        self.loop.call_soon_threadsafe(self._begin, work)

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a task and wait for its result, or raise its error; called from another thread."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        """Call `action` after some seconds; may be called from any thread."""
        self.loop.call_soon_threadsafe(self.loop.call_later, seconds, action)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _go_on(self) -> None:
        asyncio.set_event_loop(self.loop)
        while True:
            try:
                self.loop.run_forever()
            except (SystemExit, KeyboardInterrupt):
                continue
