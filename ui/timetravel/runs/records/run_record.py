"""Turns a worker's messages about a run into its `RunState`."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ui.timetravel.errors import TimeTravelError
from ui.timetravel.ground.disk_room import disk_trouble
from ui.timetravel.ground.text.formatting import format_bytes, pluralize
from ui.timetravel.model.checkpoints import Interrupt
from ui.timetravel.model.jobs import Job
from ui.timetravel.model.runs import WORKER_DIED, Failure, NodeRun, NodeState, Pause, RunState, RunStatus
from ui.timetravel.model.targets import StoreKind
from ui.timetravel.model.values import Opaque
from ui.timetravel.runs.records.message_shapes import OTHER_EVENTS, fits
from ui.timetravel.runs.records.output_log import OutputLog
from ui.timetravel.runs.records.task_log import TaskLog
from ui.timetravel.serde.decode import decode
from ui.timetravel.worker.child.shared.clipping import LINE, TEXT, clipped
from ui.timetravel.worker.child.shared.exit_status import how_it_ended
from ui.timetravel.worker.child.shared.protocol import Message, unpack_value

_MOST_NOTES = 100


class Record:
    """One run's state, updated by the worker's messages.

    Safe to use from several threads; `state` is cheap while nothing changes.
    """

    def __init__(self, run_id: str, job: Job, remains: str = "What it had saved by then is in the store.") -> None:
        """`remains` is a sentence on what is left when the process dies."""
        self._remains = remains
        self._lock = threading.RLock()
        self._state = RunState(id=run_id, job=job, status=RunStatus.STARTING, started=time.time())
        self._tasks = TaskLog()
        self._foreign = 0
        self._checkpoints: list[str] = []
        self._output = OutputLog()
        self._changed = False
        self._stop_asked = False
        self._killed = False
        self._notes_left_out = 0
        self.done = threading.Event()
        self._on: dict[str, Callable[[Message], None]] = {
            "loaded": self._loaded,
            "load_error": self._load_error,
            "unfit": self._unfit,
            "prepared": self._prepared,
            "started": self._task_started,
            "ended": self._task_ended,
            "output": self._print,
            "foreign": self._hear_foreign,
            "checkpoint": self._checkpoint,
            "note": lambda m: self._note(m["text"]),
            "end": self._end,
        }

    def state(self) -> RunState:
        """The run as it is now."""
        with self._lock:
            if self._changed:
                self._changed = False
                self._state = replace(
                    self._state,
                    nodes=self._tasks.listed(),
                    unlisted=self._tasks.unlisted(),
                    output=self._output.tell(),
                    checkpoints=tuple(self._checkpoints),
                    head=self._checkpoints[-1] if self._checkpoints else None,
                )
            more = self._more_notes()
            return replace(self._state, notes=(*self._state.notes, *more)) if more else self._state

    def _more_notes(self) -> list[str]:
        """Notes on what was left out."""
        notes = []
        if self._output.dropped:
            notes.append(
                f"{self._output.dropped:,} characters of the output were left out; its beginning and its end are kept."
            )
        if self._foreign:
            notes.append(
                f"{pluralize(self._foreign, 'line')} on the worker's own channel did not come from the worker, and "
                "counted for nothing: a node, or what it started, writes to a file descriptor that is not its own."
            )
        if self._notes_left_out:
            notes.append(f"{pluralize(self._notes_left_out, 'more note')} left out.")
        return notes

    def message(self, message: Message) -> bool:
        """Process a message from the worker. Messages after the end, or that are not understood, are ignored.

        Returns whether the message was used.
        """
        with self._lock:
            take = self._on.get(str(message.get("event")))
            self._changed = True
            if take is None or not fits(message):
                self._foreign += str(message.get("event")) not in OTHER_EVENTS
                return False
            if not self._state.status.live and message["event"] not in ("output", "foreign"):
                return False
            try:
                take(message)
            except (TimeTravelError, ValueError, TypeError, LookupError, RecursionError):
                self._foreign += 1  # the shape is right, but a value is one that a worker never sends
                return False
            return True

    def text(self, text: str) -> None:
        """Add output that did not come through Python: from C code or child processes.

        It is not known which node printed it.
        """
        with self._lock:
            self._output.add("stderr", "", "", text)
            self._changed = True

    def stopping(self) -> None:
        """Note that a stop has been requested."""
        with self._lock:
            self._stop_asked = True
            if self._state.status.live:
                self._state = replace(self._state, status=RunStatus.STOPPING)

    def killed(self) -> None:
        """Note that a kill has been requested."""
        with self._lock:
            self._killed = True

    def exited(self, code: int) -> None:
        """Note that the process has ended. If the run had not ended, it ends now."""
        with self._lock:
            if self._state.status.live:
                self._gone(code)
            self._changed = True
            self.done.set()

    def _gone(self, code: int) -> None:
        if self._stop_asked and not self._killed:
            self._note(f"It did not stop in time and was killed. {self._remains}")
            self._finish(RunStatus.STOPPED, left=NodeState.STOPPED)
            return
        how = "was killed on request" if self._killed else how_it_ended(code)
        running = [each.node for each in self._tasks.listed() if each.ended is None]
        failure = Failure(
            node=running[-1] if running else "",
            type=WORKER_DIED,
            message=f"The worker process {how} in the middle of the run. {self._remains}",
            traceback=self._output.tail(),
        )
        self._finish(RunStatus.DIED, failure=failure, left=NodeState.CUT_OFF)

    def _loaded(self, message: Message) -> None:
        for note in message["notes"]:
            self._note(note)
        if self._state.status is RunStatus.STARTING:
            self._state = replace(self._state, status=RunStatus.RUNNING)

    def _load_error(self, message: Message) -> None:
        failure = _failure({**message, "node": ""})
        self._finish(RunStatus.FAILED, failure=failure)

    def _unfit(self, message: Message) -> None:
        self._finish(RunStatus.FAILED, failure=Failure("", "GraphLoadError", message["message"], ""))

    def _prepared(self, message: Message) -> None:
        del message
        self._state = replace(self._state, prepared=len(self._checkpoints))

    def _task_started(self, message: Message) -> None:
        self._tasks.start(
            NodeRun(
                task_id=message["id"],
                node=message["node"],
                namespace=message["ns"],
                step=message["step"],
                started=message["time"],
            )
        )

    def _task_ended(self, message: Message) -> None:
        state = NodeState(message["how"])
        if state is NodeState.CANCELLED and self._stop_asked:
            state = NodeState.STOPPED
        self._tasks.end(message["id"], message["time"], state, _told(message["error"], LINE))

    def _checkpoint(self, message: Message) -> None:
        if message["ns"] == "":
            self._checkpoints.append(message["id"])

    def _note(self, text: str) -> None:
        if len(self._state.notes) < _MOST_NOTES:
            self._state = replace(self._state, notes=(*self._state.notes, _told(text, LINE)))
        else:
            self._notes_left_out += 1

    def _print(self, message: Message) -> None:
        text, left_out = message["text"], message.get("left_out", 0)
        self._output.add(message["kind"], message["node"], message["task"], text, left_out)

    def _hear_foreign(self, message: Message) -> None:
        self._foreign += message["lines"]

    def _end(self, message: Message) -> None:
        failure = _failure(message["failure"]) if message["failure"] else None
        interrupts = tuple(map(_interrupt, message["interrupts"]))
        status = RunStatus(message["status"])
        left = _LEFT.get(status, NodeState.UNTOLD)
        self._blame(failure)
        self._say_of_the_disk(failure)
        pauses = tuple(Pause(**each) for each in message.get("pauses") or ())
        due = tuple(message.get("next") or ())
        self._finish(status, failure=failure, left=left, interrupts=interrupts, next=due, pauses=pauses)

    def _say_of_the_disk(self, failure: Failure | None) -> None:
        """Add a note on what a person can do, if the failure's cause is the disk under the store."""
        job = self._state.job
        if failure is None or failure.type not in _BY_THE_DISK or job.kind is not StoreKind.FILE:
            return
        if trouble := disk_trouble(failure.message, "what the run saves", Path(job.store)):
            self._note(f"{trouble} What was saved before is whole.")

    def _blame(self, failure: Failure | None) -> None:
        """Mark the task that a failure ended as failed, if it is the only task of the failing node and still running.

        An exception that ends a process (SystemExit) ends a node without a message about its task.
        """
        named = [one for one in self._tasks.listed() if failure and failure.node and one.node == failure.node]
        if failure and len(named) == 1 and named[0].state is NodeState.RUNNING:
            text = f"{failure.type}: {failure.message}" if failure.message else failure.type
            self._tasks.end(named[0].task_id, time.time(), NodeState.FAILED, text)

    def _finish(self, status: RunStatus, *, left: NodeState = NodeState.UNTOLD, **fields: Any) -> None:
        """Mark the run as ended. Tasks that are still running are closed now, in the state `left`."""
        now = time.time()
        self._tasks.end_all(now, left)
        self._state = replace(self._state, status=status, ended=now, **fields)
        self._changed = True
        self.done.set()


