"""The part of a store that is the same for all of LangGraph's savers, wherever their rows are."""

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
    """A store that reads checkpoints from rows.

    Safe to use from several threads if `_read` is. Raises what `_read` raises.
    """

    def __init__(self) -> None:
        """Start with an empty cache; nothing is read yet."""
        self._threads = ThreadPages()

    @abstractmethod
    def _read(self, work: Callable[[Any], T]) -> T:
        """The result of `work` on the rows (see `RowSource`), in one short read that sees the store at one moment."""

    @abstractmethod
    def _moment(self) -> Callable[[Any], Hashable]:
        """Called before a read; returns a function that computes, within that read, the key under which the list of
        threads is cached.
        """

    @abstractmethod
    def _as_it_is(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> Checkpoint:
        """One checkpoint, from its own row alone: see `with_names` for what is added. Raises CheckpointNotFound."""

    def threads(self, search: str = "", limit: int = 50, before: str | None = None) -> ThreadPage:
        """See `Store.threads`."""
        return self._threads.page(self._read, self._moment(), search, limit, before)

    def thread(self, thread_id: str) -> ThreadSummary | None:
        """See `Store.thread`."""
        return self._threads.one(self._read, thread_id)

    def headers(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> list[Header]:
        """See `Store.headers`.

        Reads the rows of `ids` and of their parents, and decodes of their state only what decides which nodes are due.
        """
        return headers_of(self._read, thread_id, namespace, ids).headers(ids)

    def checkpoint(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> Checkpoint:
        """See `Store.checkpoint`."""
        found = self._as_it_is(thread_id, namespace, checkpoint_id)
        return delta.with_names(found, lambda above: self._as_it_is(thread_id, namespace, above))


class TableStore(RowStore):
    """A store that reads the tables of a database, as `TableRows`."""

    def skeleton(self, thread_id: str, namespace: str = "") -> Skeleton:
        """See `Store.skeleton`."""

        def work(rows: TableRows) -> Skeleton:
            return rows.skeleton(thread_id, namespace)

        return self._read(work)

    def writes(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> list[Task]:
        """See `Store.writes`."""

        def work(rows: TableRows) -> tuple[list[StoredWrite], Gathered]:
            found = rows.writes(thread_id, namespace, checkpoint_id)
            return found, gather(rows, thread_id, namespace, [checkpoint_id] if found else [])

        found, gathered = self._read(work)
        return gathered.headers(self._read).tasks(checkpoint_id, decoded(found))

    def namespaces(self, thread_id: str) -> list[str]:
        """See `Store.namespaces`."""
        return self._read(lambda rows: rows.namespaces(thread_id))
