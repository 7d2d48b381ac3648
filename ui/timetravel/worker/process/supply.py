"""Starts worker processes. One has imported LangGraph before it is needed, so that a request need not wait for that."""

import contextlib
import socket
import sys
import threading
from pathlib import Path
from typing import Protocol

from ui.timetravel.errors import GraphLoadError
from ui.timetravel.model.project import Project
from ui.timetravel.worker.process.forked import Forked, Forker
from ui.timetravel.worker.process.process import WorkerProcess
from ui.timetravel.worker.process.spawned import Spawned, environment
from ui.timetravel.worker.process.template import Template, template


class WorkerSupply(Protocol):
    """Starts processes for one project and one Python. Safe to use from several threads.

    Methods that start one raise GraphLoadError when the Python can't be started.
    """

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a process that is started now."""
        ...

    def prepare(self) -> None:
        """Make the next process start fast. Returns immediately, and never raises."""
        ...

    def take(self) -> WorkerProcess:
        """A process that waits for its one request."""
        ...

    def unborn(self) -> Forked | None:
        """A fork that no process has been asked to make yet; None where forks are not used."""
        ...

    def make(self, child: Forked) -> None:
        """Make this fork, so that it is what `take` returns."""
        ...

    def stayer(self) -> tuple[WorkerProcess, Forker | None]:
        """A process that waits for the module to import and then stays, and its `Forker` if it can be forked."""
        ...

    def renew(self) -> None:
        """Drop the prepared process, because a file of LangGraph's, or of what it imports, has changed."""
        ...

    def close(self) -> None:
        """End the prepared process, if it is this project's alone."""
        ...


def supply(project: Project, python: str) -> WorkerSupply:
    """The supply for this machine: forks, or, where these are not safe (macOS), one process in reserve."""
    return (ForkSupply if sys.platform == "linux" else SpawnSupply)(project, python)


class ForkSupply:
    """Every process is a fork: of the template, or of a process that has imported the project's graph."""

    def __init__(self, project: Project, python: str) -> None:
        self._project = project
        self._python = python

    @property
    def environment(self) -> dict[str, str]:
        """Our own environment, with the project's on top."""
        return environment(self._project.env)

    def prepare(self) -> None:
        """Start the template, if it is not running."""
        # A Python that can't be started is reported when somebody wants to run something.
        with contextlib.suppress(GraphLoadError):
            self._template()

    def take(self) -> WorkerProcess:
        """A new fork of the template."""
        child = self.unborn()
        self.make(child)
        return WorkerProcess(child)

    def unborn(self) -> Forked:
        """A fork that has not been made yet."""
        return Forked(_folder(self._project), self.environment)

    def make(self, child: Forked) -> None:
        """Make this fork, from the template."""
        while not self._template().fork(child):
            pass  # it has just ended: the next call starts a new one

    def stayer(self) -> tuple[WorkerProcess, Forker | None]:
        """A fork of the template that can be forked itself."""
        child = self.unborn()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            while not self._template().fork(child, theirs.fileno()):
                pass
        return WorkerProcess(child), Forker(ours)

    def renew(self) -> None:
        """Retire the template, so that the next fork is of a new one."""
        with contextlib.suppress(GraphLoadError):
            self._template().retire()

    def close(self) -> None:
        """Do nothing: the template is shared with other projects."""

    def _template(self) -> Template:
        return template(self._python, _folder(self._project), self._project.env)


class SpawnSupply:
    """Every process is a new Python. One that has imported LangGraph is kept in reserve."""

    def __init__(self, project: Project, python: str) -> None:
        self._project = project
        self._python = python
        self._lock = threading.Lock()
        self._closed = False
        self._waiting: WorkerProcess | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Our own environment, with the project's on top."""
        return environment(self._project.env)

    def prepare(self) -> None:
        """Start the process in reserve, if it is not running."""
        with self._lock, contextlib.suppress(GraphLoadError):
            if not self._closed and self._waiting is None:
                self._waiting = self._new()

    def take(self) -> WorkerProcess:
        """The process in reserve, or a new one."""
        with self._lock:
            process, self._waiting = self._waiting, None
        return process if process is not None and process.fresh() else self._new()

    def unborn(self) -> None:
        """None, because forks are not used."""

    def make(self, child: Forked) -> None:
        """Never called, because forks are not used."""
        raise NotImplementedError

    def stayer(self) -> tuple[WorkerProcess, Forker | None]:
        """A process as from `take`, which can't be forked."""
        return self.take(), None

    def renew(self) -> None:
        """End the process in reserve."""
        with self._lock:
            process, self._waiting = self._waiting, None
        if process is not None:
            process.discard()

    def close(self) -> None:
        """End the process in reserve."""
        with self._lock:
            self._closed = True
        self.renew()

    def _new(self) -> WorkerProcess:
        return WorkerProcess(Spawned(self._python, _folder(self._project), self._project.env))


def _folder(project: Project) -> Path:
    return project.root if project.root.is_dir() else Path.cwd()
