"""Delta channels: channels whose value most checkpoints do not hold, and how that value is worked out.

A delta channel (langgraph 1.2.22, channels/delta.py) is stored in full only now and then, as a snapshot. In between,
its value is the last snapshot with the writes since then put through the graph's own reducer, in the order of
`get_delta_channel_history` (langgraph-checkpoint 4.3.2, base/__init__.py): along the parents, oldest first, beginning
with the writes on the checkpoint that holds the snapshot; on one checkpoint by task path, task id and index. Every
write to the channel that is recorded on an ancestor counts, whether its task finished or not.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeGuard

from ui.timetravel.errors import CheckpointNotFound
from ui.timetravel.model.checkpoint_refs import CheckpointKey
from ui.timetravel.model.checkpoints import Checkpoint, CheckpointId, Header, is_internal
from ui.timetravel.model.values import Plain, Typed
from ui.timetravel.worker.child.shared.reserved_names import COUNTERS

if TYPE_CHECKING:
    from ui.timetravel.stores.base import Store

UNBUILT = "delta channel, not rebuilt"
"""The type name of a `placeholder` for a value that only the graph's code could compute."""

_PAGE = 100
_MOST_ABOVE = 100
"""The most consecutive edits by hand above which the names of delta channels are searched for."""


@dataclass(frozen=True, slots=True)
class DeltaWrite:
    """One write to a delta channel. `node` is empty where the store does not say which node wrote it."""

    checkpoint_id: CheckpointId
    task_id: str
    node: str
    value: Plain


@dataclass(frozen=True, slots=True)
class Delta:
    """What a delta channel's value is worked out from: the `snapshot` and then the `writes`, oldest first.

    `snapshot_id` is the checkpoint that holds the snapshot; None where the channel was never stored in full, so that it
    began empty. `complete` is False where an ancestor that might hold more writes is no longer in the store.
    """

    snapshot: Plain
    snapshot_id: CheckpointId | None
    writes: tuple[DeltaWrite, ...]
    complete: bool = True


class Rebuilt(dict[str, Plain]):
    """Values of delta channels that a worker rebuilt.

    `by` names the graph whose reducers were used, where LangGraph does not record which graph made the checkpoint;
    empty where it does.
    """

    def __init__(self, values: Mapping[str, Plain], by: str = "") -> None:
        super().__init__(values)
        self.by = by


def missing_channels(checkpoint: Checkpoint) -> tuple[str, ...]:
    """The delta channels whose value this checkpoint does not hold, in the order of its metadata.

    A channel without a version was never written; its value is empty rather than missing.
    """
    return tuple(name for name in checkpoint.deltas if name in checkpoint.versions and name not in checkpoint.values)


def named_in(header: Header, values: Mapping[str, Plain]) -> tuple[str, ...]:
    """The delta channels that this checkpoint itself names: those that its metadata counts, and those held in full.

    For each of them the metadata counts the supersteps since it was last stored (langgraph 1.2.22,
    pregel/_checkpoint.py).
    """
    return tuple(
        dict.fromkeys((*counted(header.metadata), *(name for name, value in values.items() if _is_snapshot(value))))
    )


def with_names(checkpoint: Checkpoint, read: Callable[[CheckpointId], Checkpoint]) -> Checkpoint:
    """The checkpoint, completed with the delta channels that only its ancestors name, and with notes on what it lacks.

    LangGraph before 1.2.13 counts no delta channels on a copy or on an update as END. There the names come from the
    nearest ancestor that a run made, since a run counts every channel that it does not store. `read` reads one
    checkpoint, without this completion.
    """
    names = dict.fromkeys(checkpoint.deltas)
    above = checkpoint
    for _ in range(_MOST_ABOVE):
        if (
            above.header.source not in ("update", "fork")
            or not _lacking(checkpoint, names)
            or not above.header.parent_id
        ):
            break
        try:
            above = read(above.header.parent_id)
        except CheckpointNotFound:
            break
        names |= dict.fromkeys(above.deltas)
    found = replace(checkpoint, deltas=tuple(names))
    return replace(found, notes=(*found.notes, *map(missing_note, missing_channels(found))))


def unwrap_snapshots(values: Mapping[str, Plain]) -> dict[str, Plain]:
    """The values, with each delta channel's snapshot replaced by the value that it holds."""
    return {name: value.value if _is_snapshot(value) else value for name, value in values.items()}


def _is_snapshot(value: Plain) -> TypeGuard[Typed]:
    return isinstance(value, Typed) and value.constructor == "delta"


def _lacking(checkpoint: Checkpoint, names: Collection[str]) -> bool:
    """Whether a channel was written and has no value, and is not known to be a delta channel."""
    return any(
        name not in checkpoint.values and name not in names and not is_internal(name) for name in checkpoint.versions
    )


