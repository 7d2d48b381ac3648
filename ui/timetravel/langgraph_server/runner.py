"""A LangGraph server as a runner of graphs: its assistants, and the runs that it does for us."""

import threading
import time
from collections.abc import Mapping
from types import MappingProxyType

from ui.timetravel.errors import GraphLoadError, StoreError, WorkerError
from ui.timetravel.ground.read_only import refuse_if_read_only
from ui.timetravel.langgraph_server import assistants as _assistants
from ui.timetravel.langgraph_server.assistants import Assistant
from ui.timetravel.langgraph_server.json_values import to_json
from ui.timetravel.langgraph_server.overwrite import ReducerProbe
from ui.timetravel.langgraph_server.run import ServerRun
from ui.timetravel.model.graphs import GraphInfo
from ui.timetravel.model.jobs import Answer, Input, Job
from ui.timetravel.model.values import Plain
from ui.timetravel.runs.records.recent_runs import with_run
from ui.timetravel.stores.server.connection import ServerConnection

_FRESH_SECONDS = 10.0


class ServerRuns:
    """Runs graphs on one LangGraph server, each as one of its runs. Safe for threads.

    A job's graph is an assistant's name. Nothing is asked before it is needed. The runs go on when this is closed, as
    those of any client do.
    """

    def __init__(self, target: str) -> None:
        """Take the address, http or https. Raises StoreNotFound when it is none."""
        self._connection = ServerConnection(target)
        self._replacing = ReducerProbe(self._connection)
        self._assistants: dict[str, Assistant] = {}
        self._learned = float("-inf")
        self._runs: dict[str, ServerRun] = {}
        self._lock = threading.Lock()

    @property
    def graphs(self) -> tuple[str, ...]:
        """The names of the assistants: graphs first, then those that people made of them, as of ten seconds ago.

        Raises WorkerError when the server has never answered.
        """
        if time.monotonic() - self._learned > _FRESH_SECONDS:
            try:
                self._learn()
            except WorkerError:
                if not self._assistants:
                    raise
        return tuple(self._assistants)

    @property
    def runs(self) -> Mapping[str, ServerRun]:
        """The runs that were started here, by their id; the oldest ended ones beyond fifty are forgotten."""
        return MappingProxyType(self._runs)

    def describe(self, graph: str, *, configurable: Mapping[str, Plain] | None = None) -> GraphInfo:
        """Say what the graph is, as far as the server tells. Raises GraphLoadError, WorkerError."""
        del configurable  # a server has assistants for that
        return _assistants.describe(self._connection, self._assistant(graph))

    def start(self, job: Job) -> ServerRun:
        """Start a job and return as soon as its thread is there.

        Raises GraphLoadError for an unknown graph, WorkerError when the server does not answer, and EditError for a
        value that has no form in JSON. What the server refuses is told by the run's state.
        """
        refuse_if_read_only("run")
        assistant = self._assistant(job.graph)
        _see_that_it_can_be_sent(job)
        run = ServerRun(self._connection, job, assistant, self._replacing)
        with self._lock:
            self._runs = with_run(self._runs, run)
        return run

    def close(self) -> None:
        """Let go of the server. Calling it twice is fine."""
        self._connection.close()

    def _assistant(self, name: str) -> Assistant:
        if name not in self._assistants:
            self._learn()
        if name not in self._assistants:
            known = ", ".join(self._assistants) or "none"
            raise GraphLoadError(f'The server has no graph or assistant called "{name}". There are: {known}.')
        return self._assistants[name]

    def _learn(self) -> None:
        try:
            found = _assistants.assistants(self._connection)
        except StoreError as error:
            raise WorkerError(str(error)) from None
        with self._lock:
            self._assistants, self._learned = found, time.monotonic()


def _see_that_it_can_be_sent(job: Job) -> None:
    if isinstance(job.action, Input):
        to_json(job.action.value)
    if isinstance(job.action, Answer):
        to_json(dict(job.action.values))
    if job.edits:
        to_json(dict(job.edits.values))
