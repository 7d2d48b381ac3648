"""One store that the app has open, and what can be done with it."""

from dataclasses import dataclass, field
from pathlib import Path

from ui.services.capabilities import Capabilities, capabilities_of
from ui.timetravel.model.targets import StoreKind, kind_of
from ui.timetravel.runs.runner import Runner
from ui.timetravel.stores import Store
from ui.timetravel.worker.resident.worker import ResidentWorker


@dataclass(frozen=True, slots=True)
class OpenedStore:
    """A store that is open. `target` is its name in a job, and may contain a password: it is never shown.

    `runner` runs graphs on it; None where nothing may be written to it. `keeper` is the resident worker that holds it,
    if one does. `kind` follows from the target, and `can` from the kind: read these instead of the target.
    """

    target: str = field(repr=False)
    store: Store
    runner: Runner | None
    keeper: ResidentWorker | None = None
    kind: StoreKind = field(init=False)
    can: Capabilities = field(init=False, repr=False)

    def __post_init__(self) -> None:
        kind = kind_of(self.target)
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "can", capabilities_of(kind))

    @property
    def name(self) -> str:
        """The store's name in the address bar."""
        return self.store.name

    @property
    def is_server(self) -> bool:
        """Whether it is a LangGraph server, which runs graphs itself."""
        return self.kind is StoreKind.SERVER

    @property
    def file(self) -> Path | None:
        """The SQLite file that it is; None for a store of another kind."""
        return Path(self.target) if self.kind is StoreKind.FILE else None

    @property
    def in_memory(self) -> bool:
        """Whether its threads are in a worker's memory, and lost when it ends. Of a saver, once that is known."""
        return self.keeper is not None and self.keeper.in_memory

    @property
    def whole_threads_only(self) -> bool:
        """Whether single checkpoints can't be deleted: a graph's own saver can only delete whole threads."""
        return self.keeper is not None and not self.keeper.in_memory

    @property
    def can_shrink(self) -> bool:
        """Whether it is a file that keeps the space of deleted rows until it is shrunk, and may be written to."""
        return self.can.shrink and self.runner is not None
