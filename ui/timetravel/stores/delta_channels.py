"""Delta channels: values that a checkpoint does not hold, and what they follow from.

A delta channel (langgraph 1.2.22, channels/delta.py) is stored in full only now and then, as a snapshot. In between its
value is the last snapshot with the writes since put through the graph's own reducer, in the order of
`get_delta_channel_history` (langgraph-checkpoint 4.3.2, base/__init__.py): along the parents, oldest first, beginning
with the writes on the very checkpoint that holds the snapshot; on one checkpoint by task path, task id and index. Every
write to the channel counts that is recorded on an ancestor, whatever became of the task.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeGuard

from ui.timetravel.errors import CheckpointNotFound
from ui.timetravel.model.checkpoints import Checkpoint, CheckpointId, Header, is_internal
from ui.timetravel.model.values import Plain, Typed

if TYPE_CHECKING:
    from ui.timetravel.stores.base import Store

UNBUILT = "delta channel, not rebuilt"
"""What `placeholder` calls a value that only the graph's code could tell."""

COUNTERS = "counters_since_delta_snapshot"
_PAGE = 100
_MOST_ABOVE = 100
"""Changes by hand in a row above which the names of delta channels are not looked for."""


@dataclass(frozen=True, slots=True)
class DeltaWrite:
    """One write to a delta channel. `node` is empty where the store does not say which node it was."""

    checkpoint_id: CheckpointId
    task_id: str
    node: str
    value: Plain


@dataclass(frozen=True, slots=True)
class Delta:
    """What a delta channel's value follows from: `writes` after `snapshot`, oldest first.

    `snapshot_id` is the checkpoint that holds the snapshot; None where the channel was never stored in full, so that it
    began empty. `complete` is False where an ancestor that could hold more is not in the store any more.
    """

    snapshot: Plain
    snapshot_id: CheckpointId | None
    writes: tuple[DeltaWrite, ...]
    complete: bool = True


class Rebuilt(dict[str, Plain]):
    """Values of delta channels that a worker rebuilt. `by` names the graph whose reducers it took where LangGraph does
    not know which one made the checkpoint; empty where it does."""

    def __init__(self, values: Mapping[str, Plain], by: str = "") -> None:
        super().__init__(values)
        self.by = by


def missing_channels(checkpoint: Checkpoint) -> tuple[str, ...]:
    """The delta channels whose value this checkpoint does not hold, in the order of its metadata.

    One without a version was never written, and is empty.
    """
    return tuple(name for name in checkpoint.deltas if name in checkpoint.versions and name not in checkpoint.values)


def named_in(header: Header, values: Mapping[str, Plain]) -> tuple[str, ...]:
    """The delta channels that a checkpoint itself tells of: those that it counts, and those that it holds in full.

    The metadata counts the supersteps since each of them was last stored (langgraph 1.2.22, pregel/_checkpoint.py).
    """
    return tuple(
        dict.fromkeys((*counted(header.metadata), *(name for name, value in values.items() if _is_snapshot(value))))
    )


def with_names(checkpoint: Checkpoint, read: Callable[[CheckpointId], Checkpoint]) -> Checkpoint:
    """The checkpoint with the delta channels that only checkpoints above it tell of, and notes on what it lacks.

    LangGraph before 1.2.13 counts none on a copy and on an update as END, so there the names come from the nearest
    checkpoint above that a run made: a run counts all that it does not store. `read` reads a checkpoint as it is.
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
    """The values with delta channels' snapshots as what they are: the value itself."""
    return {name: value.value if _is_snapshot(value) else value for name, value in values.items()}


def _is_snapshot(value: Plain) -> TypeGuard[Typed]:
    return isinstance(value, Typed) and value.how == "delta"


def _lacking(checkpoint: Checkpoint, names: Collection[str]) -> bool:
    """Whether a channel was written and has no value, and is not known to be a delta channel."""
    return any(
        name not in checkpoint.values and name not in names and not is_internal(name) for name in checkpoint.versions
    )


def history(store: "Store", checkpoint: Checkpoint, names: Collection[str]) -> dict[str, Delta]:
    """What the value of each of these delta channels follows from at this checkpoint. Raises StoreError.

    Reads the writes on every ancestor up to the last snapshot, and the state of those alone that may hold one.
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
    """A value to show and to compare where the graph's code is not there to tell the real one.

    It is of a type of its own, which no store can hold: `encode` and an edited text refuse it.
    """
    said: dict[str, Plain] = {"snapshot": delta.snapshot} if delta.snapshot_id else {}
    if not delta.complete:
        said["before"] = "the checkpoints before these writes are not in the store any more"
    said["writes since"] = [{"node": write.node, "wrote": write.value} for write in delta.writes]
    return Typed("", UNBUILT, said, "unbuilt")


def with_deltas(checkpoint: Checkpoint, values: Mapping[str, Plain]) -> Checkpoint:
    """The checkpoint with these values of its delta channels, rebuilt by a worker or `marked`, and notes that tell."""
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
    if isinstance(value, Typed) and value.how == "unbuilt":
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
    """Whether a run began here with nothing: at step -1 (langgraph 1.2.22, pregel/_loop.py).

    Such a checkpoint names a parent where the run was to go on from one that was not there.
    """
    return header.source == "input" and header.step == -1


def _collect(store: "Store", header: Header, wanted: Mapping[str, list[tuple[DeltaWrite, ...]]]) -> None:
    """Put the writes on one checkpoint to the lists of the channels that they are for."""
    tasks = store.writes(header.thread_id, header.namespace, header.checkpoint_id)
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
    """The values that one checkpoint holds of these channels. One that is counted in its metadata is not there."""
    if all(name in counted(header.metadata) for name in wanted):
        return {}
    try:
        held = store.checkpoint(header.thread_id, header.namespace, header.checkpoint_id)
    except CheckpointNotFound:
        return {}
    return unwrap_snapshots({name: value for name, value in held.values.items() if name in wanted})


def counted(metadata: Mapping[str, Plain]) -> Mapping[str, Plain]:
    """The delta channels that a checkpoint does not hold, as its metadata count them."""
    counters = metadata.get(COUNTERS)
    return counters if isinstance(counters, dict) else {}


def _oldest_first(batches: list[tuple[DeltaWrite, ...]]) -> tuple[DeltaWrite, ...]:
    return tuple(write for batch in reversed(batches) for write in batch)