def history(store: "Store", checkpoint: Checkpoint, names: Collection[str]) -> dict[str, Delta]:
    """For each of these delta channels, what its value at this checkpoint is worked out from. Raises StoreError.

    Reads the writes on every ancestor back to the last snapshot, and the state only of checkpoints that may hold one.
    """
    found: dict[str, Delta] = {}
    open_: dict[str, list[tuple[DeltaWrite, ...]]] = {name: [] for name in names}
    complete = True
    for header in _ancestors(store, checkpoint.header):
        if header is None:
            complete = False
            break
        _collect(store, header, open_)
        for name, value in _snapshots(store, header, open_).items():
            found[name] = Delta(value, header.checkpoint_id, _oldest_first(open_.pop(name)))
        if not open_:
            break
    for name, batches in open_.items():
        found[name] = Delta(None, None, _oldest_first(batches), complete)
    return {name: found[name] for name in names}


def placeholder(delta: Delta) -> Plain:
    """A value to show and compare in place of the real one, where the graph's code is not available to rebuild it.

    Its type is our own and no store can hold it: `encode` and the editable JSON refuse it.
    """
    said: dict[str, Plain] = {"snapshot": delta.snapshot} if delta.snapshot_id else {}
    if not delta.complete:
        said["before"] = "the checkpoints before these writes are not in the store any more"
    said["writes since"] = [{"node": write.node, "wrote": write.value} for write in delta.writes]
    return Typed("", UNBUILT, said, "unbuilt")


def with_deltas(checkpoint: Checkpoint, values: Mapping[str, Plain]) -> Checkpoint:
    """The checkpoint with these values of its delta channels (rebuilt by a worker, or `placeholder`s) and notes on
    each.
    """
    by = values.by if isinstance(values, Rebuilt) else ""
    notes = {missing_note(name): _note(name, value, by) for name, value in values.items()}
    told = [notes.pop(note, note) for note in checkpoint.notes]
    return replace(checkpoint, values={**checkpoint.values, **values}, notes=(*told, *notes.values()))


def missing_note(name: str) -> str:
    """The note on a checkpoint that does not hold the value of this delta channel."""
    return (
        f"The channel {name} is a delta channel, and this checkpoint does not hold its value: it follows from the last"
        " checkpoint that does and from the writes since, through the graph's own reducer."
    )


def _note(name: str, value: Plain, by: str) -> str:
    if isinstance(value, Typed) and value.constructor == "unbuilt":
        return (
            f"The channel {name} is a delta channel, and it was not rebuilt: the last snapshot and the writes since are"
            " shown in place of its value."
        )
    called = f"by the reducer of the graph {by}, which a node calls: it was found by its nodes"
    how = called if by else "with the graph's code"
    return f"The channel {name} is a delta channel: its value was rebuilt {how}."


def _ancestors(store: "Store", header: Header) -> Iterator[Header | None]:
    """The headers of a checkpoint's ancestors, nearest first; None at the end where the store lacks one."""
    skeleton = store.skeleton(header.thread_id, header.namespace)
    parents = dict(zip(skeleton.ids, skeleton.parents, strict=True))
    chain: list[CheckpointId] = []
    seen = {header.checkpoint_id}
    parent = header.parent_id
    while parent in parents and parent not in seen:
        seen.add(parent)
        chain.append(parent)
        parent = parents[parent]
    oldest = header
    for start in range(0, len(chain), _PAGE):
        for oldest in store.headers(header.thread_id, header.namespace, chain[start : start + _PAGE]):
            yield oldest
    if parent and parent not in parents and not _begins(oldest):
        yield None


def _begins(header: Header) -> bool:
    """Whether a run began at this checkpoint with an empty state: at step -1 (langgraph 1.2.22, pregel/_loop.py).

    Such a checkpoint names a parent if the run was asked to continue from a checkpoint that did not exist.
    """
    return header.source == "input" and header.step == -1


def _collect(store: "Store", header: Header, wanted: Mapping[str, list[tuple[DeltaWrite, ...]]]) -> None:
    """Add the writes on one checkpoint to the lists of the channels that they belong to."""
    tasks = store.writes(*CheckpointKey.of(header))
    for name, batches in wanted.items():
        batches.append(
            tuple(
                DeltaWrite(header.checkpoint_id, task.task_id, task.node, write.value)
                for task in tasks
                for write in task.writes
                if write.channel == name
            )
        )


def _snapshots(store: "Store", header: Header, wanted: Collection[str]) -> dict[str, Plain]:
    """The values of these channels that one checkpoint holds. A channel that its metadata counts is not held."""
    if all(name in counted(header.metadata) for name in wanted):
        return {}
    try:
        held = store.checkpoint(*CheckpointKey.of(header))
    except CheckpointNotFound:
        return {}
    return unwrap_snapshots({name: value for name, value in held.values.items() if name in wanted})


def counted(metadata: Mapping[str, Plain]) -> Mapping[str, Plain]:
    """The delta channels that a checkpoint does not hold, with their counts, from its metadata."""
    counters = metadata.get(COUNTERS)
    return counters if isinstance(counters, dict) else {}


def _oldest_first(batches: list[tuple[DeltaWrite, ...]]) -> tuple[DeltaWrite, ...]:
    return tuple(write for batch in reversed(batches) for write in batch)
