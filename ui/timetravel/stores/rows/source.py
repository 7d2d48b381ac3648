"""The protocols for the rows of a store, whatever LangGraph saver wrote them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from ui.timetravel.model.checkpoints import CheckpointId, Skeleton
from ui.timetravel.stores.rows.stored import StoredRow, StoredWrite
from ui.timetravel.stores.rows.tasks.outcomes import WriteKey

SEPARATOR = 31
"""The code of the character between the ids in the one text that `skeleton_in` reads."""

AT_ONCE = 32 << 20
"""The most bytes of state that one read fetches; further reads fetch the rest."""

MOST_WRITES = 10_000
"""The most writes on one checkpoint that are read, in the order of the table's key."""

MOST_KEYS = 200_000
"""The most writes that are read on all checkpoints of one request together."""


class RowSource(Protocol):
    """The rows of a store, as one short read sees them."""

    def latest(self) -> list[tuple[str, CheckpointId | None]]:
        """Every thread with the newest checkpoint of its root namespace; None for a thread that has none there."""
        ...

    def latest_of_any_namespace(self, thread_id: str) -> tuple[CheckpointId, str] | None:
        """The newest checkpoint of a thread and the namespace that it is in; None where the thread has none."""
        ...

    def count(self, thread_id: str) -> int:
        """The number of checkpoints in a thread's root namespace."""
        ...

    def stored(
        self, thread_id: str, namespace: str, ids: Sequence[CheckpointId], most: int = AT_ONCE
    ) -> Mapping[CheckpointId, StoredRow]:
        """The rows of those of these checkpoints that exist, not decoded. Rows after the first `most` bytes come
        without their state (`unread`).

        With the default of `most` the first one always has its state.
        """
        ...

    def keys(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> Iterable[WriteKey]:
        """The writes on these checkpoints without their values."""
        ...

    def written(
        self, thread_id: str, namespace: str, ids: Sequence[CheckpointId], channel: str
    ) -> Iterable[StoredWrite]:
        """The writes on these checkpoints to one channel, in LangGraph's order."""
        ...

    def count_writes(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> int:
        """The number of writes on one checkpoint."""
        ...

    def newest(self, thread_id: str, namespace: str) -> CheckpointId | None:
        """The newest checkpoint of a namespace; None where it has none."""
        ...


class TableRows(RowSource, Protocol):
    """The rows of a database's tables, as one short read sees them."""

    def skeleton(self, thread_id: str, namespace: str) -> Skeleton:
        """The ids of all checkpoints with their parents' ids, oldest first."""
        ...

    def writes(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> list[StoredWrite]:
        """The writes on one checkpoint, in LangGraph's order, not decoded."""
        ...

    def namespaces(self, thread_id: str) -> list[str]:
        """The namespaces of a thread by name, the root first."""
        ...


def on_each(
    ids: Iterable[CheckpointId], read: Callable[[CheckpointId, int], Sequence[StoredWrite]]
) -> list[StoredWrite]:
    """The writes on these checkpoints, with at most `AT_ONCE` bytes of values in all.

    `read` is given the bytes that remain.
    """
    left = AT_ONCE
    made: list[StoredWrite] = []
    for one in ids:
        found = read(one, left)
        left -= sum(write.cell.weight for write in found)
        made += found
        if len(made) >= MOST_KEYS:
            break
    return made


def skeleton_in(count: int, text: str | None) -> Skeleton | None:
    """The skeleton from one text of ids, each followed by its parent's, separated by `SEPARATOR`. None where an id
    contains the separator.

    One text for all rows: with a tuple for each row Python's garbage collector went over the whole heap again and
    again, which took as long as the reading itself.
    """
    parts = text.split(chr(SEPARATOR)) if text else []
    return skeleton_of(parts[::2], parts[1::2]) if len(parts) == 2 * count else None


def skeleton_of(ids: Sequence[CheckpointId], parents: Sequence[CheckpointId]) -> Skeleton:
    """The skeleton made of ids and their parents' ids; an empty parent id means none."""
    return Skeleton(tuple(ids), tuple(parent or None for parent in parents) if "" in parents else tuple(parents))
