"""The debugger's side of workers: describe a graph, start a run, stop it, watch it."""

import atexit
import queue
import sys
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping

from ui.timetravel.cleanup.plan import Plan
from ui.timetravel.errors import WorkerError
from ui.timetravel.ground.read_only import refuse_if_read_only
from ui.timetravel.ground.redaction.redact import know
from ui.timetravel.ground.redaction.secret_values import of_graphs
from ui.timetravel.model.graphs import GraphInfo
from ui.timetravel.model.jobs import Deleted, Job, Shrunk
from ui.timetravel.model.project import Project
from ui.timetravel.model.values import Plain
from ui.timetravel.runs.records.output_log import OutputLog
from ui.timetravel.runs.records.recent_runs import with_run
from ui.timetravel.runs.typed_values import TypesHere
from ui.timetravel.stores.delta_channels import Delta, Rebuilt
from ui.timetravel.worker.child.shared.protocol import Message
from ui.timetravel.worker.child.shared.standard_types import StoredType
from ui.timetravel.worker.imports.imports import Imports
from ui.timetravel.worker.job_room import check_room
from ui.timetravel.worker.messages.deltas import deltas_message, rebuilt_values
from ui.timetravel.worker.messages.wire import (
    deleted,
    deletion_message,
    given,
    gone_by_then,
    graph_info,
    graph_request,
    job_message,
    shrinking_message,
    types_here,
    types_message,
)
from ui.timetravel.worker.process.process import WorkerProcess
from ui.timetravel.worker.process.supply import supply
from ui.timetravel.worker.request import ANSWERS, answer_of
from ui.timetravel.worker.run import Run, after

DESCRIBE_SECONDS = 60.0
DELETE_SECONDS = 600.0
_LAST = (*ANSWERS, "end", "load_error", "unfit")


