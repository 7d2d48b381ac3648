"""What all stores that LangGraph's savers write as rows do alike, wherever the rows are."""

from abc import abstractmethod
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

from ui.timetravel.model.checkpoints import (
    Checkpoint,
    CheckpointId,
    Header,
    Skeleton,
    Task,
    ThreadPage,
    ThreadSummary,
)
from ui.timetravel.stores import delta_channels as delta
from ui.timetravel.stores.closing import Closing
from ui.timetravel.stores.rows.gathering import Gathered, gather, headers_of
from ui.timetravel.stores.rows.source import TableRows
from ui.timetravel.stores.rows.stored import StoredWrite, decoded
from ui.timetravel.stores.rows.thread_pages import ThreadPages

T = TypeVar("T")


class RowStore(Closing):
    """Reads checkpoints from rows. Safe for threads, if `_read` is. Raises what `_read` raises."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        self._threads = ThreadPages()

    @abstractmethod
    def _read(self, work: Callable[[Any], T]) -> T:
        """What `work` gives back of the rows (see `RowSource`), in one short read that sees one moment of the store."""

    @abstractmethod
    def _moment(self) -> Callable[[Any], Hashable]:
        """Called before a read, gives what tells in it whether the list of threads is as it was."""

    @abstractmethod
    def _as_it_is(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> Checkpoint:
        """One checkpoint, with what it tells of itself alone. Raises CheckpointNotFound."""

    def threads(self, search: str = "", limit: int = 50, before: str | None = None) -> ThreadPage:
        """A page of threads whose id contains `search` (any case), latest change first."""
        return self._threads.page(self._read, self._moment(), search, limit, before)

    def thread(self, thread_id: str) -> ThreadSummary | None:
        """One thread's line of the list; None where there is none of this id."""
        return self._threads.one(self._read, thread_id)

    def headers(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> list[Header]:
        """The headers of these checkpoints, in the order of `ids`; ids that the store lacks are left out.

        Reads the rows of `ids` and of their parents, and decodes of their state only what tells which nodes are due.
        """
        return headers_of(self._read, thread_id, namespace, ids).headers(ids)

    def checkpoint(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> Checkpoint:
        """One checkpoint, decoded. Raises CheckpointNotFound."""
        found = self._as_it_is(thread_id, namespace, checkpoint_id)
        return delta.with_names(found, lambda above: self._as_it_is(thread_id, namespace, above))


class TableStore(RowStore):
    """Reads the tables of a database: their rows are `TableRows`."""

    def skeleton(self, thread_id: str, namespace: str = "") -> Skeleton:
        """Every checkpoint id with its parent's, oldest first. Reads no state and no metadata."""

        def work(rows: TableRows) -> Skeleton:
            return rows.skeleton(thread_id, namespace)

        return self._read(work)

    def writes(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> list[Task]:
        """What was written on this checkpoint by the tasks that ran from it, in the order of their paths."""

        def work(rows: TableRows) -> tuple[list[StoredWrite], Gathered]:
            found = rows.writes(thread_id, namespace, checkpoint_id)
            return found, gather(rows, thread_id, namespace, [checkpoint_id] if found else [])

        found, gathered = self._read(work)
        return gathered.headers(self._read).tasks(checkpoint_id, decoded(found))

    def namespaces(self, thread_id: str) -> list[str]:
        """The namespaces of a thread, the root ("") first, then subgraphs ("node:task_id", nested with "|")."""
        return self._read(lambda rows: rows.namespaces(thread_id))
