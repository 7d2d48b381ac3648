"""Counts the writes of a worker's runs to the saver that it holds."""

import threading
from collections import defaultdict
from collections.abc import Callable, Hashable

OnWrite = Callable[[str, str, str], None]


class WriteLog:
    """Counts writes, by thread and in all. Safe to use from several threads. `on_write` is called for each write."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._life = 0
        self._in_all = 0
        self._of: defaultdict[str, int] = defaultdict(int)
        self._newest: dict[str, str] = {}
        self.on_write: OnWrite = lambda thread, namespace, checkpoint: None

    def record(self, thread: str, namespace: str = "", checkpoint: str = "") -> None:
        """Count a write to this thread."""
        with self._lock:
            self._in_all += 1
            self._of[thread] += 1
            self._newest[thread] = max(checkpoint, self._newest.get(thread, ""))
        self.on_write(thread, namespace, checkpoint)

    def restart(self) -> None:
        """Note that the process is a new one, whose memory may lack everything that was known."""
        with self._lock:
            self._life += 1
        self.on_write("", "", "")

    def change_token(self, thread: str = "") -> Hashable:
        """A value that differs after a write to this thread, or to any thread if none is given."""
        with self._lock:
            return self._life, self._of[thread] if thread else self._in_all

    def threads(self) -> list[str]:
        """The threads that were written to, in the order of their first write."""
        with self._lock:
            return list(self._newest)

    def newest(self, thread: str) -> str:
        """The newest checkpoint of this thread that was written, or written on; empty if there was none."""
        with self._lock:
            return self._newest.get(thread, "")
