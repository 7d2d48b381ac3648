"""Where worker processes come from: one that has imported LangGraph is there before anybody asks for it."""

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
    """Gives processes for one project and one Python. Safe for threads.

    What starts one raises GraphLoadError when the Python can't be started.
    """

    @property
    def environment(self) -> dict[str, str]:
        """What a process that begins now has for its environment."""
        ...

    def prepare(self) -> None:
        """See to it that the next process starts fast. Returns at once, and raises nothing."""
        ...

    def take(self) -> WorkerProcess:
        """A process that waits for its one request."""
        ...

    def unborn(self) -> Forked | None:
        """A process that nobody was asked to make yet; None where there are no forks."""
        ...

    def make(self, child: Forked) -> None:
        """Make it, as `take` does."""
        ...

    def stayer(self) -> tuple[WorkerProcess, Forker | None]:
        """A process that waits for what it shall import and stays then, and how it is forked, where that can be."""
        ...

    def renew(self) -> None:
        """Start from the beginning: a file of LangGraph's, or of what it imports, is another."""
        ...

    def close(self) -> None:
        """End what nobody took."""
        ...


def supply(project: Project, python: str) -> WorkerSupply:
    """The supply for this machine: forks, or, where these are not safe (macOS), a process in reserve."""
    return (ForkSupply if sys.platform == "linux" else SpawnSupply)(project, python)


class ForkSupply:
    """Every process is a fork: of the template, or of one that has imported the project's graph."""

    def __init__(self, project: Project, python: str) -> None:
        self._project = project
        self._python = python

    @property
    def environment(self) -> dict[str, str]:
        """Ours, and the project's on top."""
        return environment(self._project.env)

    def prepare(self) -> None:
        """Start the template, if it is not there."""
        # A Python that can't be started is told of when somebody wants to run something.
        with contextlib.suppress(GraphLoadError):
            self._template()

    def take(self) -> WorkerProcess:
        """A new fork of the template."""
        child = self.unborn()
        self.make(child)
        return WorkerProcess(child)

    def unborn(self) -> Forked:
        """A fork to be."""
        return Forked(_folder(self._project), self.environment)

    def make(self, child: Forked) -> None:
        """Fork the template."""
        while not self._template().fork(child):
            pass  # it ended just now: the next one is a new one

    def stayer(self) -> tuple[WorkerProcess, Forker | None]:
        """A fork of the template that can be forked itself."""
        child = self.unborn()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            while not self._template().fork(child, theirs.fileno()):
                pass
        return WorkerProcess(child), Forker(ours)

    def renew(self) -> None:
        """Let go of the template."""
        with contextlib.suppress(GraphLoadError):
            self._template().retire()

    def close(self) -> None:
        """Nothing waits here that is this project's alone."""

    def _template(self) -> Template:
        return template(self._python, _folder(self._project), self._project.env)


class SpawnSupply:
    """Every process is a new Python; one that has imported LangGraph waits for whoever comes next."""

    def __init__(self, project: Project, python: str) -> None:
        self._project = project
        self._python = python
        self._lock = threading.Lock()
        self._closed = False
        self._waiting: WorkerProcess | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Ours, and the project's on top."""
        return environment(self._project.env)

    def prepare(self) -> None:
        """Start the one in reserve, if it is not there."""
        with self._lock, contextlib.suppress(GraphLoadError):
            if not self._closed and self._waiting is None:
                self._waiting = self._new()

    def take(self) -> WorkerProcess:
        """The one in reserve, or a new one."""
        with self._lock:
            process, self._waiting = self._waiting, None
        return process if process is not None and process.fresh() else self._new()

    def unborn(self) -> None:
        """There are no forks."""

    def make(self, child: Forked) -> None:
        """There are no forks."""
        raise NotImplementedError

    def stayer(self) -> tuple[WorkerProcess, Forker | None]:
        """As `take`."""
        return self.take(), None

    def renew(self) -> None:
        """End the one in reserve."""
        with self._lock:
            process, self._waiting = self._waiting, None
        if process is not None:
            process.discard()

    def close(self) -> None:
        """End the one in reserve."""
        with self._lock:
            self._closed = True
        self.renew()

    def _new(self) -> WorkerProcess:
        return WorkerProcess(Spawned(self._python, _folder(self._project), self._project.env))


def _folder(project: Project) -> Path:
    return project.root if project.root.is_dir() else Path.cwd()
