"""Which checkpoints a saver has, from its listings, which are asked for rarely and are bounded in size."""

import math
import threading
import time
from collections.abc import Hashable
from dataclasses import dataclass, field

from ui.timetravel.errors import StoreUnreadable
from ui.timetravel.model.checkpoints import CheckpointId, Skeleton
from ui.timetravel.stores.saver.client import Refusal, SaverClient, SaverHost

BOUND = 20_000
"""The most checkpoints that a listing reads: the public interface returns them whole, with their state."""

_GLANCE = 64
_RENEW_SECONDS, _RENEW_FACTOR = 10.0, 20.0
_CALM_SECONDS = 1.0
_REFUSALS = ("NotImplementedError", "TypeError", "KeyError", "AttributeError", "ValueError", "AssertionError")

Ids = list[tuple[str, CheckpointId, CheckpointId | None]]


@dataclass
class _Listed:
    """The namespace, id and parent id of a thread's checkpoints, newest first, with the change token they were listed
    under.
    """

    token: Hashable
    ids: Ids
    looked: int
    took: float
    full_at: float = field(default_factory=time.monotonic)

    @property
    def in_order(self) -> bool:
        return all(newer[1] >= older[1] for newer, older in zip(self.ids, self.ids[1:], strict=False))


@dataclass
class SaverThread:
    """A thread of a saver.

    It has its newest checkpoint in the root namespace, if any, the number of those, its newest of all and that one's
    namespace.
    """

    root: CheckpointId | None
    count: int
    newest: CheckpointId
    namespace: str


_NONE: tuple[Hashable, float, float, dict[str, SaverThread]] = (None, -math.inf, 0.0, {})
"""No listing of threads yet. A listing has its change token, the time it was made, the seconds it took, the threads."""


class Listing:
    """Lists threads and checkpoints. Safe to use from several threads. Every method raises StoreUnreadable.

    A listing is used until the change token differs. Then a thread's new checkpoints are looked for among its newest
    ones; everything is listed again after a while, since checkpoints may have been deleted.
    """

    def __init__(self, asking: SaverClient, holder: SaverHost, bound: int = BOUND) -> None:
        self._asking = asking
        self._holder = holder
        self._bound = bound
        self._lock = threading.RLock()
        self._known: dict[str, _Listed] = {}
        self._polled: dict[str, tuple[float, Hashable]] = {}
        self._threads = _NONE
        self._refused = ""
        self._looked = 0

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on what the lists leave out."""
        notes = []
        if self._refused:
            notes.append(
                f"{self._holder.kind} does not list all of its threads ({self._refused}): listed are those that were "
                "run here. To open another, put its id into the address of this page, as thread=ID."
            )
        if self._looked:
            notes.append(f"Only {self._looked:,} checkpoints were looked at: threads older than those are not listed.")
        if looked := max((each.looked for each in list(self._known.values())), default=0):
            notes.append(f"Of a long thread only the newest {looked:,} checkpoints are listed.")
        return tuple(notes)

    def change_token(self, thread_id: str = "") -> Hashable:
        """A value that differs after a write by the worker's runs, or by another process, which is looked for once a
        second.

        No other process can write to a memory saver. Another process's write is noticed if it made a new checkpoint, or
        wrote on the newest one.
        """
        mine = self._holder.changes.change_token(thread_id)
        return mine if self._holder.in_memory else (mine, self.poll(thread_id))

    def poll(self, thread_id: str) -> Hashable:
        """A value that differs after another process's write. Asks the saver at most once a second."""
        with self._lock:
            at, last = self._polled.get(thread_id, (0.0, None))
        if at and time.monotonic() - at < _CALM_SECONDS:
            return last
        found: Hashable = self._asking.newest(thread_id) if thread_id else self._newest_of_all()
        with self._lock:
            self._polled[thread_id] = (time.monotonic(), found)
        return found

    def skeleton(self, thread_id: str, namespace: str) -> Skeleton:
        """See `Store.skeleton`."""
        found = sorted((one, parent) for place, one, parent in self.ids(thread_id) if place == namespace)
        return Skeleton(tuple(one for one, _ in found), tuple(parent for _, parent in found))

    def namespaces(self, thread_id: str) -> list[str]:
        """See `Store.namespaces`."""
        return sorted({namespace for namespace, _, _ in self.ids(thread_id)})

    def ids(self, thread_id: str) -> Ids:
        """The namespace, id and parent id of a thread's checkpoints, in no particular order."""
        token = self.change_token(thread_id)
        with self._lock:
            known = self._known.get(thread_id)
        if known is None or known.token != token:
            known = self._listed(thread_id, token, known)
            with self._lock:
                self._known[thread_id] = known
        return known.ids

    def threads(self) -> dict[str, SaverThread]:
        """All threads by id.

        If listing them takes long the list is used for longer; threads that own runs wrote to are updated meanwhile.
        """
        token = self.change_token()
        last, at, took, threads = self._threads
        calm = 0.0 if self._holder.in_memory else _RENEW_FACTOR * took
        if last != token and time.monotonic() - at >= calm:
            threads = self._all_threads(token)
        if not self._holder.in_memory:
            for thread in self._holder.changes.threads():
                self._look_at(thread, threads)
        return threads

    def forget(self) -> None:
        """Drop all listings: the worker has been replaced by a new process."""
        with self._lock:
            self._known.clear()
            self._polled.clear()
            self._threads = _NONE

    def _all_threads(self, token: Hashable) -> dict[str, SaverThread]:
        begun = time.monotonic()
        try:
            found, self._looked = self._asking.threads(self._bound)
            self._refused = ""
        except Refusal as error:
            if not error.reason.startswith(_REFUSALS):
                raise
            found, self._refused = [], error.reason
        threads = {thread: SaverThread(root or None, count, one, where) for thread, root, count, one, where in found}
        now = time.monotonic()
        self._threads = (token, now, now - begun, threads)
        return threads

    def _look_at(self, thread: str, threads: dict[str, SaverThread]) -> None:
        ids = self.ids(thread)
        if not ids:
            threads.pop(thread, None)
            return
        roots = [one for namespace, one, _ in ids if namespace == ""]
        newest, namespace = max((one, namespace) for namespace, one, _ in ids)
        threads[thread] = SaverThread(max(roots, default=None), len(roots), newest, namespace)

    def _listed(self, thread_id: str, token: Hashable, known: _Listed | None) -> _Listed:
        if known and known.ids and known.in_order and not self._holder.in_memory and not _is_old(known):
            newest, _ = self._asking.ids(thread_id, _GLANCE)
            fresh = _before(newest, set(known.ids))
            if fresh is not None:
                return _Listed(token, [*fresh, *known.ids], known.looked, known.took, known.full_at)
        begun = time.monotonic()
        ids, looked = self._asking.ids(thread_id, self._bound)
        return _Listed(token, ids, looked, time.monotonic() - begun)

    def _newest_of_all(self) -> Hashable:
        if self._refused:
            return None
        try:
            found, _ = self._asking.threads(1)
        except StoreUnreadable:
            return None
        return tuple(map(tuple, found))


def _is_old(known: _Listed) -> bool:
    return time.monotonic() - known.full_at > max(_RENEW_SECONDS, _RENEW_FACTOR * known.took)


def _before(newest: Ids, known: set[tuple[str, CheckpointId, CheckpointId | None]]) -> Ids | None:
    """The part of a listing before its first known entry; None where it does not reach that entry."""
    fresh: Ids = []
    for each in newest:
        if each in known:
            return fresh
        fresh.append(each)
    return None
