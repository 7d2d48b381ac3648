"""The stores that the app has open: how each is read, and what runs graphs on it."""

import threading
from pathlib import Path

from ui.services.allowed_types import AllowedTypes
from ui.services.create_store import is_made, make_store
from ui.services.managed_stores import ManagedStores
from ui.services.opened_store import OpenedStore
from ui.services.run_registry import RunRegistry
from ui.services.run_surroundings import RunSurroundings
from ui.services.settings import Settings
from ui.timetravel.errors import ProjectError, StoreError, StoreNotFound, StoreUnreadable, WorkerError
from ui.timetravel.ground.read_only import is_read_only, refuse_if_read_only
from ui.timetravel.model.targets import MEMORY, StoreKind, display_name, kind_of, redacted
from ui.timetravel.runs.runner import Runner
from ui.timetravel.serde import encryption as crypt
from ui.timetravel.stores import open_store
from ui.timetravel.worker.resident.worker import ResidentWorker, resident_worker_of

__all__ = ["OpenedStore", "StoreRegistry"]


class StoreRegistry:
    """Opens each store when it is first needed, and keeps it open. Safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        """Start the workers, if there are graphs. Raises ProjectError."""
        self._settings = settings
        self._own = ManagedStores(settings)
        self._project = self._own.project
        self.describers = self._own.workers
        """What describes the app's graphs; it runs them only where anything may be run at all."""
        self.workers = None if is_read_only() else self._own.workers
        self.around = RunSurroundings(settings, self._project)
        if self._project and (key := self._project.env.get(crypt.VARIABLE)):
            crypt.set_key(key)  # the project's own .env overrides the environment, as it does for the worker
        self.allowed = AllowedTypes(settings.folder, code=str((settings.graphs_file, *settings.graph_specs)))
        self._open: dict[str, OpenedStore] = {}
        self.runs = RunRegistry(
            lambda: list(self._open.values()), self.workers, self.around, self.allowed, self.is_aside
        )
        self._lock = threading.Lock()
        """Held only to look up what is open: another tab must not wait until a store answers over the network."""
        self._opening: dict[str, threading.Lock] = {}
        """One lock for each target, held while that store is opened."""
        self._closed = False

    @property
    def targets(self) -> tuple[str, ...]:
        """The targets of all stores: those of the command line, the sandbox once it exists, and those opened since."""
        sandbox = self._settings.sandbox
        there = (*self._settings.targets, *((sandbox,) if sandbox and is_made(Path(sandbox)) else ()))
        return tuple(dict.fromkeys((*there, *list(self._open))))

    @property
    def practice_folder(self) -> Path:
        """The folder of practice stores that are files, and of the count of nodes' runs. It may not exist yet."""
        return self._settings.folder

    @property
    def node_log(self) -> Path:
        """See `ManagedStores.node_log`."""
        return self._own.node_log

    def source(self, name: str = "") -> OpenedStore | None:
        """The opened store with this name; without a name the first one. None where no store has the name.

        One of the app's own stores that existed when the app last ran is opened again, so its address stays valid.

        Raises StoreError when it can't be opened.
        """
        if not name:
            return self.open(self.targets[0])
        with self._lock:
            opened = list(self._open.values())
        known = next((each for each in opened if each.name == name), None)
        if known:
            return known
        closed = [target for target in self.targets if target not in self._open]
        for target in closed:
            if self._called(target) == name:
                return self.open(target)
        own = self._own.named(name)
        if own:
            return self.open(own)
        return next((self.open(target) for target in closed if self._named(target) == name), None)

    def open(self, target: str) -> OpenedStore:
        """The opened store of this target. Raises StoreError when it can't be opened."""
        with self._lock:
            opening = self._opening.setdefault(target, threading.Lock())
        with opening:
            with self._lock:
                known = self._open.get(target)
            if known is not None:
                return known
            made = self._opened(target)
            with self._lock:
                late = self._closed
                if not late:
                    self._open[target] = made
            if late:
                _let_go(made)
                raise StoreUnreadable("The app has ended. Start it again.")
            return made

    def titles(self) -> dict[str, str]:
        """The title of each store on the screen, by a name that `source` accepts. Opens none of them."""
        found: dict[str, str] = {}
        for target in self.targets:
            opened = self._open.get(target)
            title = opened.store.title if opened else display_name(target)
            name = opened.name if opened else self._called(target)
            found[name] = self._own.titles.get(target, title)
        twice = {title for title in found.values() if list(found.values()).count(title) > 1}
        return {name: name if title in twice else title for name, title in found.items()}

    def title(self, name: str) -> str | None:
        """The title of the store with this name; None where no store has the name."""
        return self.titles().get(name)

    def sandbox(self) -> OpenedStore:
        """The local file for forks of read-only stores, created if necessary. Raises StoreError."""
        path = Path(self._settings.sandbox)
        if not is_made(path):
            make_store(path)
        return self.open(str(path))

    def existing_sandbox(self) -> OpenedStore | None:
        """The sandbox, if it exists; else None. Raises StoreError when it can't be opened."""
        return self.open(self._settings.sandbox) if self._settings.sandbox in self.targets else None

    def is_sandbox(self, source: OpenedStore) -> bool:
        """Whether this store is the sandbox itself."""
        return source.target == self._settings.sandbox

    def practice(self, kind: StoreKind = StoreKind.FILE) -> OpenedStore:
        """The practice store of this kind, for lessons, created or opened when first needed: never one of the user's.

        It runs the sample graphs, whatever graphs the app has. FILE is kept; MEMORY is lost when its worker ends.
        Raises StoreError when it can't be opened, ValueError for another kind.
        """
        return self.open(self._own.practice_target(kind))

    def existing_practice(self, kind: StoreKind = StoreKind.FILE) -> OpenedStore | None:
        """The practice store of this kind, if it exists; else None. Raises StoreError when it can't be opened."""
        target = self._own.existing_practice_target(kind)
        there = target in self._open or (target and kind is StoreKind.FILE)
        return self.open(target) if there else None

    def is_practice(self, source: OpenedStore) -> bool:
        """Whether this store is one that lessons use."""
        return self._own.is_practice(source.target)

    @property
    def sandboxed(self) -> bool:
        """Whether none of the stores that the app was started with is written to."""
        return self._settings.sandboxed

    def may_run_on(self, name: str) -> bool:
        """Whether runs may be written to the store with this name, as far as is known: if it is not open yet they may.

        If the app was started to write only to the sandbox, that and memory stores are the only ones.
        """
        opened = next((one for one in list(self._open.values()) if one.name == name), None)
        if opened is None:
            return not self.sandboxed
        aside = self.is_sandbox(opened) or opened.kind is StoreKind.MEMORY
        return opened.runner is not None and (aside or not self.sandboxed)

    def memory(self) -> OpenedStore:
        """The store in a worker's memory, for the graphs of the app. Raises StoreError where there are no graphs."""
        return self.open(MEMORY)

    def embedded_problem(self) -> str:
        """See `ManagedStores.embedded_problem`."""
        return self._own.embedded_problem()

    def embedded(self) -> OpenedStore:
        """The embedded PostgreSQL, for the graphs of the app, started if necessary. Raises StoreError.

        The first time takes seconds, since the database is created then.
        """
        return self.open(self._own.embedded_target())

    def is_aside(self, here: OpenedStore) -> bool:
        """Whether runs on this store are sandbox runs: in the sandbox, and in memory beside it."""
        return self.is_sandbox(here) or (self.sandboxed and here.runner is not None)

    def close(self) -> None:
        """Close every store and end every worker."""
        self.runs.retrying.close()
        runners = list(self.runs.runners())
        with self._lock:
            self._closed = True
            opened = list(self._open.values())
            self._open.clear()
        for source in opened:
            _let_go(source)
        for runner in runners:
            runner.close()
        self._own.close()

    def _called(self, target: str) -> str:
        """The title of a store that is not open yet: its target without secrets, numbered where two are alike."""
        same = [other for other in self.targets if redacted(other) == redacted(target)]
        # The sandbox may have been deleted just now: then it is left out.
        number = same.index(target) + 1 if target in same else 1
        return redacted(target) if number == 1 else f"{redacted(target)} ({number})"

    def _named(self, target: str) -> str:
        """The name of the store if it can be opened; else empty."""
        try:
            return self.open(target).name
        except StoreError:
            return ""

    def _opened(self, target: str) -> OpenedStore:
        kind = kind_of(target)
        if is_read_only():
            return self._only_looked_at(target, kind)
        only_read = self._settings.sandboxed and target in self._settings.targets
        if not only_read and (own := self._own.opened(target)):
            return own
        if kind.in_worker:
            keeper = self._keeper(target)
            return OpenedStore(target, keeper.store(), None if only_read else keeper, keeper)
        store = open_store(target)
        may_write = target == self._settings.sandbox or (not self._settings.sandboxed and store.writable)
        if kind is StoreKind.SERVER:
            return OpenedStore(target, store, _server_runs(target) if may_write else None)
        return OpenedStore(target, store, self.workers if may_write else None)

    def _only_looked_at(self, target: str, kind: StoreKind) -> OpenedStore:
        if kind.in_worker:
            refuse_if_read_only(f"worker that would hold {redacted(target)}")
        return OpenedStore(target, open_store(target), None)

    def _keeper(self, target: str) -> ResidentWorker:
        try:
            return resident_worker_of(target, self._project, self._settings.python)
        except (ProjectError, WorkerError) as error:
            raise StoreNotFound(str(error)) from None  # for every kind of store, failing to open it is a StoreError


def _let_go(source: OpenedStore) -> None:
    source.store.close()
    if source.keeper is not None:
        source.keeper.close()


def _server_runs(target: str) -> Runner:
    # Imported only for servers: langgraph_sdk doubles the start's time.
    from ui.timetravel.langgraph_server.runner import ServerRuns

    return ServerRuns(target)
