"""A worker that is a newly started Python."""

import contextlib
import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from ui.timetravel.errors import GraphLoadError
from ui.timetravel.ground.environment import variables
from ui.timetravel.ground.guard import guard
from ui.timetravel.ground.paths import WORKER
from ui.timetravel.ground.read_only import looks_only
from ui.timetravel.worker.child.shared.process_tree import kill_tree

OURS = frozenset(("TIMETRAVEL_SETTINGS", "TIMETRAVEL_TOKEN"))
"""Variables that are for the app alone: they name its stores, with their passwords, and contain its token."""


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """The environment for a worker: that of the user's shell, with `env` on top, and without the app's own
    variables.
    """
    theirs = {name: value for name, value in variables().items() if name not in OURS}
    # Unbuffered for what nodes start; UTF-8 whatever the locale, since messages and screens are UTF-8.
    return {**theirs, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1", **env, **looks_only()}


def start(
    python: str, folder: Path, env: Mapping[str, str], *arguments: str, piped: bool, pass_fds: Sequence[int] = ()
) -> "subprocess.Popen[bytes]":
    """Start the worker's program with this Python in a folder, in a session of its own; its stderr is a pipe.

    With `piped` its stdin and stdout are pipes as well, else /dev/null. Raises GraphLoadError when it can't be started.
    """
    stream = subprocess.PIPE if piped else subprocess.DEVNULL
    try:
        return subprocess.Popen(
            [python, str(WORKER), *arguments],
            pass_fds=pass_fds,
            stdin=stream,
            stdout=stream,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=environment(env),
            start_new_session=True,
        )
    except OSError as error:
        raise GraphLoadError(f"The Python to run graphs with can't be started: {error}.") from error


class Spawned:
    """A new process of this Python in this folder: see `process.Child`. The constructor returns immediately.

    Raises GraphLoadError when the Python can't be started.
    """

    def __init__(self, python: str, folder: Path, env: Mapping[str, str]) -> None:
        self._child = start(python, folder, env, piped=True)
        guard.watch_process(self._child.pid)
        assert self._child.stdin and self._child.stdout and self._child.stderr  # noqa: PT018
        self.stdin: IO[bytes] = self._child.stdin
        self.stdout: IO[bytes] = self._child.stdout
        self.stderr: IO[bytes] = self._child.stderr
        self._lock = threading.Lock()
        self._reaped = False

    @property
    def pid(self) -> int:
        """The process id, which is its process group's too."""
        return self._child.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._child.poll() is None

    def kill(self) -> None:
        """End it and all that it started, immediately."""
        with self._lock:
            if not self._reaped:
                kill_tree(self.pid)

    def wait(self) -> int:
        """Wait for its end, end what it started and is still running, and return its exit status."""
        # The group's id is not reused until its leader is reaped, so the rest of the group is killed before that.
        if hasattr(os, "waitid") and not self._reaped:
            with contextlib.suppress(ChildProcessError):
                os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        with self._lock:
            if not self._reaped:
                kill_tree(self.pid)
                self._child.wait()
                self._reaped = True
                guard.forget_process(self.pid)
        return self._child.returncode
