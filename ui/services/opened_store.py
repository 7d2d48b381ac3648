"""One store that the app has open."""

from dataclasses import dataclass, field

from ui.timetravel.runs.runner import Runner
from ui.timetravel.stores import Store
from ui.timetravel.worker.resident.worker import ResidentWorker


@dataclass(frozen=True, slots=True)
class OpenedStore:
    """One store. `target` is what a job calls it, and may hold a password: it is never shown.

    `runner` runs graphs on it; None where nothing may write to it. `keeper` is the worker that it lives in, if it does.
    """

    target: str = field(repr=False)
    store: Store
    runner: Runner | None
    keeper: ResidentWorker | None = None

    @property
    def name(self) -> str:
        """What the address bar calls it."""
        return self.store.name
