"""One run of one graph on a server: started, followed, and cancelled."""

import contextlib
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import replace
from traceback import format_exception
from typing import Any

from ui.timetravel.errors import EditError, StoreError, TimeTravelError
from ui.timetravel.langgraph_server.assistants import Assistant
from ui.timetravel.langgraph_server.overwrite import ReducerProbe
from ui.timetravel.langgraph_server.settings import settings_options
from ui.timetravel.langgraph_server.start import ServerRunStart
from ui.timetravel.langgraph_server.stream_events import MODES, StreamTranslator
from ui.timetravel.langgraph_server.thread_placement import JobRefused, place_thread
from ui.timetravel.model.jobs import Job
from ui.timetravel.model.runs import RunState
from ui.timetravel.runs.records.run_record import Record
from ui.timetravel.serde.encode import encode
from ui.timetravel.stores.server.answers import ThreadStateJson, mapping, state_in
from ui.timetravel.stores.server.connection import ServerConnection
from ui.timetravel.worker.child.shared.protocol import Message, pack_value
from ui.timetravel.worker.messages.output_mask import OutputMask


class ServerRun:
    """A run on a server, whose state is updated by messages like a worker's.

    Every method is safe to call from any thread.
    """

    def __init__(self, connection: ServerConnection, job: Job, assistant: Assistant, replacing: ReducerProbe) -> None:
        """Create or copy the thread, and start the run in the background.

        What fails there is shown by the run's state.
        """
        self.id = uuid.uuid4().hex
        self._connection = connection
        self._job = job
        self._assistant = assistant
        self._record = Record(self.id, job)
        self._mask = OutputMask()
        self._telling = threading.RLock()
        self._lock = threading.Lock()
        self._stopping = self._killed = False
        self._on_server = self._thread = ""
        self._hung_up = threading.Event()
        self._settings: dict[str, Any] = {}
        try:
            self._job, notes = place_thread(connection, job, assistant)
        except TimeTravelError as error:
            self._end("failed", failure=_failure(error))
            return
        self._thread = self._job.target_thread
        start = ServerRunStart(connection, self._job, assistant, replacing, self._tell)
        work = threading.Thread(target=self._work, args=(start, notes), name=f"run {self.id}", daemon=True)
        work.start()

    def state(self) -> RunState:
        """The run at this moment. Its job has the ids that the threads have on the server."""
        found = self._record.state()
        return found if self._job is found.job else replace(found, job=self._job)

    def stop(self) -> None:
        """Ask the server to cancel the run, which it does immediately.

        A coroutine ends. Other code can't be ended from outside: it continues on the server, and what it writes may
        still be saved (langgraph-api 0.16.7).
        """
        with self._lock:
            if not self._record.state().status.live:
                return
            self._stopping = True
        self._record.stopping()
        self._cancel()

    def kill(self) -> None:
        """Have the server cancel the run, without waiting. A run that was live then has the status DIED."""
        with self._lock:
            if not self._record.state().status.live:
                return
            self._killed = True
        self._record.killed()
        self._gone()
        self._hung_up.set()
        self._cancel()

    def wait(self, timeout: float | None = None) -> RunState:
        """Wait for the end, at most `timeout` seconds, and return the state, which may still be live then."""
        self._record.done.wait(timeout)
        return self.state()

    def _work(self, start: ServerRunStart, notes: list[str]) -> None:
        try:
            self._tell({"event": "loaded", "notes": notes})
            self._run(start)
        except TimeTravelError as error:
            self._end("stopped" if self._stopping else "failed", failure=None if self._stopping else _failure(error))
        except Exception as error:  # an answer of an unknown shape must not leave the run live for ever
            self._end("failed", failure=_fault(error))

    def _run(self, start: ServerRunStart) -> None:
        start.prepare()
        self._settings = settings_options(self._job, start.metadata)
        self._tell({"event": "prepared"})
        if not self._job.run:
            self._end("finished")
            return
        teller = StreamTranslator(self._tell, start.seen)
        start.go(lambda given: self._stream(given, teller))
        self._finish(teller)

    def _stream(self, given: Mapping[str, Any], teller: StreamTranslator) -> None:
        if self._stopping or self._killed or teller.error:
            return
        options: dict[str, Any] = {
            **given,
            **self._settings,
            "stream_mode": list(MODES),
            "stream_subgraphs": True,
            # So that the stream can be resumed after a lost connection.
            "stream_resumable": True,
            "on_disconnect": "continue",
            "durability": "sync",
            "multitask_strategy": "reject",
            "interrupt_before": list(self._job.interrupt_before) or None,
            "interrupt_after": list(self._job.interrupt_after) or None,
            "on_run_created": self._created,
        }

        def listen(client: Any) -> None:
            for part in client.runs.stream(self._thread, self._assistant.assistant_id, **options):
                teller.tell(part.event, part.data)

        self._connection.stream(listen, self._hung_up)

    def _tell(self, message: Message) -> None:
        """Record a message, with secrets masked: a node on the server may print them, too."""
        with self._telling:
            for each in self._mask.take(message):
                self._record.message(each)

    def _created(self, made: Any) -> None:
        with self._lock:
            self._on_server = str(made["run_id"])
            late = self._stopping or self._killed
        if late:
            self._cancel()

    def _cancel(self) -> None:
        """Cancel this run only: other clients may have started runs on the thread."""
        run = self._on_server
        if run:
            # It may have ended in the meantime.
            with contextlib.suppress(StoreError):
                self._connection.write(lambda client: client.runs.cancel(self._thread, run, wait=False))

    def _finish(self, teller: StreamTranslator) -> None:
        """Record how the run ended, by its stream and by the state that it left."""
        state = state_in(self._connection.read(lambda client: client.threads.get_state(self._thread, subgraphs=True)))
        failure = teller.failure(_errors(state))
        waits = bool(state["next"])
        if self._stopping and not self._succeeded():
            self._end("stopped")
        elif failure:
            self._end("failed", failure=failure)
        else:
            asked = state["interrupts"]
            paused = {} if asked or not waits else {"pauses": self._pauses(state["next"], teller)}
            due = {"next": state["next"]}
            self._end("interrupted" if waits or asked else "finished", asked=asked, more=due | paused)

    def _pauses(self, due: list[str], teller: StreamTranslator) -> list[Message]:
        """Where the run stopped without a question. A server does not say where its graphs are compiled to pause."""
        after = [node for node in sorted(teller.ran_last) if node in self._job.interrupt_after]
        before = [] if after else [node for node in dict.fromkeys(due) if node in self._job.interrupt_before]
        wanted = [("after", node) for node in after] or [("before", node) for node in before]
        if wanted:
            return [{"node": node, "how": how, "whose": "person"} for how, node in wanted]
        return [{"node": node, "how": "", "whose": "graph"} for node in dict.fromkeys(due)]

    def _succeeded(self) -> bool:
        """Whether the run had ended before it could be cancelled."""
        if not self._on_server:
            return False
        run = self._connection.read(lambda client: client.runs.get(self._thread, self._on_server))
        return mapping(run).get("status") == "success"

    def _end(
        self, status: str, *, failure: Message | None = None, asked: Any = (), more: Message | None = None
    ) -> None:
        interrupts = [
            {
                "id": str(each.get("id") or ""),
                "value": _packed(each.get("value")),
                "response_schema": _packed(each["response_schema"]) if each.get("response_schema") else None,
            }
            for each in asked
        ]
        end = {"event": "end", "status": status, "interrupts": interrupts, "failure": failure}
        self._tell(end | (more or {}))

    def _gone(self) -> None:
        running = [each for each in self._record.state().nodes if each.ended is None]
        for each in running:
            ended = {"event": "ended", "id": each.task_id, "time": time.time(), "how": "cut_off"}
            self._tell({**ended, "error": ""})
        message = "The run was killed on request. What it had saved by then is on the server."
        node = running[-1].node if running else ""
        self._end("died", failure={"node": node, "type": "Killed", "message": message, "traceback": ""})


def _failure(error: Exception) -> Message:
    kind = "Refused" if isinstance(error, JobRefused | StoreError | EditError) else type(error).__qualname__
    return {"node": "", "type": kind, "message": str(error), "traceback": ""}


def _fault(error: Exception) -> Message:
    """A message about an error that is a fault of our own."""
    message = (
        "timetravel could not make sense of what the server told of this run, which may go on there: look at the"
        f" thread. This is a fault of timetravel ({type(error).__name__}: {error})."
    )
    return {"node": "", "type": "Fault", "message": message, "traceback": "".join(format_exception(error))}


def _errors(state: ThreadStateJson) -> dict[str, str]:
    """The error of each failed task in the state, those inside subgraphs included, by the task's id."""
    found: dict[str, str] = {}
    for task in state.get("tasks") or ():
        if task.get("error"):
            found[task["id"]] = str(task["error"])
        if isinstance(task.get("state"), dict):
            found |= _errors(task["state"])
    return found


def _packed(value: Any) -> list[str]:
    try:
        return pack_value("msgpack", encode(value))
    except EditError:  # such as a number beyond 64 bits: it is only shown
        return pack_value("msgpack", encode(repr(value)))
