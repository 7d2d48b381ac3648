"""Plans what to delete from a store. A person sees the plan first; then `WorkerPool.delete` gets it. Nothing is written
here.

    plan = plan_checkpoints(store, "t", keep_last=5)
    plan.checkpoints, plan.bytes, plan.threads[0].branches

A checkpoint that stays is read unchanged: its row and its pending writes are not touched, and the checkpoints that it
depends on stay as well (dependencies.py). Only its history begins there if its parent is deleted.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ui.timetravel.cleanup.dependencies import (
    OnProgress,
    ThreadIndex,
    parent_checkpoints,
    read_thread,
    with_dependencies,
)
from ui.timetravel.model.checkpoint_ids import time_of
from ui.timetravel.model.checkpoint_refs import CheckpointPlace
from ui.timetravel.model.checkpoints import CheckpointId, Header, Skeleton, ThreadState
from ui.timetravel.stores.base import Store
from ui.timetravel.stores.threads import iter_threads
from ui.timetravel.worker.child.shared.namespaces import is_memory
from ui.timetravel.worker.child.shared.protocol import fingerprint

HEAD = "the head of the thread"
PROTECTED = "it was asked to be kept"
NOBODYS = "it does not say which checkpoint of this thread it belongs to"
REMEMBERED = "what the subgraph remembers now"

BUSY = "A run is on in it."

_OPEN = {
    ThreadState.INTERRUPTED: "It waits for an answer.",
    ThreadState.UNFINISHED: "Nodes are due in it: a run is on, or can be gone on with.",
    ThreadState.UNKNOWN: "Its checkpoints are of an old format that does not say whether it is finished.",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint that stays although the rule alone would delete it, and why."""

    namespace: str
    checkpoint_id: CheckpointId
    why: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch to delete: its tip, a checkpoint of the root namespace without children.

    `checkpoints` is the number of checkpoints that are deleted with it and with no other branch: back to the fork, or
    to the first one.
    """

    tip: Header
    checkpoints: int


@dataclass(frozen=True, slots=True)
class ThreadPlan:
    """The plan for one thread: what to delete, and what stays for which reason.

    `whole`: nothing of it stays. `delete` has the ids by namespace, the root first, oldest first; `total` is the number
    of the thread's checkpoints. `bytes` is the sum of `Header.size`, the state as the history shows it: where a store
    shares values between checkpoints (PostgreSQL, memory) fewer bytes are freed. `seen` is the fingerprint of all
    checkpoints that the thread had.
    """

    thread_id: str
    whole: bool
    delete: Mapping[str, tuple[CheckpointId, ...]]
    total: int
    bytes: int
    branches: tuple[Branch, ...]
    kept: tuple[Kept, ...]
    seen: str

    @property
    def checkpoints(self) -> int:
        """The number of checkpoints to delete, in all namespaces."""
        return sum(map(len, self.delete.values()))


@dataclass(frozen=True, slots=True)
class Spared:
    """A thread that is old enough to delete, but stays for a reason."""

    thread_id: str
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be deleted; nothing if `threads` is empty."""

    threads: tuple[ThreadPlan, ...] = ()
    spared: tuple[Spared, ...] = ()

    @property
    def checkpoints(self) -> int:
        """The number of checkpoints to delete, in all threads and namespaces."""
        return sum(thread.checkpoints for thread in self.threads)

    @property
    def bytes(self) -> int:
        """The bytes of their state (see `ThreadPlan`)."""
        return sum(thread.bytes for thread in self.threads)


def plan_threads(
    store: Store, older_than: datetime, busy: Collection[str] = (), on_progress: OnProgress = lambda read: None
) -> Plan:
    """Plan to delete whole threads whose latest change, in any namespace, is older than this (an aware time).

    Threads that wait for an answer, or in which nodes are due, are spared, since they could be continued; so are the
    `busy` ones, in which runs are on. Failed ones are deleted. `on_progress` is called with the number of checkpoints
    that were read, 0 for a thread without any; if it raises, the planning ends. Raises StoreError.
    """
    plans, spared = [], []
    for summary in iter_threads(store):
        on_progress(0)
        if summary.updated_at >= older_than:
            continue
        thread = read_thread(store, summary.thread_id, on_progress)
        if any(header.created_at >= older_than for header in thread.headers.values()):
            continue
        if why := BUSY if summary.thread_id in busy else _OPEN.get(summary.state):
            spared.append(Spared(summary.thread_id, why))
        else:
            plans.append(_plan(thread, {}))
    return Plan(tuple(plans), tuple(spared))


