"""Workers that are forks, and the debugger's side of a process that forks them.

A fork is ready after a hundredth of a second, where a new Python needs seconds of processor time for importing
LangGraph, and as many again for importing a project (`python -m scripts.bench_worker`). Linux only, as is the kind of
socket used.
"""

import contextlib
import itertools
import os
import signal
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from ui.timetravel.worker.child.shared.process_tree import kill_tree
from ui.timetravel.worker.child.shared.protocol import Message, pack, unpack


class Forked:
    """A forked worker (see `process.Child`). Constructing it only sets up its pipes: `ask` requests the fork, and what
    is sent before it runs waits in the pipe.

    It begins in this folder and environment, unless the process that it is forked from has changed them since.
    """

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        ours: list[int] = []
        theirs: list[int] = []
        for from_us in (True, False, False):
            read, write = os.pipe()
            ours.append(write if from_us else read)
            theirs.append(read if from_us else write)
        self.stdin: IO[bytes] = os.fdopen(ours[0], "wb")
        self.stdout: IO[bytes] = os.fdopen(ours[1], "rb")
        self.stderr: IO[bytes] = os.fdopen(ours[2], "rb")
        self._child_ends = theirs
        """The child's ends of the pipes. The last is kept until the fork has been made: if the forking process dies, it
        gives the reason in it.
        """
        self._lock = threading.RLock()
        self._forker: Forker | None = None
        self._number = 0
        self._has_started = threading.Event()
        self._ended = threading.Event()
        self._pid = 0
        self._code = 0
        self.moves = 0
        """The number of imports for which it has waited in vain."""
        self.spoken_for = False
        """Whether anything was sent or printed in its name."""
        self.dropped: Callable[[], None] = lambda: None
        """Called when it is killed before any process was asked to make it."""
        with contextlib.suppress(OSError):
            self.stdin.write(pack({"do": "enter", "folder": str(folder), "env": dict(env)}))
            self.stdin.flush()

    @property
    def pid(self) -> int:
        """Waits for the process to start.

        Its id, which is its process group's too; 0 for a fork that was never made.
        """
        self._has_started.wait()
        return self._pid

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return not self._ended.is_set()

    def kill(self) -> None:
        """End it and all that it started, immediately."""
        with self._lock:
            forker = self._forker
            waits = forker is None and self.running
            if waits:
                self.parent_gone(-signal.SIGKILL, b"")
        if forker is not None and self.running:
            forker.kill(self._number)
        if waits:
            self.dropped()

    def wait(self) -> int:
        """Wait for its end, and return its exit status. The forking process ends what the worker started."""
        self._ended.wait()
        return self._code

    def ask(self, forker: "Forker", number: int, *more: int) -> bool:
        """Ask `forker` to make this fork, with `more` descriptors.

        Returns False, without asking, if it was killed before.
        """
        with self._lock:
            if not self.running:
                return False
            self._forker, self._number = forker, number
            with contextlib.suppress(OSError):  # it has just ended: see `parent_gone`
                message = pack({"do": "fork", "number": number})
                socket.send_fds(forker.control, [message], [*self._child_ends, *more])
            for descriptor in self._child_ends[:2]:
                os.close(descriptor)
            del self._child_ends[:2]
            return True

    def tell(self, message: Message) -> None:
        """Send a message in the worker's name. Possible only until `ask` has been called."""
        self._write(1, pack(message))

    def print(self, text: bytes) -> None:
        """Print something in the worker's name, as code outside Python would.

        Possible only until `ask` has been called.
        """
        self._write(2, text)

    def started(self, pid: int) -> None:
        """Note that the process has started."""
        with self._lock:
            self._pid = pid
            self._close_theirs()
            self._has_started.set()

    def end(self, code: int) -> None:
        """Note that the process has ended with this exit status."""
        with self._lock:
            self._code = code
            self._ended.set()

    def parent_gone(self, code: int, last_words: bytes) -> None:
        """Note that the forking process has ended with this exit status, and end this one.

        If it had not started, it is given `last_words` as output.
        """
        with self._lock:
            if not self._has_started.is_set():
                if self._child_ends and last_words:
                    with contextlib.suppress(OSError):
                        os.write(self._child_ends[-1], last_words)
                self.started(0)
            elif self._pid:
                kill_tree(self._pid)
                code = -signal.SIGKILL
            self.end(code)

    def _write(self, stream: int, data: bytes) -> None:
        with self._lock:
            if len(self._child_ends) == 3:
                self.spoken_for = True
                with contextlib.suppress(OSError):
                    while data:
                        data = data[os.write(self._child_ends[stream], data) :]

    def _close_theirs(self) -> None:
        while self._child_ends:
            os.close(self._child_ends.pop())


class Forker:
    """Asks a process for forks, and receives its reports about them. Safe to use from several threads."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.idle: Callable[[], None] = lambda: None
        """Called when the last fork has ended."""
        self.pid: Callable[[], int] = lambda: 0
        """The process's id, where it has one by now."""
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._children: dict[int, Forked] = {}
        self._gone = False
        self._leaving = False

    @property
    def gone(self) -> bool:
        """Whether it is known to have ended."""
        return self._gone

    @property
    def busy(self) -> bool:
        """Whether it has a fork that is running, or was asked for one."""
        return bool(self._children)

    def fork(self, child: Forked, *more: int) -> bool:
        """Have the child made, with `more` descriptors. Returns immediately; False if the process has ended.

        The process need not be ready yet: it receives the request once it is.
        """
        with self._lock:
            if self._gone or self._leaving:
                return False
            number = next(self._numbers)
            self._children[number] = child
        if not child.ask(self, number, *more):
            with self._lock:
                self._children.pop(number, None)
        return True

    def kill(self, number: int) -> None:
        """Have it kill a fork, even a stopped one; does nothing if the process has ended."""
        with contextlib.suppress(OSError):
            if (pid := self.pid()) and not self._gone:
                os.kill(pid, signal.SIGCONT)
            self.control.send(pack({"do": "kill", "number": number}))

    def shut_if_idle(self) -> None:
        """Have it end if it has no forks. It makes none from now on, even while it is still running."""
        with self._lock:
            if self._children:
                return
            self._leaving = True
        self.shut()

    def shut(self) -> None:
        """Have it end, with all its forks."""
        with contextlib.suppress(OSError):
            self.control.shutdown(socket.SHUT_RDWR)

    def hear(self, ready: Callable[[Message], None] = lambda message: None) -> None:
        """Receive its reports until its socket is closed. `ready` is called with the first one."""
        with contextlib.suppress(OSError):
            while data := self.control.recv(65536):
                message = unpack(data)
                if message["event"] == "ready":
                    ready(message)
                else:
                    self._take(message)

    def end(self, code: int, last_words: bytes) -> None:
        """Note that the process has ended with this exit status, and end its forks."""
        with self._lock:
            self._gone = True
            children, self._children = list(self._children.values()), {}
        self.control.close()
        for child in children:
            child.parent_gone(code, last_words)

    def _take(self, message: Message) -> None:
        number = message["number"]
        if message["event"] == "forked":
            self._children[number].started(message["pid"])
            return
        with self._lock:
            child = self._children.pop(number)
            last = not self._children
        if last:
            self.idle()
        child.end(message["code"])
