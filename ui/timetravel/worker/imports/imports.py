"""The imports of one project's graphs: each is done once, and again when what it read has changed."""

import contextlib
import threading
import time
import weakref
from collections.abc import Hashable

from ui.timetravel.errors import GraphLoadError, WorkerError
from ui.timetravel.worker.child.shared.protocol import Message
from ui.timetravel.worker.imports.imported import Imported
from ui.timetravel.worker.process.forked import Forked
from ui.timetravel.worker.process.process import WorkerProcess
from ui.timetravel.worker.process.supply import WorkerSupply

MOST = 8
"""The most imports that are kept, of all projects: each has the user's packages in memory."""
IDLE_SECONDS = 900.0
"""How long an unused import is kept."""
_MOST_MOVES = 3
_MOST_AHEAD = 2
_END_SECONDS = 3.0
_UNTRACED: Message = {"aside": True, "traced": False}


class Imports:
    """The imports of one project. Safe to use from several threads. `supply` starts the processes.

    Each module has a process of its own, started when a graph in it is needed. So a module that is broken, or that
    conflicts with another one, affects only its own graphs.
    """

    def __init__(self, supply: WorkerSupply, *, aside: bool = False) -> None:
        """`aside`: runs are sandbox runs, so descriptions of a graph can use the import made for runs."""
        self._supply = supply
        self._aside = aside
        self._lock = threading.RLock()
        self._imports: dict[Hashable, Imported] = {}
        self._ahead: dict[Hashable, Imported] = {}
        self._next: dict[Hashable, Message] = {}
        self._timer: threading.Timer | None = None
        self._closed = False
        _all.add(self)

    def worker(self, request: Message) -> WorkerProcess:
        """A worker for one request about a graph, which has imported it or will. Returns immediately.

        Raises GraphLoadError when the Python can't be started, and WorkerError after `close`.
        """
        if (ahead := self._ahead_for(request)) is not None:
            return ahead
        child = self._supply.unborn()
        if child is None:
            return self._supply.take()
        self._import(request).give(child)
        return WorkerProcess(child)

    def prepare(self) -> None:
        """Begin the import for the next run, if the last run's process could not be forked. Never raises."""
        with self._lock, contextlib.suppress(WorkerError):
            for key in [key for key in self._next if self._stays(key) and not self._closed]:
                wanted = self._next.pop(key)
                process, forker = self._supply.stayer()
                self._ahead[key] = Imported(process, forker, wanted, _Elsewhere(self, wanted))
            while len(self._ahead) > _MOST_AHEAD:
                self._ahead.pop(next(iter(self._ahead))).kill()

    def done(self, request: Message, doing: str, timeout: float) -> Imported:
        """Wait for the import that a request for a description of a graph needs.

        Raises what `worker` raises, and what `request.answer_of` raises.
        """
        deadline = time.monotonic() + timeout
        for _ in range(_MOST_MOVES):
            found = self._import(request)
            if not found.wait(doing, timeout, deadline):
                break
        return found

    def forget(self) -> None:
        """Have every graph imported again when it is needed next."""
        with self._lock:
            found, self._imports = [*self._imports.values(), *self._ahead.values()], {}
            self._ahead = {}
        for each in found:
            each.retire()

    def close(self) -> None:
        """End every process, and wait for that. May be called more than once."""
        with self._lock:
            self._closed = True
            found, self._imports = [*self._imports.values(), *self._ahead.values()], {}
            self._ahead = {}
            if self._timer is not None:
                self._timer.cancel()
        for each in found:
            each.kill()
        for each in found:
            each.join(_END_SECONDS)

    def again(self, child: Forked, request: Message) -> None:
        """Have a worker forked from another import than the one that it waited for."""
        child.moves += 1
        if child.moves > _MOST_MOVES:
            self.alone(child)
            return
        try:
            self._import(request).give(child)
        except WorkerError as error:
            _refuse(child, error)

    def alone(self, child: Forked) -> None:
        """Have a worker made that does its own import."""
        try:
            self._supply.make(child)
        except GraphLoadError as error:
            _refuse(child, error)

    def _import(self, request: Message) -> Imported:
        """The import that this request needs, started if necessary."""
        with self._lock:
            if self._closed:
                raise WorkerError("The workers are closed: start the app again.")
            key, wanted = self._wanted(request)
            found = self._imports.pop(key, None)
            if found is not None and not found.usable:
                if found.template_changed:
                    self._supply.renew()
                found.retire()
                found = None
            if found is None:
                process, forker = self._supply.stayer()
                found = Imported(process, forker, wanted, _Elsewhere(self, request))
            self._imports[key] = found
            self._watch_idle()
        _keep_few()
        return found

    def _ahead_for(self, request: Message) -> WorkerProcess | None:
        """A process that has imported for this run already; None where there is none, or forks are possible."""
        if request["do"] != "run":
            return None
        with self._lock:
            key, wanted = self._wanted(request)
            ahead = self._ahead.pop(key, None)
            self._next[key] = wanted
        found = ahead.lend() if ahead else None
        if ahead is not None and found is None:
            ahead.kill()
        return found

    def _stays(self, key: Hashable) -> bool:
        """Whether an import is known not to be forkable, and not to prevent another process from importing the same."""
        found = self._imports.get(key)
        return found is not None and found.stays and key not in self._ahead

    def _wanted(self, request: Message) -> tuple[Hashable, Message]:
        """What to import for a request, with a key made of all that influences the import.

        For a sandbox run, tracing is off during the import as well, unless somebody wants traces. For a description, an
        import made either way will do.
        """
        if request["do"] == "run":
            told = request["job"]["surroundings"]
            return self._with(request, _UNTRACED if told["aside"] and not told["traced"] else {})
        both = [self._with(request, each) for each in ((_UNTRACED, {}) if self._aside else ({}, _UNTRACED))]
        return next((one for one in both if one[0] in self._imports), both[0])

    def _with(self, request: Message, surroundings: Message) -> tuple[Hashable, Message]:
        wanted = {name: request[name] for name in ("graph", "spec", "dependencies")}
        place = (str(request["spec"]).rpartition(":")[0], *request["dependencies"])
        key = (place, *sorted(self._supply.environment.items()), *surroundings.items())
        return key, {"do": "import", **wanted, "surroundings": surroundings}

    def _watch_idle(self) -> None:
        if self._timer is None:
            self._timer = threading.Timer(IDLE_SECONDS, self._end_idle)
            self._timer.daemon = True
            self._timer.start()

    def _end_idle(self) -> None:
        with self._lock:
            self._timer = None
            since = time.monotonic() - IDLE_SECONDS
            for kept in (self._imports, self._ahead):
                for key in [key for key, each in kept.items() if each.used <= since]:
                    kept.pop(key).retire()
            if (self._imports or self._ahead) and not self._closed:
                self._watch_idle()

    def _uses(self) -> list[tuple[float, "Imports", Hashable]]:
        with self._lock:
            return [(each.used, self, key) for key, each in self._imports.items() if not each.exclusive]

    def _retire(self, key: Hashable) -> None:
        with self._lock:
            found = self._imports.pop(key, None)
        if found is not None:
            found.retire()


class _Elsewhere:
    """Starts workers that can't be forks of one import, by another import or alone."""

    def __init__(self, imports: Imports, request: Message) -> None:
        self._imports = imports
        self._request = request

    def import_alone(self, child: Forked) -> None:
        """Have it do its own import."""
        self._imports.alone(child)

    def import_again(self, child: Forked) -> None:
        """Have it forked from another import."""
        self._imports.again(child, self._request)


def _refuse(child: Forked, error: WorkerError) -> None:
    child.tell({"event": "unfit", "message": str(error)})
    child.parent_gone(1, b"")


def _keep_few() -> None:
    """Retire the imports that have not been used for longest, if there are too many."""
    uses = sorted((use for each in list(_all) for use in each._uses()), key=lambda use: use[0])
    for _, imports, key in uses[: max(0, len(uses) - MOST)]:
        imports._retire(key)


_all: "weakref.WeakSet[Imports]" = weakref.WeakSet()