class WorkerPool:
    """Worker processes for one project, run by one Python (None: our own). Safe to use from several threads.

    Each run has its own process, so a crash affects nothing else, and no run sees anything of another. LangGraph is
    imported in advance, see `supply`; a graph is imported once, and again when its code has changed, see `Imports`. No
    process outlives this one, or `close`. `grace` is the number of seconds from stop to kill.
    """

    def __init__(self, project: Project, python: str | None = None, grace: float = 1.2, *, aside: bool = False) -> None:
        """`aside`: runs are sandbox runs, which send no traces, so descriptions of a graph can use the same import."""
        know(*of_graphs(project.env))
        self.project = project
        self.python = python or sys.executable
        self.runs: dict[str, Run] = {}
        self._grace = grace
        self._lock = threading.Lock()
        self._closed = False
        self._supply = supply(project, self.python)
        self._imports = Imports(self._supply, aside=aside)
        self._busy: weakref.WeakSet[WorkerProcess] = weakref.WeakSet()
        _open.add(self)
        self._supply.prepare()

    @property
    def graphs(self) -> tuple[str, ...]:
        """The names of the project's graphs, in their order."""
        return tuple(self.project.graphs)

    def describe(
        self, graph: str, timeout: float = DESCRIBE_SECONDS, configurable: Mapping[str, Plain] | None = None
    ) -> GraphInfo:
        """A description of the graph; a function that makes it is given these configurable values.

        Raises GraphLoadError (with the user's traceback), WorkerDied, or WorkerError when it takes over `timeout`
        seconds.
        """
        request = {**graph_request(self.project, "describe", graph), **given(configurable)}
        return graph_info(self._ask_graph(request, f'Importing the graph "{graph}"', timeout)["info"], self.project)

    def rebuild(
        self,
        graph: str,
        deltas: Mapping[str, Delta],
        namespace: str = "",
        timeout: float = DESCRIBE_SECONDS,
        configurable: Mapping[str, Plain] | None = None,
        allowed: Iterable[StoredType] = (),
    ) -> Rebuilt:
        """The values of delta channels, computed with the graph's reducers. No store is opened.

        `namespace` is that of the checkpoint, for the channels of a subgraph. Of the writes, only types are built that
        graphs declare or a person has `allowed`. Raises as `describe` does, and WorkerError when a reducer fails, a
        write could not be read or names another type, or the graph has no such channel.
        """
        request = graph_request(self.project, "rebuild", graph)
        request |= {"namespace": namespace, "deltas": deltas_message(deltas), **given(configurable)}
        request["allowed"] = types_message(allowed)
        doing = f'Rebuilding delta channels with the graph "{graph}"'
        return rebuilt_values(graph, self._ask_graph(request, doing, timeout))

    def about_types(
        self,
        graph: str,
        types: Iterable[StoredType],
        allowed: Iterable[StoredType] = (),
        timeout: float = DESCRIBE_SECONDS,
    ) -> TypesHere:
        """Which types of a store can be built where the graph runs. Nothing from the store is built to find out.

        `allowed` are those that a person has allowed. Raises as `describe` does.
        """
        request = graph_request(self.project, "types", graph)
        request |= {"types": types_message(types), "allowed": types_message(allowed)}
        return types_here(self._ask_graph(request, f'Importing the graph "{graph}"', timeout))

    def delete(
        self,
        plan: Plan,
        store: str,
        timeout: float = DELETE_SECONDS,
        on_progress: Callable[[Deleted], None] = lambda so_far: None,
    ) -> Deleted:
        """Delete the checkpoints in the plan from a store, the path of a SQLite file or a PostgreSQL URL. Imports no
        graph.

        Each thread is deleted in a transaction of its own, if it still has the checkpoints for which the plan was made;
        a thread that has changed is not touched, and named in the notes. `on_progress` is called with what has been
        deleted so far, after each thread and every half second; if it raises, the deletion ends and the present thread
        stays whole. `timeout` is for each thread.

        Raises WorkerError where nothing was deleted or the deletion failed midway, with a message that says what has
        been deleted; WorkerDied; GraphLoadError for a Python that can't be started.
        """

        refuse_if_read_only("deletion")
        so_far = Deleted()

        def hear(message: Message) -> None:
            nonlocal so_far
            so_far = deleted(message) if message["event"] == "deleting" else so_far
            on_progress(so_far)

        message = self._ask(deletion_message(plan, store), "Deleting", timeout, hear)
        gone = deleted(message)
        if failure := message.get("failure"):
            raise WorkerError(f"{failure['message']} {gone_by_then(gone)}")
        if gone.notes and not gone.checkpoints:
            raise WorkerError(" ".join(gone.notes))
        return gone

    def shrink(
        self, store: str, timeout: float = DELETE_SECONDS, on_progress: Callable[[], None] = lambda: None
    ) -> Shrunk:
        """Give the space that deleted rows left in a SQLite file back to the disk, by VACUUM. Imports no graph.

        `on_progress` is called every half second; if it raises, the operation ends and the file stays unchanged. Raises
        WorkerError, with the file unchanged, if other processes use the file or the disk has no room for a second one
        beside it. Also raises what `delete` raises.
        """
        refuse_if_read_only("shrinking of files")
        message = self._ask(shrinking_message(store), "Shrinking the file", timeout, lambda message: on_progress())
        if failure := message.get("failure"):
            raise WorkerError(failure["message"])
        return Shrunk(message["before"], message["after"])

    def start(self, job: Job) -> Run:
        """Start a job and return immediately. Raises GraphLoadError when the graph or the Python does not exist."""
        refuse_if_read_only("run")
        request = {**graph_request(self.project, "run", job.graph), "job": job_message(job, self.project.store)}
        if job.bring is not None:
            check_room(job, request)
        process = self._take(request)
        run = Run(job, process, self._grace)
        self._keep(run)
        run.begin(request, lambda message: self._heard(process, message, lambda _: None))
        return run

    def import_anew(self) -> None:
        """Have every graph imported again when it is needed next, even if none of its files has changed."""
        self._imports.forget()

    def close(self) -> None:
        """Kill every worker and wait until it has ended. May be called more than once."""
        with self._lock:
            self._closed = True
        self._supply.close()
        for process in list(self._busy):
            process.kill()
            process.exited.wait(self._grace)
        self._imports.close()

    def _ask_graph(self, request: Message, doing: str, timeout: float) -> Message:
        """The answer to one request, from a process that has imported the graph."""
        done = self._imports.done(request, doing, timeout)
        if done.stays:
            return done.ask(request, doing, timeout)
        # Wait for its end: the next one may need what it holds (a port, a lock).
        return self._ask(request, doing, timeout, end=self._grace if done.exclusive else 0)

    def _ask(
        self,
        request: Message,
        doing: str,
        timeout: float,
        on_progress: Callable[[Message], None] = lambda message: None,
        end: float = 0,
    ) -> Message:
        """The answer to one request, from a process of its own, which ends after it. `on_progress` is called with its
        progress, in this thread.

        `end` is the number of seconds to wait for the process's end.
        """
        heard: queue.SimpleQueue[Message] = queue.SimpleQueue()
        printed = OutputLog()
        process = self._take(request)
        process.listen(
            lambda message: self._heard(process, message, heard.put),
            lambda text: printed.add("stderr", "", "", text),
            lambda code: heard.put({"event": "exited", "code": code}),
        )
        process.send(request)
        try:
            return answer_of(request.get("graph", ""), heard, printed, doing, timeout, on_progress)
        finally:
            process.kill()
            process.exited.wait(end)

    def _keep(self, run: Run) -> None:
        """Remember the run, and forget the oldest ended ones beyond fifty."""
        with self._lock:
            self.runs = with_run(self.runs, run)

    def _take(self, request: Message) -> WorkerProcess:
        """A process for one request; for a request about a graph it is forked from one that has imported the graph."""
        with self._lock:
            if self._closed:
                raise WorkerError("The workers are closed: start the app again.")
            process = self._imports.worker(request) if "spec" in request else self._supply.take()
            self._busy.add(process)
        return process

    def _heard(self, process: WorkerProcess, message: Message, then: Callable[[Message], None]) -> None:
        """React to a message: once the user's code is loaded, prepare the next worker; after the last message, end this
        one.
        """
        event = message["event"]
        if event in _LAST:
            after(self._grace, process.kill)
        if event in _LAST or event == "loaded":
            self._supply.prepare()
            self._imports.prepare()
        then(message)


_open: "weakref.WeakSet[WorkerPool]" = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    for workers in list(_open):
        workers.close()
