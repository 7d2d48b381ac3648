"""A worker that holds a saver for as long as the app runs: graphs run on it there, and the debugger reads it."""

import atexit
import sys
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from datetime import datetime

from ui.timetravel.cleanup.plan import Plan
from ui.timetravel.errors import GraphLoadError, ProjectError, WorkerError
from ui.timetravel.ground.read_only import refuse_if_read_only
from ui.timetravel.ground.redaction.redact import know
from ui.timetravel.ground.redaction.secret_values import of_graphs
from ui.timetravel.model.graphs import GraphInfo
from ui.timetravel.model.jobs import Deleted, Job
from ui.timetravel.model.project import Project
from ui.timetravel.model.targets import StoreKind, kind_of, saver_graph
from ui.timetravel.model.values import Plain
from ui.timetravel.runs.records.recent_runs import with_run
from ui.timetravel.stores.saver.store import SaverStore
from ui.timetravel.worker.child.shared.protocol import Message
from ui.timetravel.worker.messages.wire import given, graph_info, graph_request, job_message
from ui.timetravel.worker.pool import DESCRIBE_SECONDS
from ui.timetravel.worker.process.supply import supply
from ui.timetravel.worker.resident.deletion import delete_from
from ui.timetravel.worker.resident.process import ResidentProcess
from ui.timetravel.worker.resident.run import ResidentRun
from ui.timetravel.worker.resident.write_log import WriteLog

_FAILED_SECONDS = 2.0


