"""What a checkpoint store holds, as frozen dataclasses. Times are aware datetimes in UTC, sizes are bytes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ui.timetravel.model.channel_names import RESULT, SAVED
from ui.timetravel.model.values import Plain
from ui.timetravel.worker.child.shared.reserved_names import (
    EDGES,
    ERROR,
    ERROR_SOURCE,
    INTERRUPT,
    OWN,
    RESUME,
    SCHEDULED,
)

CheckpointId = str


class ThreadState(StrEnum):
    """The state in which a thread's latest checkpoint was left."""

    FINISHED = "finished"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    UNFINISHED = "unfinished"
    """Nodes are due, and nothing shows why they did not run: a run is on, or was paused, stopped or killed."""
    UNKNOWN = "unknown"
    """Its latest checkpoint can't be read, or its format does not show which nodes are due (`undecided`)."""


class Made(StrEnum):
    """The way in which a checkpoint came to be."""

    INPUT = "input"
    START = "start"
    """A superstep that only took in the input."""
    STEP = "step"
    SEVERAL = "several steps"
    """Several supersteps that were saved as one, by a run with durability "exit"."""
    EDIT = "edit"
    DROPPED = "dropped"
    """An update as END: the nodes that were due are no longer due."""
    FORK = "fork"
    """A checkpoint that a run wrote before it ran its parent's superstep again."""
    COPY = "copy"
    """A second checkpoint with the state of another one, beside it: both have the same parent."""
    UNKNOWN = "unknown"


class Gap(StrEnum):
    """What happened between a checkpoint and its parent, apart from the nodes that ran."""

    NONE = "none"
    """A single run led from the parent to this checkpoint."""
    RESUMED = "resumed"
    """The run ended at the parent, and another one continued later: after a pause, an answer, a failure or a crash."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ThreadSummary:
    """One line of the list of threads. `checkpoints` counts those of the root namespace.

    `name` is what a person called the thread where ids can't be chosen (a server's are UUIDs), else empty. `graph` is
    the graph that its latest checkpoint names (see `graph_named`); empty where it names none, None where it was not
    read.
    """

    thread_id: str
    latest_id: CheckpointId
    updated_at: datetime
    checkpoints: int
    state: ThreadState
    name: str = ""
    graph: str | None = None


def graph_named(metadata: Mapping[str, Plain], parent_id: CheckpointId | None) -> str | None:
    """The graph that a checkpoint's metadata names; empty where it names none, None where the parent's metadata has to
    be read.

    Runs store it as `graph_id`. A change of state or a copy may lack it if it was not made by the graph's run; its
    parent has it (langgraph 1.2.22, pregel/main.py, `bulk_update_state`).
    """
    if "graph_id" in metadata or not parent_id or metadata.get("source") in ("input", "loop"):
        return str(metadata.get("graph_id") or "")
    return None


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """A page of threads, latest change first. Passing `cursor` as `before` gives the next page; None at the end."""

    threads: tuple[ThreadSummary, ...]
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Every checkpoint of one thread and namespace, oldest first: `ids[k]` has the parent `parents[k]`.

    A parent may be None (the first of a thread), or an id that the store no longer has.
    """

    ids: tuple[CheckpointId, ...]
    parents: tuple[CheckpointId | None, ...]

    @property
    def latest(self) -> CheckpointId | None:
        """The newest checkpoint; None where there is none."""
        return self.ids[-1] if self.ids else None


@dataclass(frozen=True, slots=True)
class Interrupt:
    """A question that a node asked; `id` may be empty in old stores.

    `response_schema` is the JSON schema of the answer, where the node gave one (langgraph 1.2, `interrupt`).
    """

    id: str
    value: Plain
    response_schema: Plain = None


@dataclass(frozen=True, slots=True)
class Write:
    """One value that a task wrote to one channel. `index` is below zero for LangGraph's special channels."""

    channel: str
    index: int
    value: Plain
    size: int


