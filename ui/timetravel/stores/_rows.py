"""What every store that LangGraph's savers write to a database has in common: the rows that reading goes by."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from ui.timetravel.model import CheckpointId, Skeleton
from ui.timetravel.plain import Plain
from ui.timetravel.stores._headers import Headers
from ui.timetravel.stores._origins import Row
from ui.timetravel.stores._outlines import WriteKey
from ui.timetravel.stores._paths import ERROR
from ui.timetravel.stores._shape import NAMED_LIKE_NODES

SEPARATOR = 31
"""The code of the character between the ids in the one text that `skeleton_in` reads."""


class Rows(Protocol):
    """What one short read sees of a store."""

    def latest(self) -> list[tuple[str, CheckpointId | None]]:
        """Every thread with the newest checkpoint of its root namespace, None where it has none there."""
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

    def errors(
        self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]
    ) -> Mapping[tuple[CheckpointId, str], Plain]:
        """What the tasks that ran from these checkpoints raised, by the checkpoint's id and the task's."""
        ...

    def newest(self, thread_id: str, namespace: str) -> CheckpointId | None:
        """The newest checkpoint of a namespace; None where it has none."""
        ...


def headers_of(rows: Rows, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> Headers:
    """What the headers of `ids` are made from: their rows, the rows of their parents, and the writes that matter."""
    found = rows.rows(thread_id, namespace, list(dict.fromkeys(ids)))
    parents = [one for one in dict.fromkeys(row.parent_id for row in found.values()) if one and one not in found]
    more = rows.rows(thread_id, namespace, parents)
    keys = list(rows.keys(thread_id, namespace, [*found, *more]))
    failed = list(dict.fromkeys(key.checkpoint_id for key in keys if key.channel == ERROR))
    errors = rows.errors(thread_id, namespace, failed) if failed else {}
    if any(row.shape.format in NAMED_LIKE_NODES for row in found.values()):
        # What starts a node stands in checkpoints after it ran: the newest of the thread tells most.
        latest, where = rows.latest_of_any_namespace(thread_id) or ("", "")
        if where == namespace and latest not in found:
            more = {**more, **rows.rows(thread_id, namespace, [latest])}
    return Headers(thread_id, namespace, found, more, keys, errors, rows.newest(thread_id, namespace))


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
