"""One worker process: sent requests, read from, and ended together with everything that it started."""

import codecs
import contextlib
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import IO, Protocol

from ui.timetravel.ground.redaction.redact import MaskedStream
from ui.timetravel.worker.child.shared.protocol import MOST_BYTES, Message, pack, unpack
from ui.timetravel.worker.messages.output_mask import OutputMask

_DRAIN_SECONDS = 2.0
_TEXT_AT_ONCE = 5_000_000
_TEXT_SECONDS = 0.1
"""The rate, as bytes and seconds, at which output outside the protocol is read."""
_CHUNK = 1 << 16
_BEGINNING = re.compile(rb'\{"event":"(\w+)"')
"""The beginning of a message, see `protocol.pack`."""
_SMALL = frozenset(
    (b"output", b"note", b"started", b"ended", b"checkpoint", b"changed", b"prepared", b"ready", b"forked")
)
_MOST_OF_SMALL = 4_000_000
_FOREIGN: Message = {"event": "foreign", "lines": 1}

OnMessage = Callable[[Message], None]
OnText = Callable[[str], None]
OnExit = Callable[[int], None]


class Child(Protocol):
    """A process that runs the worker's program, forked or spawned, with its own process group and session."""

    @property
    def stdin(self) -> IO[bytes]:
        """The stream from which it reads requests."""
        ...

    @property
    def stdout(self) -> IO[bytes]:
        """The stream of its messages."""
        ...

    @property
    def stderr(self) -> IO[bytes]:
        """The stream of output that did not go through its protocol."""
        ...

    @property
    def pid(self) -> int:
        """The process id, which is its process group's too."""
        ...

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        ...

    def kill(self) -> None:
        """End it and all that it started, immediately. May be called more than once, and after its end."""
        ...

    def wait(self) -> int:
        """Wait for its end, end what it started and is still running, and return its exit status."""
        ...


class WorkerProcess:
    """A child that imports LangGraph and waits for its one request. It ends when this process ends, for whatever
    reason.

    Secrets that this process knows, even other stores', are masked in its messages (redact.py), since a node may find
    them anywhere on this machine, and print them.
    """

    def __init__(self, child: Child) -> None:
        self._child = child
        self._listeners: tuple[OnMessage, OnText, OnExit] | None = None
        self.earlier: list[Message] = []
        """Messages for the next listener, before all others."""
        self.exited = threading.Event()

    @property
    def pid(self) -> int:
        """The process id, which is its process group's too."""
        return self._child.pid

    def fresh(self) -> bool:
        """Whether a process that nobody has listened to is still waiting for its request."""
        return self._child.running

    def listen(self, on_message: OnMessage, on_text: OnText, on_exit: OnExit) -> None:
        """Start reading its messages, the text that did not go through the protocol, and finally its exit status.

        The callbacks are called in threads of their own; `on_exit` after everything else. Calling this again replaces
        the callbacks for all that comes afterwards.
        """
        heard = self._listeners is not None
        self._listeners = on_message, on_text, on_exit
        while self.earlier:
            on_message(self.earlier.pop(0))
        if heard:
            return
        readers = [
            threading.Thread(target=self._read_messages, daemon=True),
            threading.Thread(target=self._read_text, daemon=True),
        ]
        for reader in readers:
            reader.start()
        threading.Thread(target=self._watch, args=(readers,), daemon=True).start()

    def send(self, message: Message) -> None:
        """Send one message. Does nothing when the child has ended, since its exit is reported anyway."""
        with contextlib.suppress(OSError, ValueError):
            self._child.stdin.write(pack(message))
            self._child.stdin.flush()

    def kill(self) -> None:
        """End the child and all that its nodes started, immediately. May be called more than once."""
        self._child.kill()

    def discard(self) -> None:
        """End a process that nobody listens to, and wait for its end."""
        self.kill()
        self._reap()

    def _reap(self) -> int:
        code = self._child.wait()
        with contextlib.suppress(OSError):
            self._child.stdin.close()
        self.exited.set()
        return code

    @property
    def _heard_by(self) -> tuple[OnMessage, OnText, OnExit]:
        assert self._listeners is not None
        return self._listeners

    def _watch(self, readers: list[threading.Thread]) -> None:
        code = self._reap()
        for reader in readers:
            reader.join(_DRAIN_SECONDS)
        self._heard_by[2](code)

    def _read_messages(self) -> None:
        mask = OutputMask()
        with self._child.stdout as stream:
            for line in lines(stream, MOST_BYTES):
                message = _message(line)
                try:
                    for each in mask.take(message):
                        self._heard_by[0](each)
                except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
                    if message is not _FOREIGN:  # the listener found in it what a worker never sends
                        self._heard_by[0](_FOREIGN)
        for each in mask.rest():
            self._heard_by[0](each)

    def _read_text(self) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        mask = MaskedStream()
        room, since = _TEXT_AT_ONCE, time.monotonic()
        with self._child.stderr as stream:
            while data := os.read(stream.fileno(), 65536):
                if text := mask.take(decoder.decode(data)):
                    self._heard_by[1](text)
                room -= len(data)
                if room < 0:  # a flood: its writer has to wait, so that there is processor time for everything else
                    time.sleep(max(0.0, since + _TEXT_SECONDS - time.monotonic()))
                    room, since = _TEXT_AT_ONCE, time.monotonic()
        if text := mask.end():
            self._heard_by[1](text)


def lines(stream: IO[bytes], most: int) -> Iterator[bytes | bytearray]:
    """The lines of a stream, without empty ones; of a line that is longer than `most` bytes only the beginning.

    The same applies to a line that does not begin as a message does, or that is longer than its kind of message: the
    rest is discarded while it comes.
    """
    while chunk := stream.readline(min(_CHUNK, most)):
        if chunk == b"\n":
            continue
        found = _BEGINNING.match(chunk)
        limit = 0 if found is None else min(most, _MOST_OF_SMALL) if found[1] in _SMALL else most
        line = bytearray(chunk)
        while not chunk.endswith(b"\n") and (chunk := stream.readline(_CHUNK)):
            if len(line) + len(chunk) <= limit:
                line += chunk
            elif limit:
                limit = 0
                del line[min(_CHUNK, most) :]
        yield line


def _message(line: bytes | bytearray) -> Message:
    """The worker's message; for a line that is not one (cut off by a kill, or written by a node) a message about
    that.
    """
    try:
        message = unpack(line)
    except (ValueError, RecursionError):
        return _FOREIGN
    return message if isinstance(message.get("event"), str) else _FOREIGN
