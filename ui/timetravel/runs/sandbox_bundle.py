"""Exports from a store all that a run from a checkpoint needs, so that it can be run in another store."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ui.timetravel.errors import CheckpointNotFound, EditError, NotExportable
from ui.timetravel.ground.text.formatting import shorten
from ui.timetravel.model.bundles import CheckpointBundle, ExportedCheckpoint, ExportedValues
from ui.timetravel.model.checkpoints import Checkpoint, CheckpointId, Task, answered_tasks, visible
from ui.timetravel.model.values import Opaque, Plain, Typed
from ui.timetravel.serde.encode import encode
from ui.timetravel.stores import delta_channels as delta
from ui.timetravel.stores.base import Store
from ui.timetravel.stores.rows.checkpoint_outline import outline_of_values
from ui.timetravel.worker.child.shared.namespaces import is_memory
from ui.timetravel.worker.child.shared.reserved_names import INTERRUPT

_SNAPSHOT = ("langgraph.checkpoint.serde.types", "_DeltaSnapshot")


MOST_NAMESPACES = 2_000
"""The most namespaces of a thread that are searched; each takes a read or two."""


def export_checkpoint(store: Store, thread_id: str, checkpoint_id: CheckpointId) -> CheckpointBundle:
    """Export a checkpoint of the root namespace with what a fork of it needs, through the store's protocol alone.

    This is what the worker's own copies include (worker/child/runs/copy_checkpoint.py): its pending writes, the
    checkpoints of the subgraphs that its tasks have started, and the state of subgraphs with a memory of their own at
    that time. If the thread has continued from it, its questions are open again and its subgraphs start over. Ancestors
    are included as far as a delta channel needs them: up to its last snapshot. Raises CheckpointNotFound; NotExportable
    for a value that could not be read, or that LangGraph can't store; and what the store raises.
    """
    chosen = store.checkpoint(thread_id, "", checkpoint_id)
    tasks = store.writes(thread_id, "", checkpoint_id)
    ids = store.skeleton(thread_id).ids
    bundle = CheckpointBundle(
        store=store.name,
        thread_id=thread_id,
        checkpoint_id=checkpoint_id,
        checkpoints=(),
        passed=bool(ids) and max(ids) != checkpoint_id,
        encrypted=chosen.encrypted,
        questions=tuple(one.id for task in tasks for one in task.interrupts),
        tasks=tuple(tasks),
    )
    if not chosen.versions:
        return _values_alone(bundle, chosen, tasks)
    _check_sends(chosen, tasks)
    gathering = _Gathering(store, thread_id)
    gathering.take(chosen, _reopened(tasks) if bundle.passed else tasks)
    namespaces = store.namespaces(thread_id)
    if len(namespaces) > MOST_NAMESPACES:
        raise NotExportable(
            f"This thread has {len(namespaces):,} namespaces of subgraphs, of which {MOST_NAMESPACES:,} are looked"
            " through for what belongs to a checkpoint: it can't be forked in a sandbox."
        )
    for namespace in namespaces:
        if namespace:
            gathering.inside(namespace, checkpoint_id, begun=not bundle.passed)
    return replace(bundle, checkpoints=gathering.brought())


class _Gathering:
    """Collects checkpoints of one thread, each with the ancestors that its delta channels need."""

    def __init__(self, store: Store, thread_id: str) -> None:
        self._store = store
        self._thread_id = thread_id
        self._found: dict[tuple[str, CheckpointId], tuple[Checkpoint, Sequence[Task]]] = {}

    def take(self, one: Checkpoint, tasks: Sequence[Task]) -> None:
        """Collect a checkpoint with these writes, and its ancestors back to the snapshots that it needs."""
        self._add(one, tasks)
        missing = set(delta.missing_channels(one))
        seen = {one.header.checkpoint_id}
        # In a damaged store a checkpoint can be its own ancestor.
        while missing and one.header.parent_id and one.header.parent_id not in seen:
            seen.add(one.header.parent_id)
            try:
                one = self._store.checkpoint(self._thread_id, one.header.namespace, one.header.parent_id)
            except CheckpointNotFound:
                return  # removed from the store: LangGraph starts from there, too
            self._add(one, self._writes(one))
            missing -= one.values.keys()

    def inside(self, namespace: str, chosen: CheckpointId, *, begun: bool) -> None:
        """Collect from a subgraph's namespace what belongs to the chosen checkpoint of the root."""
        ids = self._store.skeleton(self._thread_id, namespace).ids
        started = self._started(namespace, ids, chosen) if begun else []
        before = [one for one in ids if one < chosen and one not in started] if is_memory(namespace) else []
        for one in [*before[-1:], *started]:
            if (namespace, one) not in self._found:
                checkpoint = self._store.checkpoint(self._thread_id, namespace, one)
                self.take(checkpoint, self._writes(checkpoint))

    def brought(self) -> tuple[ExportedCheckpoint, ...]:
        """Everything collected, checked to be storable, parents first. Ids sort by time."""
        return tuple(self._brought(*self._found[key]) for key in sorted(self._found))

    def _started(self, namespace: str, ids: Sequence[CheckpointId], chosen: CheckpointId) -> list[CheckpointId]:
        """The ids that were written while a task of the chosen checkpoint ran."""
        later = [one for one in ids if one > chosen]
        # A task's id, which is in the namespace, is made from its checkpoint's id: so one checkpoint decides for all.
        if ":" in namespace and not self._belonging(namespace, later[:1], chosen):
            return []
        return self._belonging(namespace, later, chosen)

    def _belonging(self, namespace: str, ids: Sequence[CheckpointId], chosen: CheckpointId) -> list[CheckpointId]:
        found = []
        for header in self._store.headers(self._thread_id, namespace, ids) if ids else ():
            parents = header.metadata.get("parents")
            if isinstance(parents, dict) and parents.get("") == chosen:
                found.append(header.checkpoint_id)
        return found

    def _writes(self, one: Checkpoint) -> list[Task]:
        return self._store.writes(self._thread_id, one.header.namespace, one.header.checkpoint_id)

    def _add(self, one: Checkpoint, tasks: Sequence[Task]) -> None:
        self._found.setdefault((one.header.namespace, one.header.checkpoint_id), (one, tasks))

    def _brought(self, one: Checkpoint, tasks: Sequence[Task]) -> ExportedCheckpoint:
        header = one.header
        for name, value in one.values.items():
            _check(name, value)
        for write in (write for task in tasks for write in task.writes):
            _check(write.channel, write.value)
        has_parent = (header.namespace, header.parent_id) in self._found
        return ExportedCheckpoint(
            namespace=header.namespace,
            checkpoint_id=header.checkpoint_id,
            parent_id=header.parent_id if has_parent else None,
            content=_content(one),
            metadata=header.metadata,
            tasks=tuple(tasks),
        )


