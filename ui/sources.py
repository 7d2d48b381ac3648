"""The stores that the app has open: how each is read, and who runs graphs on it."""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ui.new_store import make_store
from ui.settings import Settings, sample_graphs
from ui.timetravel import crypt
from ui.timetravel.errors import ProjectError, StoreError, StoreNotFound, WorkerError
from ui.timetravel.project import Project, load_project
from ui.timetravel.retrying import RetryingRuns
from ui.timetravel.runner import LiveRun, Runner
from ui.timetravel.stores import Store, open_store
from ui.timetravel.targets import PRACTICE_MEMORY, Kind, kind_of, said, short
from ui.timetravel.worker.client import Workers
from ui.timetravel.worker.keeper import Keeper, keeper_of

NODE_LOG = "TIMETRAVEL_NODE_LOG"
"""The environment variable by which the sample graphs know where to count their nodes' runs (graphs/node_runs.py)."""


@dataclass(frozen=True, slots=True)
class Source:
    """One store. `target` is what a job calls it, and may hold a password: it is never shown.

    `runner` runs graphs on it; None where nothing may write to it. `keeper` is the worker that it lives in, if it does.
    """

    target: str
    store: Store
    runner: Runner | None
    keeper: Keeper | None = None

    @property
    def name(self) -> str:
        """What the address bar calls it."""
        return self.store.name


