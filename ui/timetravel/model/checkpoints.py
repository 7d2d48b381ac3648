"""What a checkpoint store holds, as frozen dataclasses. Times are aware datetimes in UTC, sizes are bytes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ui.timetravel.model.channel_names import RESULT, SAVED
from ui.timetravel.model.values import Plain
from ui.timetravel.worker.child.shared.reserved_names import ERROR, ERROR_SOURCE, INTERRUPT, RESUME

CheckpointId = str


class ThreadState(StrEnum):
    """How a thread's latest checkpoint was left."""

    FINISHED = "finished"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    UNFINISHED = "unfinished"
    """Nodes are due, yet nothing says why they did not run: a run is on, or was paused, stopped or killed."""
    UNKNOWN = "unknown"
    """Its latest checkpoint can't be read, or is of a format that says of no node whether it is due (`undecided`)."""


class Made(StrEnum):
    """How a checkpoint came to be."""

    INPUT = "input"
    START = "start"
    """A superstep that only took the input in."""
    STEP = "step"
    SEVERAL = "several steps"
    """Several supersteps that were saved as one, by a run with durability "exit"."""
    EDIT = "edit"
    DROPPED = "dropped"
    """An update as END: what was due is due no longer."""
    FORK = "fork"
    """A checkpoint that a run wrote before it ran its parent's step again."""
    COPY = "copy"
    """A second checkpoint with the state of another one, beside it: both have the same parent."""
    UNKNOWN = "unknown"


class Gap(StrEnum):
    """What lies between a checkpoint and its parent, besides the nodes that ran."""

    NONE = "none"
    """One run went on from the parent to this checkpoint."""
    RESUMED = "resumed"
    """The run ended at the parent and was gone on with later: after a pause, an answer, a failure or a crash."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ThreadSummary:
    """One line of the list of threads. `checkpoints` counts those of the root namespace.

    `name` is what a person called it where ids can't be chosen (a server's are UUIDs), else empty. `graph` is the graph
    that its latest checkpoint names (see `graph_named`), empty for none; None where the list doesn't tell.
    """

    thread_id: str
    latest_id: CheckpointId
    updated_at: datetime
    checkpoints: int
    state: ThreadState
    name: str = ""
    graph: str | None = None


def graph_named(metadata: Mapping[str, Plain], parent_id: CheckpointId | None) -> str | None:
    """The graph that a checkpoint's metadata names; empty where it names none, None where its parent's tells.

    Runs leave it there as `graph_id`. A change of the state or a copy may have none of its own, where it was not made
    by the graph's run; its parent has (langgraph 1.2.22, pregel/main.py, `bulk_update_state`).
    """
    if "graph_id" in metadata or not parent_id or metadata.get("source") in ("input", "loop"):
        return str(metadata.get("graph_id") or "")
    return None


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """Threads with the latest change first; `cursor` is for `before` to get the next page, None at the end."""

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
    """What one task wrote onto a checkpoint. `node` is empty where the store does not say which node it was.

    `notes` say what in the rows of its writes is not as LangGraph writes it.
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
    """What a row of the history shows, told without decoding any state.

    How it came to be: `made` says in which way, `ran` names the nodes whose writes made it, and `changed` the channels
    that they wrote (a person's channels only, see `is_internal`). `steps` counts the supersteps that it saves, and
    `by_input` those of `changed` that an input set, where several steps are saved in one and `took_input` says that
    one of them took a new input in. `dropped` are the nodes that
    an update as END took from what was due. `unwritten` are those of `ran` that left no writes on the parent: their
    result came from a cache, or the run saved at its end. `gap` says whether the time since the parent is that of one
    run.

    What follows: `due` are the nodes of its superstep, of which the first `sends` were sent to, and `next` those that
    run when the thread is gone on with from here. On the newest checkpoint of a thread a task that has its result
    already does not run again, so `next` lacks it and `done` names it; anywhere else LangGraph runs the whole step
    again, on a fork (langgraph 1.2.22, `get_state` without and with a checkpoint_id). `failed`, `cancelled` and
    `interrupted` are nodes that ran from it and raised, were cancelled since another one failed, or asked; `waiting`
    are those that asked and have not finished since. `undecided`: its format does not tell which nodes are due, or
    it can't be read, so an empty `next` means nothing.

    `size`: bytes of its row. `format`: its number ("v"), 0 where that is not told. `javascript`: LangGraph.js wrote it.
    `notes` say in sentences what in its row is not as LangGraph writes it, or is left out since it is too much.
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
    """One checkpoint in full, decoded. `values` has every channel of the row, LangGraph's own included.

    `next` is that of its header. `sizes` are the encoded bytes of each channel.
    `encrypted`: its values are encrypted in the store, whether they could be opened or not. `deltas` are the channels
    that are known to be delta channels (see delta_channels.py).
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
    """Whether a channel is LangGraph's own plumbing (`branch:to:x`, `__start__`, ...) and not a person's state.

    What a functional graph returned and saved for its next run is a person's, whatever these channels are called.
    """
    return channel not in (RESULT, SAVED) and channel.startswith(("__", "branch:", "join:", "start:"))


def visible(values: Mapping[str, Plain]) -> dict[str, Plain]:
    """The channels that a person's graph declares, in the order of the row."""
    return {name: value for name, value in values.items() if not is_internal(name)}


CONTROL_CHANNELS = frozenset((ERROR, ERROR_SOURCE, INTERRUPT, RESUME, "__scheduled__"))
"""Channels that say what happened to a task; a write to any other one means that it finished.

langgraph 1.2.22, pregel/_task_status.py; "__scheduled__" is of versions before 0.3.
"""


def has_finished(task: Task) -> bool:
    """Whether a task has its result, so that it does not run again when the thread is gone on with."""
    return any(write.channel not in CONTROL_CHANNELS for write in task.writes)


def answered_tasks(tasks: Iterable[Task]) -> frozenset[str]:
    """The ids of the tasks that asked something, were answered and went on: to their end, or to a failure.

    A task that has not finished waits for an answer, also where it was answered before: it asked once more (langgraph
    1.2.22, pregel/_task_status.py). An answer is a write to `__resume__`, but one to a question that was asked inside a
    subgraph is written in the subgraph's namespace, so that a result alone tells.
    """
    return frozenset(task.task_id for task in tasks if task.interrupts and (has_finished(task) or _failed_after(task)))


def _failed_after(task: Task) -> bool:
    return task.error is not None and any(write.channel == RESUME for write in task.writes)