_BY_THE_DISK = ("OperationalError", "OSError")
"""The types of errors by which SQLite and the system report that a disk is full, or can't be written."""
_LEFT = {
    RunStatus.STOPPED: NodeState.STOPPED,
    RunStatus.FAILED: NodeState.CANCELLED,
    RunStatus.INTERRUPTED: NodeState.PAUSED,
}
"""The final state of tasks that were running when a run ended in this way. LangGraph cancels them when one fails, and
reports no end of a task inside which a graph paused.
"""


def _interrupt(asked: Message) -> Interrupt:
    schema = asked["response_schema"]
    value: Any = asked["value"]
    if value is None:
        size = asked.get("size", 0)
        why = f"with {format_bytes(size)} it is too big to be told with the end of the run: open the checkpoint for it"
        plain: Any = Opaque("msgpack", size, why)
    else:
        plain = decode(*unpack_value(value))
    return Interrupt(asked["id"], plain, schema and decode(*unpack_value(schema)))


def _failure(told: Message) -> Failure:
    trace = _told(told["traceback"], 2 * TEXT)
    refused = tuple((_told(module, 500), _told(name, 500)) for module, name in told.get("refused") or ())
    message = _told(told["message"], 2 * LINE)
    return Failure(_told(told["node"], 500), _told(told["type"], 500), message, trace, refused)


def _told(text: str, limit: int) -> str:
    """A text that the screens can show: no longer than `limit`, and without half a surrogate pair."""
    return clipped(text, limit).encode("utf-8", "backslashreplace").decode("utf-8")