@dataclass(frozen=True, slots=True)
class Task:
    """The writes of one task on a checkpoint. `node` is empty where the store does not say which node it was.

    `notes` are sentences on what in the rows of its writes is not as LangGraph writes it.
    """

    task_id: str
    node: str
    path: str
    writes: tuple[Write, ...]
    error: Plain = None
    interrupts: tuple[Interrupt, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """What a row of the history shows, worked out without decoding any state.

    How it came to be: `made` is the way, `ran` the nodes whose writes made it, `changed` the channels that they wrote
    (a person's channels only, see `is_internal`). `steps` is the number of supersteps that it saves; where it saves
    several, `took_input` says whether one of them took in a new input, and `by_input` are those of `changed` that the
    input set. `dropped` are the due nodes that an update as END cleared. `unwritten` are those of `ran` that left no
    writes on the parent: their result came from a cache, or the run saved only at its end. `gap` says whether a single
    run led from the parent to here.

    What follows it: `due` are the nodes of the next superstep, of which the first `sends` are those that Sends go to,
    and `next` those that run when the thread continues from here. On the newest checkpoint of a thread a task that
    already has its result does not run again, so `next` lacks it and `done` names it; from any other checkpoint
    LangGraph runs the whole superstep again, on a fork (langgraph 1.2.22, `get_state` without and with a
    checkpoint_id). `failed`, `cancelled` and `interrupted` are nodes that ran from it and raised, were cancelled since
    another one failed, or asked a question; `waiting` are those that asked and have not finished since. `undecided`:
    its format does not show which nodes are due, or it can't be read, so an empty `next` means nothing.

    `size`: the bytes of its row. `format`: the number of its format ("v"), 0 where it is not stated. `javascript`:
    LangGraph.js wrote it. `notes` are sentences on what in its row is not as LangGraph writes it, or was left out
    because it is too much.
    """

    thread_id: str
    namespace: str
    checkpoint_id: CheckpointId
    parent_id: CheckpointId | None
    created_at: datetime
    step: int
    source: str
    size: int
    ran: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    interrupted: tuple[str, ...] = ()
    metadata: Mapping[str, Plain] = field(default_factory=dict)
    format: int = 0
    javascript: bool = False
    made: Made = Made.UNKNOWN
    steps: int = 1
    by_input: tuple[str, ...] = ()
    took_input: bool = False
    dropped: tuple[str, ...] = ()
    unwritten: tuple[str, ...] = ()
    gap: Gap = Gap.UNKNOWN
    due: tuple[str, ...] = ()
    sends: int = 0
    done: tuple[str, ...] = ()
    cancelled: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    undecided: bool = False
    is_newest: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One whole checkpoint, decoded. `values` has every channel of the row, LangGraph's own included.

    `next` is that of its header. `sizes` are the encoded bytes of each channel. `encrypted`: its values are encrypted
    in the store, whether or not they could be decrypted. `deltas` are the channels that are known to be delta channels
    (see delta_channels.py).
    """

    header: Header
    values: Mapping[str, Plain]
    versions: Mapping[str, Plain]
    versions_seen: Mapping[str, Mapping[str, Plain]]
    format: int
    next: tuple[str, ...]
    sizes: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    encrypted: bool = False
    deltas: tuple[str, ...] = ()


def is_internal(channel: str) -> bool:
    """Whether a channel is LangGraph's own plumbing (`branch:to:x`, `__start__`, ...) rather than a person's state.

    What a functional graph returned, and what it saved for its next run, is a person's state, whatever these channels
    are called.
    """
    return channel not in (RESULT, SAVED) and channel.startswith((OWN, *EDGES))


def visible(values: Mapping[str, Plain]) -> dict[str, Plain]:
    """The channels that a person's graph declares, in the order of the row."""
    return {name: value for name, value in values.items() if not is_internal(name)}


CONTROL_CHANNELS = frozenset((ERROR, ERROR_SOURCE, INTERRUPT, RESUME, SCHEDULED))
"""Channels that state a task's progress; a write to any other one means that it finished. langgraph 1.2.22,
pregel/_task_status.py.
"""


def has_finished(task: Task) -> bool:
    """Whether a task has its result, so that it does not run again when the thread continues."""
    return any(write.channel not in CONTROL_CHANNELS for write in task.writes)


def answered_tasks(tasks: Iterable[Task]) -> frozenset[str]:
    """The ids of the tasks that asked a question, were answered and continued until they ended or failed.

    A task that has not finished waits for an answer, even if it was answered before: it asked once more (langgraph
    1.2.22, pregel/_task_status.py). An answer is a write to `__resume__`, but the answer to a question that was asked
    inside a subgraph is written in the subgraph's namespace, so that here only the task's result shows it.
    """
    return frozenset(task.task_id for task in tasks if task.interrupts and (has_finished(task) or _failed_after(task)))


def _failed_after(task: Task) -> bool:
    return task.error is not None and any(write.channel == RESUME for write in task.writes)
