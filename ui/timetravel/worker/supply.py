"""Where worker processes come from: one that has imported LangGraph is there before anybody asks for it."""

import contextlib
import sys
import threading
from pathlib import Path
from typing import Protocol

from ui.timetravel.errors import GraphLoadError
from ui.timetravel.project import Project
from ui.timetravel.worker.forked import Template, template
from ui.timetravel.worker.process import WorkerProcess
from ui.timetravel.worker.spawned import Spawned


class Supply(Protocol):
    """Gives processes for one project and one Python. Safe for threads."""

    def prepare(self) -> None:
        """See to it that the next process starts fast. Returns at once, and raises nothing."""
        ...

    def take(self) -> WorkerProcess:
        """A process that waits for its one request. Raises GraphLoadError when the Python can't be started."""
        ...

    def close(self) -> None:
        """End what nobody took."""
        ...


def supply(project: Project, python: str) -> Supply:
    """The supply for this machine: forks, or, where these are not safe (macOS), a process in reserve."""
    return (Forks if sys.platform == "linux" else Reserve)(project, python)


class Forks:
    """Every process is a fork of a template."""

    def __init__(self, project: Project, python: str) -> None:
        self._project = project
        self._python = python

    def prepare(self) -> None:
        """Start the template, if it is not there."""
        # A Python that can't be started is told of when somebody wants to run something.
        with contextlib.suppress(GraphLoadError):
            self._template()

    def take(self) -> WorkerProcess:
        """A new fork."""
        while (child := self._template().fork(_folder(self._project), self._project.env)) is None:
            pass  # it ended just now: the next one is a new one
        return WorkerProcess(child)

    def close(self) -> None:
        """Nothing waits here that is this project's alone."""

    def _template(self) -> Template:
        return template(self._python, _folder(self._project), self._project.env)


class Reserve:
    """Every process is a new Python; one that has imported LangGraph waits for whoever comes next."""

    def __init__(self, project: Project, python: str) -> None:
        self._project = project
        self._python = python
        self._lock = threading.Lock()
        self._closed = False
        self._waiting: WorkerProcess | None = None

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

    def close(self) -> None:
        """End the one in reserve."""
        with self._lock:
            self._closed = True
            process, self._waiting = self._waiting, None
        if process is not None:
            process.discard()

    def _new(self) -> WorkerProcess:
        return WorkerProcess(Spawned(self._python, _folder(self._project), self._project.env))


def _folder(project: Project) -> Path:
    return project.root if project.root.is_dir() else Path.cwd()