class ResidentWorker:
    """A worker process that stays. Without a `graph` it holds an InMemorySaver for all graphs of the project, else the
    saver that this graph was compiled with. Safe to use from several threads.

    The process is started when it is first needed, and again after it has ended. `grace` is the number of seconds that
    a run gets to stop, `patience` the number that the worker may take for an answer. No process outlives this one, or
    `close`.
    """

    def __init__(
        self,
        project: Project,
        python: str | None = None,
        graph: str = "",
        *,
        target: str = "",
        grace: float = 1.2,
        patience: float = 20.0,
    ) -> None:
        """`target` is the name of the store, where it is not "memory:". Raises GraphLoadError for an unknown graph."""
        know(*of_graphs(project.env))
        self.project = project
        self.python = python or sys.executable
        self.graph = graph
        self.target = f"saver:{graph}" if graph else target or "memory:"
        self.patience = patience
        self.changes = WriteLog()
        self.runs: dict[str, ResidentRun] = {}
        self.kind = "" if graph else "InMemorySaver"
        self._request = {**graph_request(project, "keep", graph), "saver": "own"} if graph else _MEMORY
        self._grace = grace
        self._supply = supply(project, self.python)
        self._lock = threading.RLock()
        self._process: ResidentProcess | None = None
        self._lives = 0
        self._failed: tuple[float, WorkerError] | None = None
        self._closed = False
        self._store = SaverStore(self)
        self.changes.on_write = self._store.on_write
        _open.add(self)

    @property
    def graphs(self) -> tuple[str, ...]:
        """The graphs that it can run: the one whose saver it holds, or all of the project."""
        return (self.graph,) if self.graph else tuple(self.project.graphs)

    @property
    def alive(self) -> bool:
        """Whether the process is running."""
        process = self._process
        return process is not None and process.alive

    @property
    def started_at(self) -> datetime | None:
        """When the process was last started; None if it never was."""
        process = self._process
        return process.started_at if process else None

    @property
    def restarted_at(self) -> datetime | None:
        """When the process was last started, if a previous one was lost with its memory; else None."""
        return self.started_at if self._lives > 1 else None

    @property
    def pid(self) -> int | None:
        """The process's id; None if it was never started."""
        process = self._process
        return process.pid if process else None

    @property
    def in_memory(self) -> bool:
        """Whether the threads are certainly in the process's memory, because its saver is an InMemorySaver."""
        return not self.graph or (self._process is not None and self._process.in_memory)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences that a person must know: since when this worker runs, what its end would lose, how fresh the code
        is.
        """
        if self._process is None:
            return ()
        when = f"{self._process.started_at.astimezone():%H:%M %Z}"
        before = "the threads from before are" if self.in_memory else f"what {self.kind} had only in memory is"
        gone = (f"The worker was restarted at {when}: {before} gone.",) if self._lives > 1 else ()
        if self.in_memory:
            where, lost = "These threads live in the memory of a worker", "them"
        else:
            where, lost = f"{self.kind} is used in a worker", "what it has only in memory"
        return (*gone, f"{where}, started at {when}. Restarting it reads the code anew and loses {lost}.")

    def store(self) -> SaverStore:
        """The saver as a store. Always the same object."""
        return self._store

    def describe(
        self, graph: str, timeout: float = DESCRIBE_SECONDS, configurable: Mapping[str, Plain] | None = None
    ) -> GraphInfo:
        """A description of the graph, as the worker has loaded it, or makes it with these configurable values.

        Raises GraphLoadError (with the user's traceback), WorkerDied, or WorkerError when it takes over `timeout`
        seconds.
        """
        self._check(graph)
        reply = self._started().ask({**graph_request(self.project, "describe", graph), **given(configurable)}, timeout)
        if refused := reply.get("refused"):
            text = f'The graph "{graph}" failed to load: {refused["message"]}'
            raise GraphLoadError(text, refused["traceback"], takes_config=refused.get("takes_config", False))
        return graph_info(reply["info"], self.project)

    def start(self, job: Job) -> ResidentRun:
        """Start a job and return as soon as the worker is running. Raises what `describe` raises."""
        self._check(job.graph)
        request = {**graph_request(self.project, "run", job.graph), "job": job_message(job, self.project.store)}
        process = self._started()
        run = ResidentRun(job, process, self._grace)
        self._keep(run)
        self.changes.record(job.target_thread)
        process.run(run.record, request)
        return run

    def ask(self, request: Message) -> Message:
        """The worker's answer to a request that only reads. Raises WorkerError and its children."""
        return self._started().ask(request, self.patience)

    def delete(self, plan: Plan, on_progress: Callable[[Deleted], None] = lambda so_far: None) -> Deleted:
        """Delete the checkpoints in the plan from the saver.

        In an InMemorySaver, as `WorkerPool.delete` does in a database. In any other saver only whole threads, by its
        own `delete_thread`. A thread that has changed, or in which a run is on, is not touched, and named in the notes.
        `on_progress` is called after each thread with what has been deleted so far; if it raises, the deletion ends.
        Raises WorkerError with a message that says what has been deleted.
        """
        return delete_from(self._started(), plan, on_progress)

    def restart(self) -> None:
        """End the process, with its runs and the contents of its memory, and start a new one with the present code.

        Raises what `describe` raises.
        """
        with self._lock:
            self._end()
            self._failed = None
            self._started()

    def close(self) -> None:
        """End the worker and wait until it has ended. May be called more than once."""
        with self._lock:
            self._closed = True
            self._end()

    def _check(self, graph: str) -> None:
        if graph not in self.graphs:
            raise GraphLoadError(f'This worker can\'t run the graph "{graph}". It has: {", ".join(self.graphs)}.')

    def _started(self) -> ResidentProcess:
        with self._lock:
            if self._closed:
                raise WorkerError("The worker is closed: start the app again.")
            if self._process is not None and self._process.alive:
                return self._process
            if self._failed and time.monotonic() - self._failed[0] < _FAILED_SECONDS:
                raise self._failed[1]
            self._process = self._new()
            return self._process

    def _new(self) -> ResidentProcess:
        # Its saver may create tables at any request, and runs may write to it.
        refuse_if_read_only("worker that holds a saver")
        process = ResidentProcess(self._supply.take(), self._request, self.changes.record, self.changes.restart)
        try:
            process.wait_until_kept(DESCRIBE_SECONDS)
        except WorkerError as error:
            process.kill()
            self._failed = (time.monotonic(), error)
            raise
        self.kind = process.saver
        self._lives += 1
        return process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(self._grace)

    def _keep(self, run: ResidentRun) -> None:
        """Remember the run, and forget the oldest ended ones beyond fifty."""
        with self._lock:
            before, self.runs = self.runs, with_run(self.runs, run)
            for old in before.keys() - self.runs.keys():
                before[old].forget()


def resident_worker_of(target: str, project: Project | None, python: str | None = None) -> ResidentWorker:
    """The resident worker for "memory:" or "saver:GRAPH"; GRAPH may be left out where there is only one.

    Raises ProjectError when there are no graphs, or several to choose from; GraphLoadError for an unknown graph.
    """
    project, graph = saver_of(target, project)
    return ResidentWorker(project, python, graph, target=target)


def saver_of(target: str, project: Project | None) -> tuple[Project, str]:
    """The project, and the graph whose saver "saver:GRAPH" means (empty for "memory:"). Starts nothing.

    Raises what `resident_worker_of` raises.
    """
    if project is None or not project.graphs:
        raise ProjectError(f"{target} needs graphs: name them with --graphs langgraph.json or --graph FILE:NAME.")
    if kind_of(target) is StoreKind.MEMORY:
        return project, ""
    graph = saver_graph(target)
    if not graph and len(project.graphs) > 1:
        names = ", ".join(f"saver:{name}" for name in project.graphs)
        raise ProjectError(f"{target} does not say which graph's saver: there are {names}.")
    graph = graph or next(iter(project.graphs))
    graph_request(project, "keep", graph)  # raises for an unknown graph
    return project, graph


_MEMORY: Message = {"do": "keep", "saver": "memory"}
_open: "weakref.WeakSet[ResidentWorker]" = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    for keeper in list(_open):
        keeper.close()
