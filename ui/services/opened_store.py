"""One store that the app has open."""

from dataclasses import dataclass, field

from ui.timetravel.runs.runner import Runner
from ui.timetravel.stores import Store
from ui.timetravel.worker.resident.worker import ResidentWorker


@dataclass(frozen=True, slots=True)
class OpenedStore:
    """A store that is open. `target` is its name in a job, and may contain a password: it is never shown.

    `runner` runs graphs on it; None where nothing may be written to it. `keeper` is the resident worker that holds it,
    if one does.
    """

    target: str = field(repr=False)
    store: Store
    runner: Runner | None
    keeper: ResidentWorker | None = None

    @property
    def name(self) -> str:
        """The store's name in the address bar."""
        return self.store.name
