"""Which checkpoints there are, from a saver's listings: asked for no more often than need be, and never too many."""

import math
import threading
import time
from collections.abc import Hashable
from dataclasses import dataclass, field

from ui.timetravel.errors import StoreUnreadable
from ui.timetravel.model.checkpoints import CheckpointId, Skeleton
from ui.timetravel.stores.saver.client import Refusal, SaverClient, SaverHost

BOUND = 20_000
"""How many checkpoints a listing looks at at most: the public interface gives them whole, with their state."""

_GLANCE = 64
_RENEW_SECONDS, _RENEW_FACTOR = 10.0, 20.0
_CALM_SECONDS = 1.0
_REFUSALS = ("NotImplementedError", "TypeError", "KeyError", "AttributeError", "ValueError", "AssertionError")

Ids = list[tuple[str, CheckpointId, CheckpointId | None]]


@dataclass
class _Listed:
    """The checkpoints of a thread, newest first: namespace, id and parent."""

    stamp: Hashable
    ids: Ids
    looked: int
    took: float
    full_at: float = field(default_factory=time.monotonic)

    @property
    def in_order(self) -> bool:
        return all(newer[1] >= older[1] for newer, older in zip(self.ids, self.ids[1:], strict=False))


@dataclass
class SaverThread:
    """A thread: its newest checkpoint in the root, if any, how many there are, its newest of all and where that is."""

    root: CheckpointId | None
    count: int
    newest: CheckpointId
    namespace: str


_NONE: tuple[Hashable, float, float, dict[str, SaverThread]] = (None, -math.inf, 0.0, {})
"""No listing of threads yet: its stamp, when it was made, the seconds that it took, and the threads."""


class Listing:
    """Lists threads and checkpoints. Safe for threads. Every method raises StoreUnreadable.

    What was listed counts as long as the stamp stays. A thread's new checkpoints are then looked for among its newest
    ones; all are listed again after a while, since some may have been deleted.
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
        """What the lists leave out, in sentences."""
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

    def stamp(self, thread_id: str = "") -> Hashable:
        """A value that differs after a write of the worker's runs; or after another's, looked for once a second.

        A memory saver has no others. Another's write counts when it made a new checkpoint, or wrote on the newest.
        """
        mine = self._holder.changes.stamp(thread_id)
        return mine if self._holder.in_memory else (mine, self.poll(thread_id))

    def poll(self, thread_id: str) -> Hashable:
        """What an outsider's write would change, asked for at most once a second."""
        with self._lock:
            at, last = self._polled.get(thread_id, (0.0, None))
        if at and time.monotonic() - at < _CALM_SECONDS:
            return last
        found: Hashable = self._asking.newest(thread_id) if thread_id else self._newest_of_all()
        with self._lock:
            self._polled[thread_id] = (time.monotonic(), found)
        return found

    def skeleton(self, thread_id: str, namespace: str) -> Skeleton:
        """The ids of a thread's checkpoints with their parents', oldest first."""
        found = sorted((one, parent) for place, one, parent in self.ids(thread_id) if place == namespace)
        return Skeleton(tuple(one for one, _ in found), tuple(parent for _, parent in found))

    def namespaces(self, thread_id: str) -> list[str]:
        """The namespaces of a thread by name, the root first."""
        return sorted({namespace for namespace, _, _ in self.ids(thread_id)})

    def ids(self, thread_id: str) -> Ids:
        """Namespace, id and parent of a thread's checkpoints, in no order."""
        stamp = self.stamp(thread_id)
        with self._lock:
            known = self._known.get(thread_id)
        if known is None or known.stamp != stamp:
            known = self._listed(thread_id, stamp, known)
            with self._lock:
                self._known[thread_id] = known
        return known.ids

    def threads(self) -> dict[str, SaverThread]:
        """Every thread, by its id. A listing that takes long is used for longer, while own runs are looked at anew."""
        stamp = self.stamp()
        last, at, took, threads = self._threads
        calm = 0.0 if self._holder.in_memory else _RENEW_FACTOR * took
        if last != stamp and time.monotonic() - at >= calm:
            threads = self._all_threads(stamp)
        if not self._holder.in_memory:
            for thread in self._holder.changes.threads():
                self._look_at(thread, threads)
        return threads

    def forget(self) -> None:
        """Forget all that was listed: the worker is another one now."""
        with self._lock:
            self._known.clear()
            self._polled.clear()
            self._threads = _NONE

    def _all_threads(self, stamp: Hashable) -> dict[str, SaverThread]:
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
        self._threads = (stamp, now, now - begun, threads)
        return threads

    def _look_at(self, thread: str, threads: dict[str, SaverThread]) -> None:
        ids = self.ids(thread)
        if not ids:
            threads.pop(thread, None)
            return
        roots = [one for namespace, one, _ in ids if namespace == ""]
        newest, namespace = max((one, namespace) for namespace, one, _ in ids)
        threads[thread] = SaverThread(max(roots, default=None), len(roots), newest, namespace)

    def _listed(self, thread_id: str, stamp: Hashable, known: _Listed | None) -> _Listed:
        if known and known.ids and known.in_order and not self._holder.in_memory and not _is_old(known):
            newest, _ = self._asking.ids(thread_id, _GLANCE)
            fresh = _before(newest, set(known.ids))
            if fresh is not None:
                return _Listed(stamp, [*fresh, *known.ids], known.looked, known.took, known.full_at)
        begun = time.monotonic()
        ids, looked = self._asking.ids(thread_id, self._bound)
        return _Listed(stamp, ids, looked, time.monotonic() - begun)

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
    """Those of a listing that come before the first known one; None where the listing does not reach that far."""
    fresh: Ids = []
    for each in newest:
        if each in known:
            return fresh
        fresh.append(each)
    return None
