"""The stores that the app makes itself: those of lessons, and the databases of the embedded PostgreSQL."""

import os
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ui.services.create_store import is_made, make_store
from ui.services.embedded_postgres import binaries as postgres_programs
from ui.services.opened_store import OpenedStore
from ui.services.settings import Settings, sample_graphs
from ui.timetravel.errors import StoreNotFound
from ui.timetravel.ground.read_only import WHY, is_read_only, refuse_if_read_only
from ui.timetravel.model.project import Project, load_project
from ui.timetravel.model.targets import MEMORY, PRACTICE_MEMORY, StoreKind
from ui.timetravel.stores import open_store
from ui.timetravel.worker.pool import WorkerPool
from ui.timetravel.worker.resident.worker import resident_worker_of

if TYPE_CHECKING:
    from ui.services.embedded_postgres.server import EmbeddedPostgres

NODE_LOG = "TIMETRAVEL_NODE_LOG"
"""The environment variable with the file in which the sample graphs count their nodes' runs (parts/node_runs.py)."""


@dataclass(frozen=True, slots=True)
class _Database:
    """A database of the embedded server. `name` is used in addresses, so it stays when the server's port changes."""

    database: str
    name: str
    title: str


EMBEDDED = _Database("timetravel", "embedded-postgresql", "embedded PostgreSQL")
"""The name of the database for the app's graphs."""
PRACTICE = _Database("practice", "practice-postgresql", "practice, PostgreSQL")
"""The name of the database for lessons."""


class ManagedStores:
    """Creates and starts the app's own stores when they are first needed. Safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        """Start nothing; read the app's graphs into `project`. Raises ProjectError."""
        self._settings = settings
        self.project = _logged(settings.project(), self.node_log) if settings.sample else settings.project()
        aside = settings.sandboxed
        self.workers = WorkerPool(self.project, settings.python, aside=aside) if self.project else None
        self.practice_file = str(settings.folder / "practice.sqlite")
        self._practice: WorkerPool | None = None
        self._server: EmbeddedPostgres | None = None
        self._urls: dict[str, _Database] = {}
        self._lock = threading.Lock()
        """Held while the practice workers are created."""
        self._starting = threading.Lock()
        """Held while the server starts, or creates a database, which takes seconds."""

    @property
    def node_log(self) -> Path:
        """The file in which the sample graphs, in the practice stores at least, count how often their nodes began."""
        named = os.environ.get(NODE_LOG, "").strip()
        return Path(named).expanduser() if named else self._settings.folder / "node-runs.jsonl"

    @property
    def titles(self) -> dict[str, str]:
        """The names of these stores on the screen, by target, whether they exist or not."""
        files = {self._settings.sandbox: "sandbox", self.practice_file: "practice"}
        databases = {url: database.title for url, database in self._databases().items()}
        return files | {PRACTICE_MEMORY: "practice, in memory"} | databases

    def practice_target(self, kind: StoreKind) -> str:
        """The target of a practice store, which is created or started if necessary.

        Raises StoreError, or ValueError.
        """
        match kind:
            case StoreKind.FILE:
                if not is_made(Path(self.practice_file)):
                    make_store(Path(self.practice_file))
                return self.practice_file
            case StoreKind.MEMORY:
                return PRACTICE_MEMORY
            case StoreKind.POSTGRESQL:
                return self._url(PRACTICE)
        raise ValueError(f"There is no practice store of the kind {kind}.")

    def existing_practice_target(self, kind: StoreKind) -> str:
        """The target of a practice store that may exist; empty for a file or a database that does not."""
        if kind is StoreKind.FILE:
            return self.practice_file if is_made(Path(self.practice_file)) else ""
        if kind is StoreKind.MEMORY:
            return PRACTICE_MEMORY
        return next((url for url, database in self._databases().items() if database is PRACTICE), "")

    def is_practice(self, target: str) -> bool:
        """Whether the store with this target is one that lessons use."""
        return target in (self.practice_file, PRACTICE_MEMORY) or self._urls.get(target) is PRACTICE

    def embedded_problem(self) -> str:
        """Why the app's graphs can't run on the embedded PostgreSQL, and what to do; empty where they can."""
        if is_read_only():
            return WHY
        if self.workers is None:
            return "The embedded PostgreSQL is for running graphs: name them with --graphs langgraph.json."
        if self._settings.sandboxed:
            return "With --sandbox, runs are written to the sandbox and to memory alone."
        return postgres_programs.problem()

    def embedded_target(self) -> str:
        """The URL of the embedded database, with its password; the server is started if necessary.

        Raises StoreError.
        """
        if problem := self.embedded_problem():
            raise StoreNotFound(problem)
        return self._url(EMBEDDED)

    def named(self, name: str) -> str:
        """The target of a store with this name that existed when the app last ran; empty where there is none.

        So an address of it stays valid after a restart. Starts the server for one of its databases. Raises StoreError.
        """
        if name == MEMORY and self.project:
            return name
        if name == PRACTICE_MEMORY or (name == self.practice_file and is_made(Path(name))):
            return name
        if name not in (EMBEDDED.name, PRACTICE.name) or not (self._settings.folder / "postgres").exists():
            return ""
        return self.embedded_target() if name == EMBEDDED.name else self.practice_target(StoreKind.POSTGRESQL)

    def opened(self, target: str) -> OpenedStore | None:
        """One of the app's own stores, opened; None where the target is not one. Raises StoreError."""
        if target == PRACTICE_MEMORY:
            python = self._settings.python if self._settings.sample else None
            keeper = resident_worker_of(target, self._practice_project(), python)
            return OpenedStore(target, keeper.store(), keeper, keeper)
        if target == self.practice_file:
            return OpenedStore(target, open_store(target), self._practice_workers())
        if database := self._urls.get(target):
            from ui.timetravel.stores.postgres.store import PostgresStore

            runner = self._practice_workers() if database is PRACTICE else self.workers
            return OpenedStore(target, PostgresStore(target, name=database.name, title=database.title), runner)
        return None

    def close(self) -> None:
        """End the workers, then the server."""
        for workers in (self.workers, self._practice):
            if workers is not None:
                workers.close()
        if self._server is not None:
            self._server.close()

    def _databases(self) -> dict[str, _Database]:
        """A copy of the databases by URL: another tab may start one at any moment."""
        return self._urls.copy()

    def _url(self, database: _Database) -> str:
        refuse_if_read_only("embedded PostgreSQL")
        with self._starting:
            server = self._server = self._server or _embedded(self._settings.folder / "postgres")
            known = next((url for url, one in self._databases().items() if one is database), "")
            if known and server.running:
                return known
            url = server.database(database.database)
            self._urls[url] = database
            return url

    def _practice_project(self) -> Project:
        if self._settings.sample and self.project:
            return self.project
        return _logged(load_project(sample_graphs()), self.node_log)

    def _practice_workers(self) -> WorkerPool:
        with self._lock:
            if self._practice is None:
                shared = self.workers if self._settings.sample else None
                self._practice = shared or WorkerPool(self._practice_project())
            return self._practice


def _embedded(folder: Path) -> "EmbeddedPostgres":
    # Imported only where it is used: most starts have no PostgreSQL.
    from ui.services.embedded_postgres.server import EmbeddedPostgres

    return EmbeddedPostgres(folder)


def _logged(project: Project | None, node_log: Path) -> Project:
    """The sample graphs, with the file in which to count their nodes' runs."""
    assert project is not None, "the sample graphs are a project"
    return replace(project, env={**project.env, NODE_LOG: str(node_log)})
