"""What every store that LangGraph's savers write to a database has in common: the rows that reading goes by."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from ui.timetravel.model import CheckpointId, Skeleton
from ui.timetravel.stores._headers import Headers, Row, WriteKey
from ui.timetravel.stores._shape import NAMED_LIKE_NODES, NOTHING, Shape

SEPARATOR = 31
"""The code of the character between the ids in the one text that `skeleton_in` reads."""


class Rows(Protocol):
    """What one short read sees of a store."""

    def latest(self) -> list[tuple[str, CheckpointId | None]]:
        """Every thread with the newest checkpoint of its root namespace, None where it has none there."""
        ...

    def latest_in_root(self, thread_id: str) -> CheckpointId | None:
        """The newest checkpoint of a thread's root namespace, None where it has none there."""
        ...

    def latest_of_any_namespace(self, thread_id: str) -> tuple[CheckpointId, str] | None:
        """The newest checkpoint of a thread and the namespace that it is in; None where the thread has none."""
        ...

    def count(self, thread_id: str) -> int:
        """The checkpoints in a thread's root namespace."""
        ...

    def rows(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> Mapping[CheckpointId, Row]:
        """Those of the checkpoints that exist, with their state not decoded."""
        ...

    def keys(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> Iterable[WriteKey]:
        """The writes on these checkpoints without their values."""
        ...


def headers_of(rows: Rows, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> Headers:
    """What the headers of `ids` are made from: their rows, the rows of their parents, and the writes that matter."""
    found = rows.rows(thread_id, namespace, list(dict.fromkeys(ids)))
    parents = dict.fromkeys(row.parent_id for row in found.values() if row.parent_id)
    updated = {row.parent_id: None for row in found.values() if row.parent_id and row.source == "update"}
    more = rows.rows(thread_id, namespace, [one for one in parents if one not in found])
    keys = rows.keys(thread_id, namespace, list(dict.fromkeys([*found, *updated])))
    if any(row.shape.format in NAMED_LIKE_NODES for row in found.values()):
        # What starts a node stands in checkpoints after it ran: the newest of the thread tells most.
        newest, where = rows.latest_of_any_namespace(thread_id) or ("", "")
        if where == namespace and newest not in found:
            more = {**more, **rows.rows(thread_id, namespace, [newest])}
    return Headers(thread_id, namespace, found, more, keys)


def shape_on(rows: Rows, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> Shape:
    """The shape of a checkpoint that tasks wrote on, to name them by; in old formats other checkpoints tell it too."""
    row = rows.rows(thread_id, namespace, [checkpoint_id]).get(checkpoint_id)
    if row is None:
        return NOTHING
    if row.shape.format not in NAMED_LIKE_NODES:
        return row.shape
    return headers_of(rows, thread_id, namespace, [checkpoint_id]).shape(checkpoint_id)


def skeleton_in(count: int, text: str | None) -> Skeleton | None:
    """The skeleton in a text of ids, each followed by its parent's, all separated by `SEPARATOR`.

    One text for all: a tuple for each row would have Python's garbage collector go over the whole heap again and
    again, which took as long as the reading itself. None where the ids themselves hold the separator.
    """
    parts = text.split(chr(SEPARATOR)) if text else []
    return skeleton_of(parts[::2], parts[1::2]) if len(parts) == 2 * count else None


def skeleton_of(ids: Sequence[CheckpointId], parents: Sequence[CheckpointId]) -> Skeleton:
    """The skeleton of ids and their parents, of which an empty one is none."""
    return Skeleton(tuple(ids), tuple(parent or None for parent in parents) if "" in parents else tuple(parents))
