"""Replacements for sys.stdout and sys.stderr that know which node prints."""

import io
import sys
import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from ..shared.clipping import TEXT, clipped
from .channel import Channel

_LONG_LINE = 4096
_HUGE = 4 * TEXT
_END = TEXT // 2 - 1_000
"""The bytes kept of either end of a huge output: few enough that they, and the note between them, are not cut again."""
_MOST_PENDING = 1_000

Whose = Callable[[], tuple[str, str]]

RUN: ContextVar[str] = ContextVar("timetravel_run", default="")
"""The run to which the running code belongs, in a worker that has several; threads that a node starts don't have it."""


class _Bytes(io.RawIOBase):
    """A replacement for `sys.stdout.buffer`: takes bytes, as UTF-8."""

    def __init__(self, text: "NodeWriter") -> None:
        self._text = text

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        raw = memoryview(data).cast("B")
        if len(raw) <= _HUGE:
            self._text.write(bytes(raw).decode("utf-8", "replace"))
        else:
            ends = [bytes(part).decode("utf-8", "replace") for part in (raw[:_END], raw[-_END:])]
            self._text.write(f"{ends[0]}\n… {len(raw) - 2 * _END:,} bytes left out …\n{ends[1]}")
        return len(raw)

    def flush(self) -> None:
        self._text.flush()


class NodeWriter(io.TextIOBase):
    """A text stream that sends each line, with the node and task that wrote it, as an output message.

    Lines are kept whole for each task, however tasks in parallel take turns. What is flushed, or is long, is sent
    immediately.
    """

    whose: Whose = staticmethod(lambda: ("", ""))
    errors = "replace"

    def __init__(self, channel: Channel, kind: str, descriptor: int) -> None:
        self._channel = channel
        self._kind = kind
        self._descriptor = descriptor
        self._lock = threading.RLock()
        self._pending: dict[tuple[str, str, str], str] = {}
        self.buffer = _Bytes(self)

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Always UTF-8, whatever the locale is: messages can hold it."""
        return "utf-8"

    def fileno(self) -> int:
        """The descriptor that child processes of a node may write to; their text arrives without a node's name."""
        return self._descriptor

    def writable(self) -> bool:
        """True: the stream can always be written to."""
        return True

    def write(self, text: str) -> int:
        """Take text from the node that runs in this thread or asyncio task."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        written = len(text)
        if written > _HUGE:
            text = clipped(text, 2 * TEXT)
        owner = (*self.whose(), RUN.get())
        with self._lock:
            waiting = self._pending.pop(owner, "") + text
            cut = waiting.rfind("\n") + 1
            if len(waiting) - cut > _LONG_LINE:
                cut = len(waiting)
            if waiting[cut:]:
                self._pending[owner] = waiting[cut:]
            self._send(owner, waiting[:cut])
            if len(self._pending) > _MOST_PENDING:
                self.flush()
        return written

    def flush(self) -> None:
        """Send the unfinished lines of all tasks."""
        with self._lock:
            waiting, self._pending = self._pending, {}
            for owner, text in waiting.items():
                self._send(owner, text)

    def _send(self, owner: tuple[str, str, str], text: str) -> None:
        if text:
            node, task, run = owner
            told = {"event": "output", "kind": self._kind, "node": node, "task": task, "text": text}
            self._channel.send({**told, "run": run} if run else told)


def capture(channel: Channel) -> None:
    """Replace sys.stdout and sys.stderr, before any code can have kept the old ones."""
    sys.stdout = sys.__stdout__ = NodeWriter(channel, "stdout", 1)  # type: ignore[assignment,misc]
    sys.stderr = sys.__stderr__ = NodeWriter(channel, "stderr", 2)  # type: ignore[assignment,misc]


def name_nodes_by(whose: Whose) -> None:
    """From now on ask `whose` for the (node, task id) of the code that writes."""
    NodeWriter.whose = staticmethod(whose)
