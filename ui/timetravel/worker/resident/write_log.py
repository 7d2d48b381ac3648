"""What a worker's runs have written to the saver that it holds, counted."""

import threading
from collections import defaultdict
from collections.abc import Callable, Hashable

OnWrite = Callable[[str, str, str], None]


class WriteLog:
    """Counts writes, by thread and in all. Safe for threads. `on_write` is called with each write's place."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._life = 0
        self._in_all = 0
        self._of: defaultdict[str, int] = defaultdict(int)
        self._newest: dict[str, str] = {}
        self.on_write: OnWrite = lambda thread, namespace, checkpoint: None

    def record(self, thread: str, namespace: str = "", checkpoint: str = "") -> None:
        """Something was written to this thread."""
        with self._lock:
            self._in_all += 1
            self._of[thread] += 1
            self._newest[thread] = max(checkpoint, self._newest.get(thread, ""))
        self.on_write(thread, namespace, checkpoint)

    def restart(self) -> None:
        """The process is another one now: whatever was known of its memory may be gone."""
        with self._lock:
            self._life += 1
        self.on_write("", "", "")

    def change_token(self, thread: str = "") -> Hashable:
        """A value that differs after a write to this thread, or to any."""
        with self._lock:
            return self._life, self._of[thread] if thread else self._in_all

    def threads(self) -> list[str]:
        """The threads that were written to, the first one first."""
        with self._lock:
            return list(self._newest)

    def newest(self, thread: str) -> str:
        """The newest checkpoint of this thread that was written or written on, empty if there was none."""
        with self._lock:
            return self._newest.get(thread, "")
