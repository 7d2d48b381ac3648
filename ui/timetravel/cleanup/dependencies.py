"""Works out which other checkpoints those that stay in a thread depend on. Pure, apart from reading a store."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ui.timetravel.model.checkpoint_refs import CheckpointPlace
from ui.timetravel.model.checkpoints import Checkpoint, CheckpointId, Header
from ui.timetravel.stores.base import Store
from ui.timetravel.stores.delta_channels import counted
from ui.timetravel.worker.child.shared.namespaces import is_memory
from ui.timetravel.worker.child.shared.reserved_names import TASKS

OnProgress = Callable[[int], None]
"""Called with the number of checkpoints that were read since the last call. If it raises, the reading ends."""

_PAGE = 200
_FROM_JS = "delta_writes_versioned"
_UNKNOWN = "*"


@dataclass(frozen=True, slots=True)
class ThreadIndex:
    """A whole thread without its state: every checkpoint's header, oldest first in each namespace, the root first."""

    store: Store
    thread_id: str
    headers: Mapping[CheckpointPlace, Header]
    ids: Mapping[str, tuple[CheckpointId, ...]]

    def parent(self, place: CheckpointPlace) -> CheckpointPlace | None:
        """The checkpoint's parent; None where there is none, or where the store lacks it."""
        parent = CheckpointPlace(place.namespace, self.headers[place].parent_id or "")
        return parent if parent in self.headers else None

    def read(self, place: CheckpointPlace) -> Checkpoint:
        """The whole checkpoint. Raises CheckpointNotFound."""
        return self.store.checkpoint(self.thread_id, *place)


def read_thread(store: Store, thread_id: str, on_progress: OnProgress = lambda read: None) -> ThreadIndex:
    """Read the headers of a whole thread. `on_progress` is called after every page with the number of headers in it.
    Raises StoreError.

    Checkpoints that are deleted meanwhile are left out.
    """
    headers: dict[CheckpointPlace, Header] = {}
    ids: dict[str, tuple[CheckpointId, ...]] = {}
    for namespace in store.namespaces(thread_id):
        ids[namespace] = store.skeleton(thread_id, namespace).ids
        for start in range(0, len(ids[namespace]), _PAGE):
            page = store.headers(thread_id, namespace, ids[namespace][start : start + _PAGE])
            headers |= {CheckpointPlace(namespace, header.checkpoint_id): header for header in page}
            on_progress(len(page))
        ids[namespace] = tuple(one for one in ids[namespace] if CheckpointPlace(namespace, one) in headers)
    return ThreadIndex(store, thread_id, headers, ids)


def with_dependencies(thread: ThreadIndex, chosen: Mapping[CheckpointPlace, str]) -> dict[CheckpointPlace, str]:
    """Close `chosen` over its dependencies: each chosen checkpoint, and each that one of them needs in order to be read
    unchanged, with the reason why it stays.

    A checkpoint needs:

    - the ancestors from which the value of a delta channel is worked out, back to the nearest that holds the value.
      LangGraph goes there whatever versions the ancestors have, and applies the writes on the one that holds it, too
      (langgraph-checkpoint 4.3.2, `get_delta_channel_history`);
    - in formats before 4, its parent, if that has the Sends that are due (langgraph-checkpoint-postgres 3.2,
      `PRUNE_HEADS_SQL`);
    - the checkpoints of subgraphs that began at it, whose metadata's `parents` name it;
    - for a subgraph with a memory of its own, the newest checkpoint before it, from which a replay starts (langgraph
      1.2.22, _internal/_replay.py).
    """
    needs = _Needs(thread)
    kept = dict(chosen)
    queue = list(chosen)
    while queue:
        place = queue.pop()
        for needed, why in needs.of(place, kept):
            if needed not in kept:
                kept[needed] = why
                queue.append(needed)
    return kept


class _Needs:
    def __init__(self, thread: ThreadIndex) -> None:
        self._thread = thread
        self._inside: defaultdict[CheckpointPlace, list[CheckpointPlace]] = defaultdict(list)
        self._deltas: defaultdict[str, set[str]] = defaultdict(set)
        self._carried: defaultdict[CheckpointPlace, set[str]] = defaultdict(set)
        self._held: dict[CheckpointPlace, frozenset[str]] = {}
        for place, header in thread.headers.items():
            for owner in parent_checkpoints(header):
                self._inside[owner].append(place)
            self._deltas[place.namespace] |= counted(header.metadata).keys()
            if _FROM_JS in header.metadata:  # LangGraph.js does not say which channels these are
                self._deltas[place.namespace].add(_UNKNOWN)

    def of(self, place: CheckpointPlace, kept: Mapping[CheckpointPlace, str]) -> Iterator[tuple[CheckpointPlace, str]]:
        for inner in self._inside[place]:
            yield inner, f"it belongs to {place.checkpoint_id}"
        if not place.namespace:
            yield from self._memories(place.checkpoint_id)
        parent = self._thread.parent(place)
        deltas = self._deltas[place.namespace]
        if parent is None or (parent in kept and not deltas):
            return
        one = self._thread.read(place)
        if one.format < 4 and self._has_sends(parent):
            yield parent, f"needed by {place.checkpoint_id}: its Sends are written there"
        yield from self._walk(place, parent, _wanted(one, deltas))

    def _memories(self, root: CheckpointId) -> Iterator[tuple[CheckpointPlace, str]]:
        for namespace, ids in self._thread.ids.items():
            if is_memory(namespace) and (before := bisect_left(ids, root)):
                yield (
                    CheckpointPlace(namespace, ids[before - 1]),
                    f"needed by {root}: what the subgraph {namespace} remembered then",
                )

    def _has_sends(self, place: CheckpointPlace) -> bool:
        tasks = self._thread.store.writes(self._thread.thread_id, *place)
        return any(write.channel == TASKS for task in tasks for write in task.writes)

    def _walk(
        self, place: CheckpointPlace, parent: CheckpointPlace, wanted: set[str]
    ) -> Iterator[tuple[CheckpointPlace, str]]:
        """The ancestors from which these delta channels are worked out, without those that an earlier walk has
        found.
        """
        at: CheckpointPlace | None = parent
        while at is not None and (wanted := wanted - self._carried[at]):
            self._carried[at] |= wanted
            yield at, f"needed by {place.checkpoint_id}: a delta channel's value follows from it"
            wanted -= self._holds(at)
            at = self._thread.parent(at)

    def _holds(self, place: CheckpointPlace) -> frozenset[str]:
        """The delta channels that a checkpoint holds.

        Channels that its metadata counts are not held (see delta_channels.py).
        """
        names = self._deltas[place.namespace]
        if place not in self._held:
            may = names - counted(self._thread.headers[place].metadata).keys() - {_UNKNOWN}
            self._held[place] = frozenset(may & self._thread.read(place).values.keys()) if may else frozenset()
        return self._held[place]


def parent_checkpoints(header: Header) -> tuple[CheckpointPlace, ...]:
    """The checkpoints of outer graphs that a subgraph's checkpoint names as those it was called from."""
    parents = header.metadata.get("parents")
    if not header.namespace or not isinstance(parents, dict):
        return ()
    return tuple(CheckpointPlace(str(namespace), str(one)) for namespace, one in parents.items())


def _wanted(one: Checkpoint, deltas: set[str]) -> set[str]:
    """The delta channels that are worked out from ancestors; for a checkpoint that can't be read, all that there
    are.
    """
    return {name for name in deltas - one.values.keys() if name == _UNKNOWN or not one.versions or name in one.versions}
