"""A store that reads through a checkpoint saver in a worker, by LangGraph's public interface for savers."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import TypeVar

from ui.timetravel.model.checkpoint_refs import CheckpointKey
from ui.timetravel.model.checkpoints import (
    Checkpoint,
    CheckpointId,
    Header,
    Skeleton,
    Task,
)
from ui.timetravel.stores.rows.checkpoint import build_checkpoint
from ui.timetravel.stores.rows.gathering import headers_of
from ui.timetravel.stores.rows.headers import not_there
from ui.timetravel.stores.rows.store import RowStore
from ui.timetravel.stores.rows.stored import Cell
from ui.timetravel.stores.saver.client import SaverClient, SaverHost
from ui.timetravel.stores.saver.listing import BOUND, Listing
from ui.timetravel.stores.saver.queries import SaverQueries

T = TypeVar("T")


class SaverStore(RowStore):
    """Reads from a saver of any class that a worker holds. Safe to use from several threads.

    Nothing is asked before the first read, which starts the worker if it is not running. Every read raises
    StoreUnreadable when the worker, the graph's code or the saver gives no answer.
    """

    writable = True

    def __init__(self, holder: SaverHost, bound: int = BOUND) -> None:
        """`bound` is the number of checkpoints that a listing looks at."""
        super().__init__()
        self.name = holder.target
        self._holder = holder
        self._asking = SaverClient(holder)
        self._listing = Listing(self._asking, holder, bound)
        self._rows = SaverQueries(self._asking, holder, self._listing)
        self._seen: dict[str, Hashable] = {}

    @property
    def title(self) -> str:
        """The saver's class and the graph that it belongs to."""
        graph = self._holder.graph
        return f"{self._holder.kind or 'saver'} of {graph}" if graph else "memory of the worker"

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on where the threads live, how fresh the code is, and what the lists leave out."""
        return (*self._holder.notes, *self._listing.notes)

    def skeleton(self, thread_id: str, namespace: str = "") -> Skeleton:
        """See `Store.skeleton`."""
        return self._listing.skeleton(thread_id, namespace)

    def headers(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> list[Header]:
        """See `Store.headers`."""
        self.change_token(thread_id)
        return super().headers(thread_id, namespace, ids)

    def _as_it_is(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> Checkpoint:
        """See `RowStore._as_it_is`."""
        self.change_token(thread_id)
        made = headers_of(self._read, thread_id, namespace, [checkpoint_id])
        header = made.header(checkpoint_id)
        state = self._rows.state(CheckpointKey(thread_id, namespace, checkpoint_id))
        if state is None:
            raise not_there(thread_id, checkpoint_id)
        found = build_checkpoint(header, Cell(state.kind, state.blob, len(state.blob)))
        return replace(found, values={**found.values, **state.opaque}) if state.opaque else found

    def writes(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> list[Task]:
        """See `Store.writes`."""
        found = self._asking.writes(CheckpointKey(thread_id, namespace, checkpoint_id))
        made = headers_of(self._read, thread_id, namespace, [checkpoint_id] if found else [])
        return made.tasks(checkpoint_id, found)

    def namespaces(self, thread_id: str) -> list[str]:
        """See `Store.namespaces`."""
        return self._listing.namespaces(thread_id)

    def change_token(self, thread_id: str = "") -> Hashable:
        """See `Store.change_token` and `Listing.change_token`."""
        token = self._listing.change_token(thread_id)
        if thread_id and not self._holder.in_memory:
            self._look_out(thread_id)
        return token

    def on_write(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> None:
        """Invalidate cached rows after a write: of one checkpoint, of a thread, or (empty ids) of the whole store."""
        del namespace
        self._rows.forget(thread_id, checkpoint_id)
        if not thread_id:
            self._listing.forget()

    def close(self) -> None:
        """Do nothing: the worker is closed by the object that started it."""

    def _moment(self) -> Callable[[SaverQueries], Hashable]:
        return lambda _: self.change_token()

    def _read(self, work: Callable[[SaverQueries], T]) -> T:
        return self._rows.read(work)

    def _look_out(self, thread_id: str) -> None:
        """Drop a thread's cached rows if another process has written to it; writes of own runs are reported one by
        one.
        """
        newest = self._listing.poll(thread_id)
        if self._seen.get(thread_id) != newest:
            self._seen[thread_id] = newest
            if not (isinstance(newest, tuple) and newest[0] == self._holder.changes.newest(thread_id)):
                self._rows.forget(thread_id)
