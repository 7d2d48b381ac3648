"""The state of a run, of its tasks and of its tries at one moment: frozen dataclasses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ui.timetravel.model.checkpoints import CheckpointId, Interrupt
from ui.timetravel.model.jobs import Job
from ui.timetravel.worker.child.shared.standard_types import StoredType


class RunStatus(StrEnum):
    """The status of a run. The last five are final; WAITING is a pause between two tries."""

    STARTING = "starting"
    RUNNING = "running"
    WAITING = "waiting"
    STOPPING = "stopping"
    FINISHED = "finished"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    STOPPED = "stopped"
    DIED = "died"

    @property
    def live(self) -> bool:
        """Whether the run may still change."""
        return self in (RunStatus.STARTING, RunStatus.RUNNING, RunStatus.WAITING, RunStatus.STOPPING)


class NodeState(StrEnum):
    """The state of a task of a run, running or ended."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    HANDLED = "handled"
    """It failed, and its error handler took over."""
    CANCELLED = "cancelled"
    """Another task failed, so LangGraph ended this one, or discards its result: neither done nor failed."""
    ASKED = "asked"
    CACHED = "cached"
    """The node cache had its result: the node did not run."""
    BEFORE = "before"
    """Its result was saved by an earlier run: the node did not run again."""
    PAUSED = "paused"
    """A graph inside it paused without a question."""
    STOPPED = "stopped"
    CUT_OFF = "cut_off"
    """Its process died before the task ended."""
    UNTOLD = "untold"
    """The run has ended, and nothing shows how this task did."""


@dataclass(frozen=True, slots=True)
class NodeRun:
    """One task of the run. Times are seconds since the epoch; `ended` is None while it runs. `step` is the superstep.

    `error` is the error of a task that failed, in one line.
    """

    task_id: str
    node: str
    namespace: str
    step: int
    started: float
    ended: float | None = None
    error: str = ""
    state: NodeState = NodeState.RUNNING

    @property
    def interrupted(self) -> bool:
        """Whether it asked a question."""
        return self.state is NodeState.ASKED

    @property
    def has_result(self) -> bool:
        """Whether its result counts: it ran to its end, or had its result already."""
        return self.state in (NodeState.DONE, NodeState.CACHED, NodeState.BEFORE)


@dataclass(frozen=True, slots=True)
class Output:
    """Text that a run produced: `kind` is "stdout", "stderr", "token" (of a chat model), or "custom" (of a stream
    writer).

    `node` is empty when it is not known which node produced it. Pieces in a row with the same kind, node and task are
    joined. Where `kind` is empty, the text says in words how much was left out there.
    """

    kind: str
    node: str
    text: str
    task_id: str = ""


WORKER_DIED = "WorkerDied"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run failed. `node` is empty when no node failed; `type` is WORKER_DIED when the worker's process has died.

    `refused`: types that the store names and that were not built, since neither the graphs nor the person have allowed
    them.
    """

    node: str
    type: str
    message: str
    traceback: str
    refused: tuple[StoredType, ...] = ()


@dataclass(frozen=True, slots=True)
class Pause:
    """Where a run stopped without a question: `node` is "parent:child" inside a subgraph.

    `how` is "before" or "after", `whose` is "graph" (compiled into it) or "person"; either is "" where it is not known.
    """

    node: str
    how: str
    whose: str


@dataclass(frozen=True, slots=True)
class Try:
    """One try of a run that is repeated when it fails, numbered from 1.

    Times are seconds since the epoch; `ended` is None while it runs. `pause` is the seconds to wait before the next
    try; None where none follows, or it is not known yet.
    """

    number: int
    began: float
    status: RunStatus
    ended: float | None = None
    failure: Failure | None = None
    pause: float | None = None


@dataclass(frozen=True, slots=True)
class RunState:
    """A run at one moment. `head` is the newest checkpoint that it wrote in its thread's root namespace.

    `prepared` is the number of `checkpoints` that came from copying and editing before the job's action; None while
    that is not known to be finished. If there are very many tasks, `nodes` has the first and the last; `unlisted` has
    the numbers of the others by state. If it waits, `next` are the nodes that are due, and `pauses` say where it
    stopped without a question. If the run is repeated on failure, `tries` has every try so far, `most_tries` the number
    after which it gives up, and `next_try`, while it waits, the time when the next one begins (seconds since the
    epoch).
    """

    id: str
    job: Job
    status: RunStatus
    started: float
    ended: float | None = None
    nodes: tuple[NodeRun, ...] = ()
    unlisted: Mapping[NodeState, int] = field(default_factory=dict)
    output: tuple[Output, ...] = ()
    checkpoints: tuple[CheckpointId, ...] = ()
    head: CheckpointId | None = None
    interrupts: tuple[Interrupt, ...] = ()
    next: tuple[str, ...] = ()
    pauses: tuple[Pause, ...] = ()
    failure: Failure | None = None
    notes: tuple[str, ...] = field(default_factory=tuple)
    prepared: int | None = None
    tries: tuple[Try, ...] = ()
    most_tries: int = 0
    next_try: float | None = None