def _content(one: Checkpoint) -> dict[str, Any]:
    """The form in which LangGraph's serializer writes a checkpoint (langgraph-checkpoint 4.3.2, `Checkpoint`)."""
    return {
        "v": one.format or 1,
        "id": one.header.checkpoint_id,
        "ts": one.header.created_at.isoformat(),
        "channel_values": _stored(one),
        "channel_versions": _versions(one.versions),
        "versions_seen": {node: _versions(seen) for node, seen in one.versions_seen.items()},
        "updated_channels": None,
    }


def _versions(versions: Mapping[str, Plain]) -> dict[str, Plain]:
    """Versions in the form from which the SQLite saver counts on. Other savers use integers, which can't be compared
    with it.

    The form is that of `get_next_version` in langgraph-checkpoint-sqlite 3.1.2.
    """
    return {name: f"{each:032}.{0:016}" if isinstance(each, int) else each for name, each in versions.items()}


def _stored(one: Checkpoint) -> dict[str, Plain]:
    """The values, with those of delta channels as the snapshots that the store holds (see delta_channels.py)."""
    return {
        name: Typed(*_SNAPSHOT, value, "delta") if name in one.deltas else value for name, value in one.values.items()
    }


def _reopened(tasks: Sequence[Task]) -> list[Task]:
    """The tasks with their questions alone, as if they had not been answered."""
    asked = [replace(task, writes=tuple(w for w in task.writes if w.channel == INTERRUPT)) for task in tasks]
    return [task for task in asked if task.writes]


def _values_alone(bundle: CheckpointBundle, chosen: Checkpoint, tasks: Sequence[Task]) -> CheckpointBundle:
    if unreadable := [note for note in chosen.notes if "can't be read" in note]:
        raise NotExportable(f"{unreadable[0]} So it can't be forked in a sandbox.")
    values = visible(chosen.values)
    for name, value in values.items():
        _check(name, value)
    return replace(
        bundle,
        questions=() if answered_tasks(tasks) else bundle.questions,
        update=ExportedValues(values, chosen.header.ran, chosen.header.due or chosen.next),
        notes=(
            "This store tells the values of a checkpoint only, as JSON, so the fork starts from an update that sets"
            " them: what its subgraphs had done by then, answers to some of its questions, and classes of values other"
            " than messages are not taken along.",
        ),
    )


def _check_sends(one: Checkpoint, tasks: Sequence[Task]) -> None:
    """Raise NotExportable for a checkpoint of format 3 or older that holds Sends outside its channels.

    There they are not a channel (langgraph-checkpoint before 3, `pending_sends`), so only the due nodes show them.
    """
    if one.format < 4 and outline_of_values(_content(one)).next({task.node for task in tasks}) != one.header.due:
        raise NotExportable(
            "This checkpoint was written by an old LangGraph, and tasks that it started by Send can't be taken into a"
            " sandbox. Choose the checkpoint before it: its nodes send them again."
        )


def _check(channel: str, value: Plain) -> None:
    """Raise NotExportable, which names the channel, for a value that can't be stored again unchanged."""
    try:
        encode(value)
    except EditError as error:
        unread = _opaque(value)
        why = (
            f"it holds a value that could not be read ({shorten(unread.type)}: {unread.reason})."
            if unread
            else str(error)
        )
        raise NotExportable(f'The channel "{shorten(channel)}" can\'t be taken into a sandbox: {why}') from None


def _opaque(value: Plain) -> Opaque | None:
    """The first part of a value that could not be read; None where there is none."""
    inner: Sequence[Plain] = ()
    if isinstance(value, Opaque):
        return value
    if isinstance(value, Typed):
        inner = [value.value]
    elif isinstance(value, dict):
        inner = list(value.values())
    elif isinstance(value, list):
        inner = value
    return next((found for each in inner if (found := _opaque(each))), None)
