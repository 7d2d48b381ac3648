"""What a run needs of a store that is only read, gathered to be brought into another one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ui.timetravel.model.checkpoints import CheckpointId, Task
from ui.timetravel.model.values import Plain


@dataclass(frozen=True, slots=True)
class ExportedCheckpoint:
    """One checkpoint to bring, under its own id. `content` is what LangGraph serializes; `parent_id` is brought too."""

    namespace: str
    checkpoint_id: CheckpointId
    parent_id: CheckpointId | None
    content: Mapping[str, Plain]
    metadata: Mapping[str, Plain]
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class ExportedValues:
    """What a source tells that has no channel versions: a person's channels, and the nodes that ran and run next."""

    values: Mapping[str, Plain]
    ran: tuple[str, ...]
    next: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckpointBundle:
    """What a run from a checkpoint needs, in full: a `Job` carries it to the worker.

    `store` is the source's name, without a password. `checkpoints` has parents before their children, and namespaces of
    subgraphs after the root's. Where the source tells only values, it is empty, and `update` has them. `passed`: the
    thread went on from there. `questions`: the ids of those that were asked there. `tasks`: all that was written
    there, which tells what the questions had been answered by then.
    """

    store: str
    thread_id: str
    checkpoint_id: CheckpointId
    checkpoints: tuple[ExportedCheckpoint, ...] = field(repr=False)
    passed: bool
    encrypted: bool = False
    questions: tuple[str, ...] = ()
    tasks: tuple[Task, ...] = field(default=(), repr=False)
    update: ExportedValues | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()
