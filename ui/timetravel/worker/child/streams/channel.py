"""The worker's end of the protocol, which nodes can neither print to nor read from."""

import faulthandler
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import IO, Protocol

from ..shared.process_tree import kill_tree
from ..shared.protocol import MOST_BYTES, Message, pack, too_long, unpack
from .output_gate import OutputGate

_RELEASE_SECONDS = 0.5


class Channel:
    """Owns duplicates of the original stdin and stdout; file descriptors 0 and 1 become /dev/null and stderr.

    So input() in a node fails immediately rather than reading a request, and what C code or a child process writes to
    file descriptor 1 can't corrupt the protocol. `send` may be called from any thread.
    """

    def __init__(self) -> None:
        self._requests: IO[bytes] | None = None
        self._out = -1
        self._lock = threading.Lock()
        self._forked = False
        self._on_request: Callable[[Message], None] | None = None
        self._gate = OutputGate()
        self._releases = False

    def open(self) -> None:
        """Take over the descriptors 0 to 2. Messages sent before that are dropped."""
        os.register_at_fork(after_in_child=self._in_a_fork)
        self._take_over()

    def open_anew(self) -> None:
        """In a fork that is a worker of its own: close the other process's streams, and take over its own."""
        assert self._requests is not None
        self._requests.close()
        os.close(self._out)
        self._forked = False
        self._take_over()

    def _take_over(self) -> None:
        self._requests = os.fdopen(os.dup(0), "rb")
        self._out = os.dup(1)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        faulthandler.enable(2)

    @property
    def requests(self) -> int:
        """The descriptor from which requests are read."""
        assert self._requests is not None
        return self._requests.fileno()

    def send(self, message: Message) -> None:
        """Send one message to the debugger.

        In a process that a node forked, output goes to stderr and everything else is dropped.
        """
        if self._out < 0:
            return
        if self._forked:
            if message["event"] == "output":
                os.write(2, str(message["text"]).encode("utf-8", "replace"))
            return
        with self._lock:
            if message["event"] == "output":
                to_send = self._gate.let(message)
                if self._gate.holds and not self._releases:
                    self._releases = True
                    threading.Thread(target=self._release, name="timetravel-output", daemon=True).start()
            else:
                to_send = [*self._gate.release(), message]
            for each in to_send:
                self._write(each)

    def _write(self, message: Message) -> None:
        # Begin with a new line, whatever else a node has written to our descriptor.
        message = {"event": message["event"], **message}  # first: the other side decides by it how much to read
        line = memoryview(b"\n" + pack(message))
        if len(line) > MOST_BYTES:
            line = memoryview(b"\n" + pack(too_long(message, len(line))))
        while line:
            line = line[os.write(self._out, line) :]

    def _release(self) -> None:
        """Send the output that was held back during a flood, even if none comes after it."""
        while True:
            time.sleep(_RELEASE_SECONDS)
            with self._lock:
                if not self._gate.holds or self._forked:
                    self._releases = False
                    return
                for each in self._gate.release():
                    self._write(each)

    def first(self) -> Message:
        """Wait for a request that others may follow. Ends the process if there will be none."""
        assert self._requests is not None
        line = self._requests.readline()
        if not line:
            die()
        return unpack(line)

    def watch(self, on_request: Callable[[Message], None]) -> None:
        """From now on read requests, in a thread of its own, and end the process when the debugger has ended.

        Calling this again replaces the function that gets the requests.
        """
        watched = self._on_request is not None
        self._on_request = on_request
        if not watched:
            threading.Thread(target=self._watch, name="timetravel-requests", daemon=True).start()

    def _watch(self) -> None:
        assert self._requests is not None
        assert self._on_request is not None
        for line in self._requests:
            self._on_request(unpack(line))
        die()

    def _in_a_fork(self) -> None:
        self._forked = True
        self._lock = threading.Lock()
        self._gate = OutputGate()
        self._releases = False


class RunChannel:
    """The channel as used by one of several runs: every message names the run."""

    def __init__(self, channel: Channel, run: str) -> None:
        self._channel = channel
        self._run = run

    def send(self, message: Message) -> None:
        """Send one message, with the run's name."""
        self._channel.send({**message, "run": self._run})


class Sending(Protocol):
    """Something that messages can be given to: the channel, or that of one run."""

    def send(self, message: Message) -> None:
        """Send one message to the debugger."""
        ...


def die() -> None:
    """End this process and what its nodes started, immediately: nobody is left to receive their results."""
    kill_tree(os.getpid(), itself=False)
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def flush() -> None:
    """Send what was printed so far without an end of line."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
