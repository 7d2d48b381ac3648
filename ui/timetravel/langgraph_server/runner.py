"""A LangGraph server as a runner of graphs: its assistants, and the runs started here."""

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
    """Runs graphs on one LangGraph server, each as a run of the server's. Safe to use from several threads.

    A job's graph is an assistant's name. No request is made before it is needed. Runs continue when this is closed, as
    those of any client do.
    """

    def __init__(self, target: str) -> None:
        """Parse the address, http or https. Raises StoreNotFound when it is not one."""
        self._connection = ServerConnection(target)
        self._replacing = ReducerProbe(self._connection)
        self._assistants: dict[str, Assistant] = {}
        self._learned = float("-inf")
        self._runs: dict[str, ServerRun] = {}
        self._lock = threading.Lock()

    @property
    def graphs(self) -> tuple[str, ...]:
        """The names of the assistants: first those of graphs, then those that people made. At most ten seconds old.

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
        """The runs that were started here, by id; the oldest ended ones beyond fifty are forgotten."""
        return MappingProxyType(self._runs)

    def describe(self, graph: str, *, configurable: Mapping[str, Plain] | None = None) -> GraphInfo:
        """The server's description of the graph. Raises GraphLoadError, WorkerError."""
        del configurable  # on a server, configurable values belong to assistants
        return _assistants.describe(self._connection, self._assistant(graph))

    def start(self, job: Job) -> ServerRun:
        """Start a job and return as soon as its thread exists.

        Raises GraphLoadError for an unknown graph, WorkerError when the server does not answer, and EditError for a
        value that JSON can't represent. What the server refuses is shown by the run's state.
        """
        refuse_if_read_only("run")
        assistant = self._assistant(job.graph)
        _see_that_it_can_be_sent(job)
        run = ServerRun(self._connection, job, assistant, self._replacing)
        with self._lock:
            self._runs = with_run(self._runs, run)
        return run

    def close(self) -> None:
        """Close the connections. May be called more than once."""
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
