"""Combines several tries of one run into the state of a single run."""

import time
from collections import Counter
from dataclasses import replace

from ui.timetravel.model.checkpoints import CheckpointId
from ui.timetravel.model.jobs import Job
from ui.timetravel.model.runs import NodeRun, NodeState, Output, RunState, RunStatus, Try
from ui.timetravel.runs.records.output_log import OutputLog


class Attempts:
    """The tries of one run so far, combined with the one that is running. Not safe to use from several threads."""

    def __init__(self, run_id: str, job: Job, most: int) -> None:
        """Start the first try. `most` is the number of tries after which to give up."""
        self._base = RunState(run_id, job, RunStatus.STARTING, time.time(), most_tries=most)
        self._tries: list[Try] = []
        self._nodes: list[NodeRun] = []
        self._checkpoints: list[CheckpointId] = []
        self._notes: dict[str, None] = {}
        self._output = OutputLog()
        self._unlisted: Counter[NodeState] = Counter()
        self._next: float | None = None
        self._last: RunState | None = None
        self._over: RunState | None = None
        self._told: tuple[RunState, bool, RunState] | None = None

    def begin(self) -> None:
        """Note that another try has begun."""
        self._next = None

    def add(self, ended: RunState, pause: float | None) -> None:
        """Note that a try has ended; the next one begins after `pause` seconds. None: there is no next one."""
        self._tries.append(self._try(ended, pause))
        self._nodes += ended.nodes
        self._checkpoints += ended.checkpoints
        self._notes |= dict.fromkeys(ended.notes)
        for piece in ended.output:
            self._output.add(piece.kind, piece.node, piece.task_id, piece.text)
        self._unlisted.update(ended.unlisted)
        self._last = ended
        self._next = None if pause is None else time.time() + pause

    def end(self, *, stopped: bool) -> None:
        """Note that there is no further try. The run ends as the last one did, unless the person `stopped` it."""
        last = self._last
        status = last.status if last else RunStatus.STOPPED
        if stopped and status in (RunStatus.FAILED, RunStatus.DIED):
            status = RunStatus.STOPPED
        self._next = None
        if self._tries:
            self._tries[-1] = replace(self._tries[-1], pause=None)
        self._over = replace(
            self._together(None),
            status=status,
            ended=time.time(),
            failure=last.failure if last else None,
            interrupts=last.interrupts if last else (),
            next=last.next if last else (),
            pauses=last.pauses if last else (),
        )

    def state(self, current: RunState | None, *, stopping: bool) -> RunState:
        """The state of the run as a whole; `current` is the try that is running, None in a pause.

        Cheap while nothing changes.
        """
        if self._over is not None:
            return self._over
        if current is None:
            status = RunStatus.STOPPING if stopping else RunStatus.WAITING
            failure = self._last.failure if self._last else None
            return replace(self._together(None), status=status, failure=failure, next_try=self._next)
        if self._told and self._told[0] is current and self._told[1] is stopping:
            return self._told[2]
        # Between the end of a try and the decision on the next one, the run as a whole is still running.
        status = current.status if current.status.live else RunStatus.RUNNING
        found = replace(self._together(current), status=RunStatus.STOPPING if stopping else status)
        self._told = (current, stopping, found)
        return found

    def _together(self, current: RunState | None) -> RunState:
        checkpoints = (*self._checkpoints, *(current.checkpoints if current else ()))
        return replace(
            self._base,
            nodes=(*self._nodes, *(current.nodes if current else ())),
            unlisted=self._unlisted + Counter(current.unlisted if current else {}),
            output=self._said(current),
            checkpoints=checkpoints,
            head=checkpoints[-1] if checkpoints else None,
            notes=tuple(dict.fromkeys((*self._notes, *(current.notes if current else ())))),
            tries=(*self._tries, *((self._try(current, None),) if current else ())),
        )

    def _said(self, current: RunState | None) -> tuple[Output, ...]:
        return (*self._output.tell(), *(current.output if current else ()))

    def _try(self, one: RunState, pause: float | None) -> Try:
        return Try(len(self._tries) + 1, one.started, one.status, one.ended, one.failure, pause)