def plan_checkpoints(
    store: Store,
    thread_id: str,
    keep_last: int | None = None,
    older_than: datetime | None = None,
    protect: Collection[CheckpointId] = (),
    on_progress: OnProgress = lambda read: None,
) -> Plan:
    """Plan to delete all but the newest `keep_last` checkpoints of a thread's root namespace, or those `older_than` a
    time.

    With both, only what is older and beyond the newest `keep_last`. "Newest" is by time, on whatever branch: the head
    of an old branch is deleted, unless `protect` names it. The newest checkpoint of the thread always stays, and so do
    the dependencies of all that stay. Subgraphs' checkpoints are deleted or stay with those of the root. `on_progress`
    as in `plan_threads`. Raises ValueError if neither is given; StoreError.
    """
    if (keep_last is None and older_than is None) or (keep_last is not None and keep_last < 1):
        raise ValueError("Say how many checkpoints to keep (at least 1), or how old those are that go.")
    if not _may_go(store.skeleton(thread_id), keep_last, older_than):
        return Plan()
    thread = read_thread(store, thread_id, on_progress)
    root = thread.ids.get("", ())
    newest = set(root[-keep_last:]) if keep_last else set()
    chosen: dict[CheckpointPlace, str] = {}
    for one in root:
        young = older_than is not None and _time(thread, one) >= older_than
        if one in newest or young:
            chosen[CheckpointPlace("", one)] = ""
        elif one in protect or one == root[-1]:
            chosen[CheckpointPlace("", one)] = PROTECTED if one in protect else HEAD
    plan = _plan(thread, with_dependencies(thread, {**dict(_inside(thread)), **chosen}))
    return Plan((plan,) if plan.delete else ())


def changed_since(store: Store, plan: Plan) -> list[str]:
    """The threads of a plan whose checkpoints have changed since, so that nothing of them would be deleted.

    Raises StoreError.
    """
    return [thread.thread_id for thread in plan.threads if _seen_now(store, thread.thread_id) != thread.seen]


def _seen_now(store: Store, thread_id: str) -> str:
    names = store.namespaces(thread_id)
    return fingerprint((name, one) for name in names for one in store.skeleton(thread_id, name).ids)


def _may_go(root: Skeleton, keep_last: int | None, older_than: datetime | None) -> bool:
    """Whether the rule applies to any of these, as far as their ids show: for most threads nothing more has to be
    read.
    """
    beyond = root.ids[:-keep_last] if keep_last else root.ids[:-1]
    if older_than is None:
        return bool(beyond)
    times = map(time_of, beyond)
    return any(time is None or time < older_than for time in times)


def _time(thread: ThreadIndex, one: CheckpointId) -> datetime:
    return time_of(one) or thread.headers[CheckpointPlace("", one)].created_at


def _inside(thread: ThreadIndex) -> Iterator[tuple[CheckpointPlace, str]]:
    """Subgraphs' checkpoints that stay in any case.

    These are the newest ones of subgraphs with a memory, which continue from there, and those that name no checkpoint
    of the root in the store: a run saves in the background, so the subgraph's may be saved first.
    """
    for namespace, ids in thread.ids.items():
        if is_memory(namespace) and ids:
            yield CheckpointPlace(namespace, ids[-1]), REMEMBERED
    for place, header in thread.headers.items():
        if place.namespace and not any(
            owner in thread.headers for owner in parent_checkpoints(header) if not owner.namespace
        ):
            yield place, NOBODYS


def _plan(thread: ThreadIndex, kept: Mapping[CheckpointPlace, str]) -> ThreadPlan:
    gone = [place for place in thread.headers if place not in kept]
    delete: dict[str, list[CheckpointId]] = {}
    for namespace, one in gone:
        delete.setdefault(namespace, []).append(one)
    going = set(gone)
    return ThreadPlan(
        thread_id=thread.thread_id,
        whole=not kept,
        delete={namespace: tuple(ids) for namespace, ids in delete.items()},
        total=len(thread.headers),
        bytes=sum(thread.headers[place].size for place in gone),
        branches=tuple(_branches(thread, going)),
        kept=tuple(Kept(*place, kept[place]) for place in thread.headers if kept.get(place)),
        seen=fingerprint(thread.headers),
    )


def _branches(thread: ThreadIndex, going: Collection[CheckpointPlace]) -> Iterator[Branch]:
    children = Counter(thread.parent(place) for place in thread.headers)
    for place in thread.headers:
        if place.namespace or place not in going or children[place]:
            continue
        length, at = 1, thread.parent(place)
        while at is not None and at in going and children[at] == 1:
            length, at = length + 1, thread.parent(at)
        yield Branch(thread.headers[place], length)
