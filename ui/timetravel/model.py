"""What a checkpoint store holds, as frozen dataclasses. Times are aware datetimes in UTC, sizes are bytes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ui.timetravel.channel_names import RESULT, SAVED
from ui.timetravel.plain import Plain

CheckpointId = str


class ThreadState(StrEnum):
    """How a thread's latest checkpoint was left."""

    FINISHED = "finished"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    UNFINISHED = "unfinished"
    """Nodes are due, yet nothing says why they did not run: a run is on, or was stopped or killed."""


@dataclass(frozen=True, slots=True)
class ThreadSummary:
    """One line of the list of threads. `checkpoints` counts those of the root namespace.

    `name` is what a person called it where ids can't be chosen (a server's are UUIDs), else empty.
    """

    thread_id: str
    latest_id: CheckpointId
    updated_at: datetime
    checkpoints: int
    state: ThreadState
    name: str = ""


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
    """A question that a node asked; `id` may be empty in old stores."""

    id: str
    value: Plain


@dataclass(frozen=True, slots=True)
class Write:
    """One value that a task wrote to one channel. `index` is below zero for LangGraph's special channels."""

    channel: str
    index: int
    value: Plain
    size: int


@dataclass(frozen=True, slots=True)
class Task:
    """What one task wrote onto a checkpoint. `node` is empty where the store does not say which node it was."""

    task_id: str
    node: str
    path: str
    writes: tuple[Write, ...]
    error: Plain = None
    interrupts: tuple[Interrupt, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """What a row of the history shows, told without decoding any state.

    `ran`: the nodes whose writes made this checkpoint. `changed`: the channels that they wrote (a person's channels
    only, see `is_internal`). `next`: the nodes that are due after it. `failed` and `interrupted`: nodes that ran
    from it and raised or asked. `size`: bytes of its row. `format`: its number ("v"), 0 where that is not
    told. `javascript`: LangGraph.js wrote it.
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


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One checkpoint in full, decoded. `values` has every channel of the row, LangGraph's own included.

    `next` is exact here: from channel versions and versions seen. `sizes` are the encoded bytes of each channel.
    `encrypted`: its values are encrypted in the store, whether they could be opened or not.
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


def is_internal(channel: str) -> bool:
    """Whether a channel is LangGraph's own plumbing (`branch:to:x`, `__start__`, ...) and not a person's state.

    What a functional graph returned and saved for its next run is a person's, whatever these channels are called.
    """
    return channel not in (RESULT, SAVED) and channel.startswith(("__", "branch:", "join:", "start:"))


def visible(values: Mapping[str, Plain]) -> dict[str, Plain]:
    """The channels that a person's graph declares, in the order of the row."""
    return {name: value for name, value in values.items() if not is_internal(name)}


def answered_tasks(tasks: Iterable[Task]) -> frozenset[str]:
    """The ids of the tasks that asked something, were answered and went on.

    LangGraph writes an answer as `__resume__`; a task that asks once more has that too, but has not written anything
    else yet.
    """
    resumed = {task.task_id for task in tasks if any(write.channel == "__resume__" for write in task.writes)}
    went_on = {
        task.task_id for task in tasks if task.error is not None or any(write.index >= 0 for write in task.writes)
    }
    return frozenset(task.task_id for task in tasks if task.interrupts and task.task_id in resumed & went_on)