class Sources:
    """Opens each store when it is first asked for, and keeps it. Safe for threads."""

    def __init__(self, settings: Settings) -> None:
        """Start the workers, if there are graphs. Raises ProjectError."""
        self._settings = settings
        self._project = _logged(settings.project(), self.node_log) if settings.sample else settings.project()
        self.workers = Workers(self._project, settings.python) if self._project else None
        if self._project and (key := self._project.env.get(crypt.VARIABLE)):
            crypt.use(key)  # the project's own .env comes before the environment, as it does for the worker
        self._practice: Workers | None = None
        self.retrying = RetryingRuns()
        self._open: dict[str, Source] = {}
        self._lock = threading.RLock()

    @property
    def targets(self) -> tuple[str, ...]:
        """Every store there is: those of the command line, the sandbox once there is one, and what was opened since."""
        sandbox = self._settings.sandbox
        there = (*self._settings.targets, *((sandbox,) if sandbox and Path(sandbox).exists() else ()))
        return tuple(dict.fromkeys((*there, *list(self._open))))

    @property
    def practice_folder(self) -> Path:
        """Where the practice stores that are files are, and the nodes' runs are counted. It may not be there yet."""
        return self._settings.folder

    @property
    def node_log(self) -> Path:
        """The file in which the sample graphs count how often their nodes began, in the practice stores at least."""
        named = os.environ.get(NODE_LOG, "").strip()
        return Path(named).expanduser() if named else self._settings.folder / "node-runs.jsonl"

    def source(self, name: str = "") -> Source | None:
        """The store of this name, opened; without one the first. None where no store is called so.

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
        return next((self.open(target) for target in closed if self._named(target) == name), None)

    def open(self, target: str) -> Source:
        """The store of this target. Raises StoreError when it can't be opened."""
        with self._lock:
            if target not in self._open:
                self._open[target] = self._opened(target)
            return self._open[target]

    def titles(self) -> dict[str, str]:
        """What to call each store on the screen, by a name that `source` knows. Opens none of them."""
        found: dict[str, str] = {}
        for target in self.targets:
            opened = self._open.get(target)
            title = opened.store.title if opened else short(target)
            name = opened.name if opened else self._called(target)
            found[name] = self._own_titles().get(target, title)
        twice = {title for title in found.values() if list(found.values()).count(title) > 1}
        return {name: name if title in twice else title for name, title in found.items()}

    def title(self, name: str) -> str | None:
        """What to call the store of this name on the screen; None where no store is called so."""
        return self.titles().get(name)

    def sandbox(self) -> Source:
        """The local file that forks of read-only stores go to; made if it isn't there. Raises StoreError."""
        path = Path(self._settings.sandbox)
        if not path.exists():
            make_store(path)
        return self.open(str(path))

    def existing_sandbox(self) -> Source | None:
        """The sandbox if there is one by now. Raises StoreError when it can't be opened."""
        return self.open(self._settings.sandbox) if self._settings.sandbox in self.targets else None

    def is_sandbox(self, source: Source) -> bool:
        """Whether this store is the sandbox itself."""
        return source.target == self._settings.sandbox

    def practice(self, kind: Kind = Kind.FILE) -> Source:
        """The store of this kind that lessons happen in, made or opened when first asked for: never one of the user's.

        It runs the sample graphs, whatever graphs the app has. FILE lasts; MEMORY is gone when its worker ends. Raises
        StoreError when it can't be had, ValueError for another kind.
        """
        target = self._practice_target(kind)
        with self._lock:
            if kind is Kind.FILE and not Path(target).exists():
                make_store(Path(target))
            return self.open(target)

    def existing_practice(self, kind: Kind = Kind.FILE) -> Source | None:
        """The practice store of this kind if there is one by now. Raises StoreError when it can't be opened."""
        target = self._practice_target(kind)
        there = target in self._open or (kind is Kind.FILE and Path(target).exists())
        return self.open(target) if there else None

    def is_practice(self, source: Source) -> bool:
        """Whether this store is one that lessons happen in."""
        return source.target in self._own_titles() and not self.is_sandbox(source)

    def run(self, run_id: str) -> LiveRun | None:
        """The run of this id, on whichever store; None if nobody knows it."""
        if retrying := self.retrying.get(run_id):
            return retrying
        return next((runner.runs[run_id] for runner in self._runners() if run_id in runner.runs), None)

    def runs(self) -> list[LiveRun]:
        """Every run that is known; one that is tried again is there once, without its tries."""
        known = [run for runner in self._runners() for run in list(runner.runs.values())]
        tries = self.retrying.single_runs()
        return [*self.retrying.all(), *(run for run in known if run.id not in tries)]

    def close(self) -> None:
        """Close every store and end every worker."""
        self.retrying.close()
        with self._lock:
            for source in self._open.values():
                source.store.close()
                if source.keeper is not None:
                    source.keeper.close()
            for runner in self._runners():
                runner.close()
            self._open.clear()

    def _practice_target(self, kind: Kind) -> str:
        match kind:
            case Kind.FILE:
                return str(self._settings.folder / "practice.sqlite")
            case Kind.MEMORY:
                return PRACTICE_MEMORY
        raise ValueError(f"There is no practice store of the kind {kind}.")

    def _own_titles(self) -> dict[str, str]:
        """What stores of ours are called, by target."""
        return {
            self._settings.sandbox: "sandbox",
            self._practice_target(Kind.FILE): "practice",
            PRACTICE_MEMORY: "practice, in memory",
        }

    def _practice_project(self) -> Project:
        if self._settings.sample and self._project:
            return self._project
        return _logged(load_project(sample_graphs()), self.node_log)

    def _practice_workers(self) -> Workers:
        if self._practice is None:
            shared = self.workers if self._settings.sample else None
            self._practice = shared or Workers(self._practice_project())
        return self._practice

    def _runners(self) -> Iterator[Runner]:
        seen: list[Runner] = [self.workers] if self.workers else []
        yield from seen
        for source in list(self._open.values()):
            if source.runner is not None and not any(source.runner is one for one in seen):
                seen.append(source.runner)
                yield source.runner

    def _called(self, target: str) -> str:
        """What to call a store that isn't open yet: its target without what is secret, numbered where two share it."""
        same = [other for other in self.targets if said(other) == said(target)]
        return said(target) if same[0] == target else f"{said(target)} ({same.index(target) + 1})"

    def _named(self, target: str) -> str:
        """The name of the store if it can be opened, else empty."""
        try:
            return self.open(target).name
        except StoreError:
            return ""

    def _opened(self, target: str) -> Source:
        kind = kind_of(target)
        if target == PRACTICE_MEMORY:
            keeper = keeper_of(target, self._practice_project(), self._python_of_samples())
            return Source(target, keeper.store(), keeper, keeper)
        if target == self._practice_target(Kind.FILE):
            return Source(target, open_store(target), self._practice_workers())
        if kind.kept:
            keeper = self._keeper(target)
            return Source(target, keeper.store(), None if self._settings.sandboxed else keeper, keeper)
        store = open_store(target)
        may_write = target == self._settings.sandbox or (not self._settings.sandboxed and store.writable)
        if kind is Kind.SERVER:
            return Source(target, store, _server_runs(target) if may_write else None)
        return Source(target, store, self.workers if may_write else None)

    def _keeper(self, target: str) -> Keeper:
        try:
            return keeper_of(target, self._project, self._settings.python)
        except (ProjectError, WorkerError) as error:
            raise StoreNotFound(str(error)) from None  # what can't be opened is a StoreError, whatever the store

    def _python_of_samples(self) -> str | None:
        return self._settings.python if self._settings.sample else None


def _logged(project: Project | None, node_log: Path) -> Project:
    """The sample graphs, told where to count their nodes' runs."""
    assert project is not None, "the sample graphs are a project"
    return replace(project, env={**project.env, NODE_LOG: str(node_log)})


def _server_runs(target: str) -> Runner:
    # Imported only where there is a server: langgraph_sdk doubles the time that a start takes.
    from ui.timetravel.server.runs import ServerRuns

    return ServerRuns(target)
