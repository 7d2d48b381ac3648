"""What is known of a run: messages in, `RunState` out."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ui.timetravel.decode import decode
from ui.timetravel.disk_room import disk_trouble
from ui.timetravel.model import Interrupt
from ui.timetravel.targets import Kind, kind_of
from ui.timetravel.worker.job import Job
from ui.timetravel.worker.output_log import OutputLog
from ui.timetravel.worker.process import how_it_ended
from ui.timetravel.worker.protocol import Message, unpack_value
from ui.timetravel.worker.run_state import WORKER_DIED, Failure, NodeRun, NodeState, Pause, RunState, RunStatus


class Record:
    """One run's state, fed by the worker's messages. Safe for threads; `state` is cheap when nothing has changed."""

    def __init__(self, run_id: str, job: Job, remains: str = "What it had saved by then is in the store.") -> None:
        """`remains` says what is left when the process dies."""
        self._remains = remains
        self._lock = threading.RLock()
        self._state = RunState(id=run_id, job=job, status=RunStatus.STARTING, started=time.time())
        self._nodes: dict[str, NodeRun] = {}
        self._checkpoints: list[str] = []
        self._output = OutputLog()
        self._changed = False
        self._stop_asked = False
        self._killed = False
        self.done = threading.Event()
        self._on: dict[str, Callable[[Message], None]] = {
            "loaded": self._loaded,
            "load_error": self._load_error,
            "unfit": self._unfit,
            "prepared": self._prepared,
            "started": self._task_started,
            "ended": self._task_ended,
            "output": lambda m: self._output.add(m["kind"], m["node"], m["task"], m["text"]),
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
                    nodes=tuple(self._nodes.values()),
                    output=self._output.tell(),
                    checkpoints=tuple(self._checkpoints),
                    head=self._checkpoints[-1] if self._checkpoints else None,
                )
            dropped = self._output.dropped
            if not dropped:
                return self._state
            note = f"The first {dropped:,} characters of the output were dropped; the last million is kept."
            return replace(self._state, notes=(*self._state.notes, note))

    def message(self, message: Message) -> None:
        """Take in what the worker says; what is said after the end, or isn't understood, counts for nothing."""
        with self._lock:
            take = self._on.get(str(message.get("event")))
            if take is not None and (self._state.status.live or message["event"] == "output"):
                take(message)
                self._changed = True

    def text(self, text: str) -> None:
        """Take in what came past the protocol: from C code or child processes. Nobody knows which node it was."""
        with self._lock:
            self._output.add("stderr", "", "", text)
            self._changed = True

    def stopping(self) -> None:
        """A stop has been asked for."""
        with self._lock:
            self._stop_asked = True
            if self._state.status.live:
                self._state = replace(self._state, status=RunStatus.STOPPING)

    def killed(self) -> None:
        """A kill has been asked for."""
        with self._lock:
            self._killed = True

    def exited(self, code: int) -> None:
        """The process is gone. If the run had not ended, this is its end."""
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
        running = [each.node for each in self._nodes.values() if each.ended is None]
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
        failure = Failure("", message["type"], message["message"], message["traceback"])
        self._finish(RunStatus.FAILED, failure=failure)

    def _unfit(self, message: Message) -> None:
        self._finish(RunStatus.FAILED, failure=Failure("", "GraphLoadError", message["message"], ""))

    def _prepared(self, message: Message) -> None:
        del message
        self._state = replace(self._state, prepared=len(self._checkpoints))

    def _task_started(self, message: Message) -> None:
        self._nodes[message["id"]] = NodeRun(
            task_id=message["id"],
            node=message["node"],
            namespace=message["ns"],
            step=message["step"],
            started=message["time"],
        )

    def _task_ended(self, message: Message) -> None:
        task = self._nodes.get(message["id"])
        if task is None:
            return
        state = NodeState(message["how"])
        if state is NodeState.CANCELLED and self._stop_asked:
            state = NodeState.STOPPED
        error = message["error"] or (task.error if state is NodeState.HANDLED else "")
        self._nodes[task.task_id] = replace(task, ended=message["time"], error=error, state=state)

    def _checkpoint(self, message: Message) -> None:
        if message["ns"] == "":
            self._checkpoints.append(message["id"])

    def _note(self, text: str) -> None:
        self._state = replace(self._state, notes=(*self._state.notes, text))

    def _end(self, message: Message) -> None:
        failure = _failure(message["failure"]) if message["failure"] else None
        interrupts = tuple(map(_interrupt, message["interrupts"]))
        status = RunStatus(message["status"])
        left = _LEFT.get(status, NodeState.UNTOLD)
        self._blame(failure)
        self._say_of_the_disk(failure)
        pauses = tuple(Pause(**each) for each in message.get("pauses", ()))
        due = tuple(message.get("next", ()))
        self._finish(status, failure=failure, left=left, interrupts=interrupts, next=due, pauses=pauses)

    def _say_of_the_disk(self, failure: Failure | None) -> None:
        """What a person can do where the disk under the store is the reason."""
        store = self._state.job.store
        if failure is None or failure.type not in _BY_THE_DISK or kind_of(store) is not Kind.FILE:
            return
        if trouble := disk_trouble(failure.message, "what the run saves", Path(store)):
            self._note(f"{trouble} What was saved before is whole.")

    def _blame(self, failure: Failure | None) -> None:
        """What ends a process (SystemExit) ends a node without a word of it: the only task of that name failed."""
        named = [one for one in self._nodes.values() if failure and failure.node and one.node == failure.node]
        if failure and len(named) == 1 and named[0].state is NodeState.RUNNING:
            text = f"{failure.type}: {failure.message}" if failure.message else failure.type
            self._nodes[named[0].task_id] = replace(named[0], ended=time.time(), error=text, state=NodeState.FAILED)

    def _finish(self, status: RunStatus, *, left: NodeState = NodeState.UNTOLD, **fields: Any) -> None:
        """End the run; tasks that never told their end end with it, as `left` says."""
        now = time.time()
        for task in self._nodes.values():
            if task.ended is None:
                self._nodes[task.task_id] = replace(task, ended=now, state=left)
        self._state = replace(self._state, status=status, ended=now, **fields)
        self._changed = True
        self.done.set()


_BY_THE_DISK = ("OperationalError", "OSError")
"""The types of errors with which SQLite and the system say that a disk is full, or can't be written."""
_LEFT = {
    RunStatus.STOPPED: NodeState.STOPPED,
    RunStatus.FAILED: NodeState.CANCELLED,
    RunStatus.INTERRUPTED: NodeState.PAUSED,
}
"""What became of the tasks that ran when a run ended in this way. LangGraph cancels them when one fails, and tells no
end of a task inside which a graph paused."""


def _interrupt(asked: Message) -> Interrupt:
    schema = asked["response_schema"]
    return Interrupt(asked["id"], decode(*unpack_value(asked["value"])), schema and decode(*unpack_value(schema)))


def _failure(told: Message) -> Failure:
    refused = tuple((module, name) for module, name in told.get("refused", ()))
    return Failure(**{**told, "refused": refused})
