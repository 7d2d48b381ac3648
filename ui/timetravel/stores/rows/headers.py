"""Makes headers from rows. Pure, so that every kind of store can use it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ui.timetravel.errors import CheckpointNotFound
from ui.timetravel.model.checkpoints import CheckpointId, Header, Task
from ui.timetravel.model.values import Plain
from ui.timetravel.stores.rows.checkpoint_outline import CHANNELS_NAMED_AFTER_NODES, EMPTY_OUTLINE, CheckpointOutline
from ui.timetravel.stores.rows.origins import Origin, OriginRow, origin_of, step_in
from ui.timetravel.stores.rows.tasks.ids import nodes_by_task_id
from ui.timetravel.stores.rows.tasks.next_nodes import changed_between, triggers_in
from ui.timetravel.stores.rows.tasks.outcomes import TaskOutline, WriteKey, task_outlines, unfinished
from ui.timetravel.stores.rows.tasks.paths import CONTROL, NULL_TASK, is_kept_at_exit, is_update, node_of
from ui.timetravel.stores.rows.tasks.rows import WriteRow, tasks_of
from ui.timetravel.worker.child.shared.reserved_names import EDGE, NO_WRITES

__all__ = ["Headers", "OriginRow", "WriteKey", "not_there"]


class Headers:
    """Makes headers of the checkpoints in `rows`, which are all of one thread and namespace.

    `parents` are the rows of those parents that are not in `rows` (extra rows do no harm; for old formats they even
    help). `keys` are the writes on `rows` and on the parents. `errors` are the values of writes to "__error__", by the
    ids of checkpoint and task. `newest` is the newest checkpoint of the namespace. `counts` are the numbers of writes
    where `keys` lacks some.
    """

    def __init__(
        self,
        thread_id: str,
        namespace: str,
        rows: Mapping[CheckpointId, OriginRow],
        parents: Mapping[CheckpointId, OriginRow],
        keys: Iterable[WriteKey],
        errors: Mapping[tuple[CheckpointId, str], Plain],
        newest: CheckpointId | None,
        counts: Mapping[CheckpointId, int] | None = None,
    ) -> None:
        self._thread_id = thread_id
        self._namespace = namespace
        self._rows = _with_triggers({**rows, **parents})
        self._own = rows.keys()
        self._errors = errors
        self._newest = newest
        self._counts = counts or {}
        self._keys: defaultdict[CheckpointId, list[WriteKey]] = defaultdict(list)
        for key in sorted(keys, key=lambda k: (k.path, k.task_id, k.index)):
            self._keys[key.checkpoint_id].append(key)
        # Each is needed for its checkpoint and again for that checkpoint's children.
        self._task_outlines: dict[CheckpointId, list[TaskOutline]] = {}
        self._named: dict[CheckpointId, Mapping[str, str]] = {}
        self._due_at: dict[CheckpointId, tuple[str, ...]] = {}

    def headers(self, ids: Iterable[CheckpointId]) -> list[Header]:
        """The headers of those of `ids` that are among the rows, in their order."""
        return [self.header(one) for one in ids if one in self._own]

    def outline(self, checkpoint_id: CheckpointId) -> CheckpointOutline:
        """The outline of one of the rows. Raises KeyError when it is not among them."""
        return self._rows[checkpoint_id].outline

    def header(self, checkpoint_id: CheckpointId) -> Header:
        """The header of one of the rows. Raises CheckpointNotFound when it is not among them."""
        if checkpoint_id not in self._own:
            raise not_there(self._thread_id, checkpoint_id)
        row = self._rows[checkpoint_id]
        parent = self._rows.get(row.parent_id) if row.parent_id else None
        origin = self._origin(row, parent)
        tasks, due = self.task_outlines(checkpoint_id), self._due(checkpoint_id)
        is_newest = checkpoint_id == self._newest
        left = tuple(unfinished(due, len(row.outline.sends), tasks)) if is_newest else due
        return Header(
            thread_id=self._thread_id,
            namespace=self._namespace,
            checkpoint_id=checkpoint_id,
            parent_id=row.parent_id,
            created_at=row.created_at,
            step=step_in(row),
            source=row.source,
            size=row.size,
            ran=origin.ran,
            next=left,
            changed=origin.changed,
            failed=_names(task.node for task in tasks if task.failed),
            interrupted=_names(task.node for task in tasks if task.asked),
            metadata=row.metadata,
            format=row.outline.format,
            javascript=row.outline.javascript,
            made=origin.made,
            steps=origin.steps,
            by_input=origin.by_input,
            took_input=origin.took_input,
            dropped=origin.dropped,
            unwritten=origin.unwritten,
            gap=origin.gap,
            due=due,
            sends=len(row.outline.sends),
            done=tuple((Counter(due) - Counter(left)).elements()),
            cancelled=_names(task.node for task in tasks if task.cancelled),
            waiting=_names(task.node for task in tasks if task.waits),
            undecided=row.outline.undecided,
            is_newest=is_newest,
            notes=(*row.notes, *self._notes(checkpoint_id)),
        )

    def _notes(self, checkpoint_id: CheckpointId) -> tuple[str, ...]:
        read, count = len(self._keys[checkpoint_id]), self._counts.get(checkpoint_id, 0)
        if count <= read:
            return ()
        return (f"{count:,} writes are on this checkpoint, of which {read:,} are looked at.",)

    def task_outlines(self, checkpoint_id: CheckpointId) -> list[TaskOutline]:
        """The tasks that ran from one of the rows, or from one of their parents, and wrote something."""
        if checkpoint_id not in self._task_outlines:
            row = self._rows[checkpoint_id]
            self._task_outlines[checkpoint_id] = task_outlines(
                self._keys[checkpoint_id], row.outline, step_in(row), self.names(checkpoint_id), self._errors
            )
        return self._task_outlines[checkpoint_id]

    def names(self, checkpoint_id: CheckpointId) -> Mapping[str, str]:
        """The nodes by the ids of their tasks; empty where the writes on the row name every node themselves."""
        if checkpoint_id not in self._named:
            self._named[checkpoint_id] = self._names_by_id(checkpoint_id)
        return self._named[checkpoint_id]

    def _names_by_id(self, checkpoint_id: CheckpointId) -> Mapping[str, str]:
        keys = self._keys[checkpoint_id]
        if all(key.path and not is_update(key.path, "", "") for key in keys if key.task_id != NULL_TASK):
            return {}
        row = self._rows[checkpoint_id]
        written = {key.channel for key in keys}
        return nodes_by_task_id(checkpoint_id, self._namespace, step_in(row), row.outline, written)

    def tasks(self, checkpoint_id: CheckpointId, writes: Sequence[WriteRow]) -> list[Task]:
        """The tasks that made these writes on a checkpoint, in the order of their task paths.

        The checkpoint may be missing.
        """
        known = checkpoint_id in self._rows
        return tasks_of(
            writes, self.outline(checkpoint_id) if known else EMPTY_OUTLINE, self.names(checkpoint_id) if known else {}
        )

    def _origin(self, row: OriginRow, parent: OriginRow | None) -> Origin:
        if parent is None:
            return origin_of(row, None, (), (), None)
        tasks = self.task_outlines(parent.checkpoint_id)
        due = self._due(parent.checkpoint_id)
        return origin_of(row, parent, tasks, due, self._edited(row, parent) if row.source == "update" else None)

    def _edited(self, row: OriginRow, parent: OriginRow) -> set[str] | None:
        """The nodes that an update counted as, as far as the writes on its parent say; None where they don't."""
        made_up = [task for task in self.task_outlines(parent.checkpoint_id) if task.by_hand]
        changed = set(changed_between(parent.outline.versions, row.outline.versions))
        wrote = set[str]().union(*(task.channels for task in made_up)) - CONTROL - {NO_WRITES}
        # Of several updates from one checkpoint only the first left writes: they count only if they fit what changed
        # here.
        return {task.node for task in made_up} - {""} if made_up and wrote <= changed else None

    def _due(self, checkpoint_id: CheckpointId) -> tuple[str, ...]:
        if checkpoint_id not in self._due_at:
            self._due_at[checkpoint_id] = self._rows[checkpoint_id].outline.next(self._pulled(checkpoint_id))
        return self._due_at[checkpoint_id]

    def _pulls(self, checkpoint_id: CheckpointId) -> list[WriteKey]:
        return [k for k in self._keys[checkpoint_id] if k.task_id != NULL_TASK and node_of(k.path)]

    def _pulled(self, checkpoint_id: CheckpointId) -> list[str]:
        """The nodes that edges started from this checkpoint, as far as they wrote something.

        Left out are nodes that a Command sent the run to, and those of a run that saved only at its end: such a run
        leaves its writes to delta channels here, under an id made from the number of its first superstep (langgraph
        1.2.22, exit_delta_task_id), and does not store an input or a Command that it took.
        """
        written = {key.channel for key in self._keys[checkpoint_id] if key.task_id == NULL_TASK}
        step = step_in(self._rows[checkpoint_id])
        pulls = [key for key in self._pulls(checkpoint_id) if not is_kept_at_exit(key.path, key.task_id, step)]
        ids, sends = self.names(checkpoint_id), self._rows[checkpoint_id].outline.sends
        by_id = {ids.get(key.task_id, "") for key in self._keys[checkpoint_id] if not key.path} - {"", *sends}
        return sorted(name for name in {node_of(key.path) for key in pulls} | by_id if EDGE + name not in written)


def _names(nodes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(nodes))


def not_there(thread_id: str, checkpoint_id: CheckpointId) -> CheckpointNotFound:
    """The CheckpointNotFound error for a checkpoint that a store does not have."""
    return CheckpointNotFound(f"The store has no checkpoint {checkpoint_id} in the thread {thread_id}.")


def _with_triggers(rows: Mapping[CheckpointId, OriginRow]) -> dict[CheckpointId, OriginRow]:
    """The rows, in which those of old formats are completed with the channels that start each node, gathered from all
    rows.
    """
    if not any(row.outline.format in CHANNELS_NAMED_AFTER_NODES for row in rows.values()):
        return dict(rows)
    triggers = triggers_in(row.outline.seen for row in rows.values())
    return {
        one: replace(row, outline=replace(row.outline, triggers=triggers))
        if row.outline.format in CHANNELS_NAMED_AFTER_NODES
        else row
        for one, row in rows.items()
    }
