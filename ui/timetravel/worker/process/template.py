"""The template of workers: a process that has imported LangGraph, and nothing of the user's.

All pools with the same Python and settings share it. Workers that need no graph are forks of it, and so are the
processes that import a project's graphs.
"""

import atexit
import contextlib
import os
import socket
import threading
from collections.abc import Mapping
from pathlib import Path

from ui.timetravel.errors import GraphLoadError
from ui.timetravel.ground.environment import variables
from ui.timetravel.ground.guard import guard
from ui.timetravel.ground.read_only import looks_only
from ui.timetravel.worker.child.shared.protocol import Message
from ui.timetravel.worker.process.forked import Forked, Forker
from ui.timetravel.worker.process.spawned import start

_MOST = 4
"""The most templates that are kept: each has LangGraph in memory, some 80 MB."""
_LAST_WORDS = 65536
_READ_AT_START = ("PYTHON", "LANG", "LC_", "LD_", "SSL_", "PYDANTIC_", "TZ")
"""The beginnings of names of variables that Python, LangGraph or its imports read before the first worker does."""


class Template:
    """A process that forks workers. The constructor returns immediately; LangGraph is imported meanwhile.

    It ends when this process ends, for whatever reason, and so do its workers. Safe to use from several threads. Raises
    GraphLoadError when the Python can't be started.
    """

    def __init__(self, python: str, folder: Path, env: Mapping[str, str]) -> None:
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            number = theirs.fileno()
            try:
                self._process = start(python, folder, env, str(number), piped=False, pass_fds=(number,))
            except GraphLoadError:
                control.close()
                raise
        self._forker = Forker(control)
        self._forker.idle = self._end_if_idle
        self._forker.pid = lambda: self._process.pid
        guard.watch_process(self._process.pid)
        self._packages: dict[str, int] = {}
        self._last_words = b""
        self._retired = False
        threading.Thread(target=self._hear, daemon=True).start()

    @property
    def pid(self) -> int:
        """The id of its process."""
        return self._process.pid

    @property
    def fit(self) -> bool:
        """Whether its forks would equal a new Python: packages may have been installed since it started."""
        if self._retired or self._forker.gone:
            return False
        with contextlib.suppress(OSError):
            return all(Path(at).stat().st_mtime_ns == when for at, when in self._packages.items())
        return False

    def fork(self, child: Forked, *more: int) -> bool:
        """Have a worker made. With one more descriptor it is a worker that forks others, and the descriptor is its
        socket.

        Returns immediately, even while LangGraph is being imported; False if the template has ended.
        """
        return self._forker.fork(child, *more)

    def retire(self) -> None:
        """End it as soon as it has no workers."""
        self._retired = True
        self._end_if_idle()

    def _end_if_idle(self) -> None:
        if self._retired:
            self._forker.shut_if_idle()

    def _hear(self) -> None:
        words = threading.Thread(target=self._listen, daemon=True)
        words.start()
        self._forker.hear(self._ready)
        code = self._process.wait()
        guard.forget_process(self._process.pid)
        words.join(1)
        self._forker.end(code, self._last_words)

    def _ready(self, message: Message) -> None:
        self._packages = message["packages"]

    def _listen(self) -> None:
        assert self._process.stderr
        with self._process.stderr as stream:
            while data := os.read(stream.fileno(), 65536):
                self._last_words = (self._last_words + data)[-_LAST_WORDS:]


def template(python: str, folder: Path, env: Mapping[str, str]) -> Template:
    """The template of this Python for these settings, started if there is none yet. Raises GraphLoadError."""
    read = {name: value for name, value in variables().items() if name.startswith(_READ_AT_START)} | dict(env)
    key = (python, *sorted((read | looks_only()).items()))
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
