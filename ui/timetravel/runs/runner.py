"""The protocols of runners: our workers on this machine, a worker that holds a saver, or a server."""

from collections.abc import Mapping
from typing import Protocol

from ui.timetravel.model.graphs import GraphInfo
from ui.timetravel.model.jobs import Job
from ui.timetravel.model.runs import RunState
from ui.timetravel.model.values import Plain


class LiveRun(Protocol):
    """One run of one graph. Every method is safe to call from any thread, also after the end."""

    id: str

    def state(self) -> RunState:
        """The run at this moment: cheap, and a value that never changes."""
        ...

    def stop(self) -> None:
        """Ask the run to end between supersteps; if it does not within some time, end it."""
        ...

    def kill(self) -> None:
        """End it immediately, as a crash would."""
        ...

    def wait(self, timeout: float | None = None) -> RunState:
        """Wait for the end, at most `timeout` seconds, and return the state, which may still be live then."""
        ...


class Runner(Protocol):
    """Runs graphs. Safe to use from several threads. Raises WorkerError and its children."""

    @property
    def graphs(self) -> tuple[str, ...]:
        """The names of the graphs that it can run, in the order in which they were given."""
        ...

    @property
    def runs(self) -> Mapping[str, LiveRun]:
        """The runs that it remembers, by id, including ended ones."""
        ...

    def describe(self, graph: str, *, configurable: Mapping[str, Plain] | None = None) -> GraphInfo:
        """A description of the graph, made with these values where a function makes the graph from configurable values.

        Raises GraphLoadError, WorkerDied, or WorkerError when it takes too long.
        """
        ...

    def start(self, job: Job) -> LiveRun:
        """Start a job and return immediately."""
        ...

    def close(self) -> None:
        """End everything that it started. May be called more than once."""
        ...
