"""Workers that are forks of a template: a process that has imported LangGraph, and nothing of the user's.

A fork is ready after 0.008 s where a new Python needs 2.1 s of a processor, most of it for importing LangGraph
(`python -m scripts.bench_worker`, two cores). Its code is as fresh: the user's modules are imported in it alone. A
template is shared by all who run graphs with the same Python and settings. Linux only, as the socket between is.
"""

import atexit
import contextlib
import itertools
import os
import signal
import socket
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from ui.timetravel.errors import GraphLoadError
from ui.timetravel.worker.protocol import Message, pack, unpack
from ui.timetravel.worker.spawned import environment, start

_MOST = 4
"""Templates that are kept for the next worker: each holds LangGraph in memory, some 80 MB."""
_LAST_WORDS = 65536
_READ_AT_START = ("PYTHON", "LANG", "LC_", "LD_", "SSL_", "PYDANTIC_", "TZ")
"""How the names of variables begin that Python, LangGraph or what it imports looks at before the first worker does."""


class Forked:
    """One fork: see `process.Child`. It is there before the template has made it, and waits with what is sent to it."""

    def __init__(self, template: "Template", number: int) -> None:
        ours: list[int] = []
        theirs: list[int] = []
        for from_us in (True, False, False):
            read, write = os.pipe()
            ours.append(write if from_us else read)
            theirs.append(read if from_us else write)
        self.stdin: IO[bytes] = os.fdopen(ours[0], "wb")
        self.stdout: IO[bytes] = os.fdopen(ours[1], "rb")
        self.stderr: IO[bytes] = os.fdopen(ours[2], "rb")
        self.theirs = theirs
        """The child's ends of these. The last is kept until the fork is there: a template that dies says why in it."""
        self._template = template
        self._number = number
        self._born = threading.Event()
        self._ended = threading.Event()
        self._pid = 0
        self._code = 0

    @property
    def pid(self) -> int:
        """The process id, once there is one, which is its process group's too; 0 for one that never was."""
        self._born.wait()
        return self._pid

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return not self._ended.is_set()

    def kill(self) -> None:
        """End it and all that it started, at once."""
        if self.running:
            self._template.say({"do": "kill", "number": self._number})

    def wait(self) -> int:
        """Wait for its end, and give its exit status; the template ends what it started and is still there."""
        self._ended.wait()
        return self._code

    def born(self, pid: int) -> None:
        """It is there."""
        self._pid = pid
        os.close(self.theirs[2])
        self._born.set()

    def end(self, code: int) -> None:
        """It has ended, with this exit status."""
        self._code = code
        self._ended.set()

    def orphaned(self, code: int, last_words: bytes) -> None:
        """Its template is gone, with this exit status. Ends it; one that never was tells why."""
        if not self._born.is_set():
            with contextlib.suppress(OSError):
                os.write(self.theirs[2], last_words)
            self.born(0)
        elif self._pid:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._pid, signal.SIGKILL)
            code = -signal.SIGKILL
        self.end(code)


class Template:
    """A process that forks workers. The constructor returns at once; LangGraph is imported meanwhile.

    It ends when this process does, however that happens, and so do its workers. Safe for threads. Raises GraphLoadError
    when the Python can't be started.
    """

    def __init__(self, python: str, folder: Path, env: Mapping[str, str]) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            number = theirs.fileno()
            try:
                self._process = start(python, folder, env, str(number), piped=False, pass_fds=(number,))
            except GraphLoadError:
                self._control.close()
                raise
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._children: dict[int, Forked] = {}
        self._packages: dict[str, int] = {}
        self._last_words = b""
        self._gone = False
        self._retired = False
        threading.Thread(target=self._hear, daemon=True).start()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def fit(self) -> bool:
        """Whether what it would fork is what a new Python would be: packages may have been installed since."""
        with contextlib.suppress(OSError):
            return not self._gone and all(Path(at).stat().st_mtime_ns == when for at, when in self._packages.items())
        return False

    def fork(self, folder: Path, env: Mapping[str, str]) -> Forked | None:
        """A new worker in this folder, with our environment of now and `env` on top; None where the template is gone.

        Returns at once, also while LangGraph is still being imported.
        """
        with self._lock:
            if self._gone:
                return None
            number = next(self._numbers)
            child = self._children[number] = Forked(self, number)
            with contextlib.suppress(OSError):  # it has just ended: `_hear` tells the child
                socket.send_fds(self._control, [pack({"do": "fork", "number": number})], child.theirs)
            for descriptor in child.theirs[:2]:
                os.close(descriptor)
        with contextlib.suppress(OSError):
            child.stdin.write(pack({"do": "enter", "folder": str(folder), "env": environment(env)}))
            child.stdin.flush()
        return child

    def say(self, message: Message) -> None:
        """Tell the template something; nothing happens where it is gone."""
        with contextlib.suppress(OSError):
            self._control.send(pack(message))

    def retire(self) -> None:
        """End it as soon as it has no workers."""
        with self._lock:
            self._retired = True
            self._end_if_idle()

    def _end_if_idle(self) -> None:
        if self._retired and not self._children:
            with contextlib.suppress(OSError):
                self._control.shutdown(socket.SHUT_RDWR)

    def _hear(self) -> None:
        words = threading.Thread(target=self._listen, daemon=True)
        words.start()
        with contextlib.suppress(OSError):
            while data := self._control.recv(65536):
                self._take(unpack(data))
        code = self._process.wait()
        words.join(1)
        with self._lock:
            self._gone = True
            children, self._children = list(self._children.values()), {}
        self._control.close()
        for child in children:
            child.orphaned(code, self._last_words)

    def _listen(self) -> None:
        assert self._process.stderr
        with self._process.stderr as stream:
            while data := os.read(stream.fileno(), 65536):
                self._last_words = (self._last_words + data)[-_LAST_WORDS:]

    def _take(self, message: Message) -> None:
        event = message["event"]
        if event == "ready":
            self._packages = message["packages"]
        elif event == "forked":
            self._children[message["number"]].born(message["pid"])
        elif event == "ended":
            with self._lock:
                child = self._children.pop(message["number"])
                self._end_if_idle()
            child.end(message["code"])


def template(python: str, folder: Path, env: Mapping[str, str]) -> Template:
    """The template of this Python for these settings, started if there is none yet. Raises GraphLoadError."""
    read = {name: value for name, value in os.environ.items() if name.startswith(_READ_AT_START)} | dict(env)
    key = (python, *sorted(read.items()))
    with _lock:
        found = _templates.pop(key, None)
        if found is not None and not found.fit:
            found.retire()
            found = None
        _templates[key] = found = found or Template(python, folder, env)
        while len(_templates) > _MOST:
            _templates.pop(next(iter(_templates))).retire()
    return found


_lock = threading.Lock()
_templates: dict[tuple[object, ...], Template] = {}


@atexit.register
def _retire_all() -> None:
    for each in _templates.values():
        each.retire()
