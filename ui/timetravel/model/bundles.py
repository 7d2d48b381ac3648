"""What a run needs from a store that is only read, exported so that it can be imported into another store."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ui.timetravel.model.checkpoints import CheckpointId, Task
from ui.timetravel.model.values import Plain


@dataclass(frozen=True, slots=True)
class ExportedCheckpoint:
    """One checkpoint to import, under its own id.

    `content` is in LangGraph's serialization; its parent is exported too.
    """

    namespace: str
    checkpoint_id: CheckpointId
    parent_id: CheckpointId | None
    content: Mapping[str, Plain]
    metadata: Mapping[str, Plain]
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class ExportedValues:
    """What a store without channel versions can export: a person's channels, and the nodes that ran and run next."""

    values: Mapping[str, Plain]
    ran: tuple[str, ...]
    next: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckpointBundle:
    """All that a run from a checkpoint needs: a `Job` carries it to the worker.

    `store` is the source's name, without a password. `checkpoints` has parents before their children, and namespaces of
    subgraphs after the root's. It is empty where the source has only values; then `update` has them. `passed`: the
    thread has already continued from this checkpoint. `questions`: the ids of those that were asked at it. `tasks`: all
    writes on it, which show which answers the questions had been given.
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
