"""From rows to headers: pure, so that every kind of store can use it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ui.timetravel.errors import CheckpointNotFound
from ui.timetravel.ids import step_of
from ui.timetravel.model import CheckpointId, Header, is_internal
from ui.timetravel.plain import Plain
from ui.timetravel.stores._cells import is_count, source_in
from ui.timetravel.stores._due import EDGE, added_between, changed_between, ran_between, triggers_in
from ui.timetravel.stores._paths import CONTROL, ERROR, INTERRUPT, NULL_TASK, is_call, is_send, is_update, node_of
from ui.timetravel.stores._shape import NAMED_LIKE_NODES, NOTHING, Shape


@dataclass(frozen=True, slots=True)
class Row:
    """One row of checkpoints: everything but the state."""

    checkpoint_id: CheckpointId
    parent_id: CheckpointId | None
    created_at: datetime
    metadata: Mapping[str, Plain]
    size: int
    shape: Shape

    @property
    def source(self) -> str:
        """What made it: input, loop, update or fork; empty where the metadata does not say."""
        return source_in(self.metadata)


@dataclass(frozen=True, slots=True)
class WriteKey:
    """One row of writes without its value."""

    checkpoint_id: CheckpointId
    task_id: str
    path: str
    index: int
    channel: str


class Headers:
    """Makes headers of one thread and namespace, of the checkpoints in `rows`.

    `parents` are those of their parents that are not in `rows` (more rows do no harm: of old formats they tell more).
    `keys` are the writes on `rows`, and on the parents of updates.
    """

    def __init__(
        self,
        thread_id: str,
        namespace: str,
        rows: Mapping[CheckpointId, Row],
        parents: Mapping[CheckpointId, Row],
        keys: Iterable[WriteKey],
    ) -> None:
        self._thread_id = thread_id
        self._namespace = namespace
        self._rows = _with_triggers({**rows, **parents})
        self._own = rows.keys()
        self._keys: defaultdict[CheckpointId, list[WriteKey]] = defaultdict(list)
        for key in sorted(keys, key=lambda k: (k.path, k.task_id, k.index)):
            self._keys[key.checkpoint_id].append(key)

    def headers(self, ids: Iterable[CheckpointId]) -> list[Header]:
        """The headers of those of `ids` that are among the rows, in their order."""
        return [self.header(one) for one in ids if one in self._own]

    def shape(self, checkpoint_id: CheckpointId) -> Shape:
        """The shape of one of the rows. Raises KeyError when it is not among them."""
        return self._rows[checkpoint_id].shape

    def header(self, checkpoint_id: CheckpointId) -> Header:
        """The header of one of the rows. Raises CheckpointNotFound when it is not among them."""
        if checkpoint_id not in self._own:
            raise not_there(self._thread_id, checkpoint_id)
        row = self._rows[checkpoint_id]
        parent = self._rows.get(row.parent_id) if row.parent_id else None
        return Header(
            thread_id=self._thread_id,
            namespace=self._namespace,
            checkpoint_id=checkpoint_id,
            parent_id=row.parent_id,
            created_at=row.created_at,
            step=_step(row),
            source=row.source,
            size=row.size,
            ran=tuple(self._ran(row, parent)),
            next=row.shape.next(self.pulled(checkpoint_id)),
            changed=tuple(self._changed(row, parent)),
            failed=self._nodes_that_wrote(row, ERROR),
            interrupted=self._nodes_that_wrote(row, INTERRUPT),
            metadata=row.metadata,
            format=row.shape.format,
            javascript=row.shape.javascript,
        )

    def _ran(self, row: Row, parent: Row | None) -> list[str]:
        if row.source == "input" or (parent is None and row.parent_id):
            return []
        before = parent.shape if parent else NOTHING
        if row.source == "update":
            return self._updated_as(row, before)
        if row.source == "fork" and row.shape.versions == before.versions:
            return []
        # Nodes that Sends started leave no trace in the versions seen: they ran if the checkpoint held Sends.
        return [*before.sends, *ran_between(before.seen, row.shape.seen)]

    def _updated_as(self, row: Row, before: Shape) -> list[str]:
        """The nodes that an update counted as having come from, as far as the store says."""
        if not row.parent_id:
            return added_between(before.seen, row.shape.seen)
        names = {key.task_id: node_of(key.path, before.sends) for key in self._pulls(row.parent_id)}
        made_up = [key for key in self._keys[row.parent_id] if is_update(key.path, key.task_id, row.parent_id)]
        due = sorted(set(before.next()))
        by_task: dict[str, set[str]] = defaultdict(set)
        for key in made_up:
            by_task[key.task_id].add(key.channel)
        nodes = set(added_between(before.seen, row.shape.seen))
        changed = set(changed_between(before.versions, row.shape.versions))
        # Of several updates from one checkpoint only the first left its writes: they must fit what changed here.
        if by_task and set().union(*by_task.values()) - CONTROL - {"__no_writes__"} <= changed:
            for task_id in by_task:
                name = names.get(task_id, "")
                if not name and len(due) == 1 and not is_update("", task_id, row.parent_id):
                    name = due[0]
                nodes.add(name)
        return sorted(nodes - {""})

    def _changed(self, row: Row, parent: Row | None) -> list[str]:
        if parent is None and row.parent_id:
            channels: Sequence[str] = row.shape.updated or ()
        else:
            channels = changed_between(parent.shape.versions if parent else {}, row.shape.versions)
        return [channel for channel in channels if not is_internal(channel) and channel not in row.shape.triggers]

    def _pulls(self, checkpoint_id: CheckpointId) -> list[WriteKey]:
        return [k for k in self._keys[checkpoint_id] if k.task_id != NULL_TASK and node_of(k.path)]

    def pulled(self, checkpoint_id: CheckpointId) -> list[str]:
        """The nodes that edges started from this checkpoint, as far as they wrote.

        Not those that a Command sent on, and not those of a run that saved at its exit: it leaves what it wrote to
        delta channels here, with the number of its first superstep for an id (langgraph 1.2.22, exit_delta_task_id),
        and an input or a Command that it took is not stored.
        """
        written = {key.channel for key in self._keys[checkpoint_id] if key.task_id == NULL_TASK}
        step = _step(self._rows[checkpoint_id])
        at_exit = (f"{step + 1:08d}-", f"{step + 2:08d}-")
        pulls = [key for key in self._pulls(checkpoint_id) if not key.task_id.startswith(at_exit)]
        return sorted(name for name in {node_of(key.path) for key in pulls} if EDGE + name not in written)

    def _nodes_that_wrote(self, row: Row, channel: str) -> tuple[str, ...]:
        written = (key for key in self._keys[row.checkpoint_id] if key.channel == channel and key.task_id != NULL_TASK)
        # Where a called function failed, its caller says whether it failed of it.
        keys = (key for key in written if not is_call(key.path))
        return tuple(dict.fromkeys(name_of(key, row.shape) for key in keys))


def not_there(thread_id: str, checkpoint_id: CheckpointId) -> CheckpointNotFound:
    """The error for a checkpoint that a store does not have."""
    return CheckpointNotFound(f"The store has no checkpoint {checkpoint_id} in the thread {thread_id}.")


def name_of(key: WriteKey, shape: Shape) -> str:
    """The node of a task that wrote on a checkpoint of this shape, "" where nothing tells.

    Stores without `task_path` (older ones, and those of LangGraph.js) say nothing: then a task can only be named where
    just one node is due, and where it is a task at all.
    """
    if node := node_of(key.path, shape.sends if is_send(key.path) else ()):
        return node
    is_no_task = key.task_id == NULL_TASK or is_update(key.path, key.task_id, key.checkpoint_id)
    due = set() if key.path or is_no_task else set(shape.next())
    return due.pop() if len(due) == 1 else ""


def _with_triggers(rows: Mapping[CheckpointId, Row]) -> dict[CheckpointId, Row]:
    """The rows; those of old formats with what starts the nodes, as far as all of them together tell."""
    if not any(row.shape.format in NAMED_LIKE_NODES for row in rows.values()):
        return dict(rows)
    triggers = triggers_in(row.shape.seen for row in rows.values())
    return {
        one: replace(row, shape=replace(row.shape, triggers=triggers)) if row.shape.format in NAMED_LIKE_NODES else row
        for one, row in rows.items()
    }


def _step(row: Row) -> int:
    step = row.metadata.get("step")
    if is_count(step):
        return step
    guess = step_of(row.checkpoint_id)
    return -2 if guess is None else guess
