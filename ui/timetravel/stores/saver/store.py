"""A store behind a checkpoint saver that a worker holds, read through LangGraph's public interface for savers."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import TypeVar

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
    """Reads what a saver in a worker holds, whatever saver that is. Safe for threads.

    Nothing is asked before the first read, which starts the worker where it is not there. Every read raises
    StoreUnreadable when the worker, the graph's code or the saver gives no answer.
    """

    writable = True

    def __init__(self, holder: SaverHost, bound: int = BOUND) -> None:
        """`bound` is how many checkpoints a listing looks at."""
        super().__init__()
        self.name = holder.target
        self._holder = holder
        self._asking = SaverClient(holder)
        self._listing = Listing(self._asking, holder, bound)
        self._rows = SaverQueries(self._asking, holder, self._listing)
        self._seen: dict[str, Hashable] = {}

    @property
    def title(self) -> str:
        """Which saver it is, and whose."""
        graph = self._holder.graph
        return f"{self._holder.kind or 'saver'} of {graph}" if graph else "memory of the worker"

    @property
    def notes(self) -> tuple[str, ...]:
        """Where the threads live, how fresh the code is, and what the lists leave out."""
        return (*self._holder.notes, *self._listing.notes)

    def skeleton(self, thread_id: str, namespace: str = "") -> Skeleton:
        """Every checkpoint id with its parent's, oldest first."""
        return self._listing.skeleton(thread_id, namespace)

    def headers(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> list[Header]:
        """The headers of these checkpoints, in the order of `ids`; ids that the store lacks are left out."""
        self.stamp(thread_id)
        return super().headers(thread_id, namespace, ids)

    def _as_it_is(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> Checkpoint:
        """One checkpoint, with what it tells of itself alone."""
        self.stamp(thread_id)
        made = headers_of(self._read, thread_id, namespace, [checkpoint_id])
        header = made.header(checkpoint_id)
        state = self._rows.state((thread_id, namespace, checkpoint_id))
        if state is None:
            raise not_there(thread_id, checkpoint_id)
        found = build_checkpoint(header, Cell(state.kind, state.blob, len(state.blob)))
        return replace(found, values={**found.values, **state.opaque}) if state.opaque else found

    def writes(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> list[Task]:
        """What was written on this checkpoint by the tasks that ran from it, in the order of their paths."""
        found = self._asking.writes((thread_id, namespace, checkpoint_id))
        made = headers_of(self._read, thread_id, namespace, [checkpoint_id] if found else [])
        return made.tasks(checkpoint_id, found)

    def namespaces(self, thread_id: str) -> list[str]:
        """The namespaces of a thread, the root ("") first, then subgraphs ("node:task_id", nested with "|")."""
        return self._listing.namespaces(thread_id)

    def stamp(self, thread_id: str = "") -> Hashable:
        """A value that differs when the store's content may have changed: see `Listing.stamp`."""
        stamp = self._listing.stamp(thread_id)
        if thread_id and not self._holder.in_memory:
            self._look_out(thread_id)
        return stamp

    def heard(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> None:
        """Forget what a write makes untrue: on a checkpoint, in a thread, or with empty ids in the whole store."""
        del namespace
        self._rows.forget(thread_id, checkpoint_id)
        if not thread_id:
            self._listing.forget()

    def close(self) -> None:
        """Nothing to let go of: the worker is its keeper's."""

    def _moment(self) -> Callable[[SaverQueries], Hashable]:
        return lambda _: self.stamp()

    def _read(self, work: Callable[[SaverQueries], T]) -> T:
        return self._rows.read(work)

    def _look_out(self, thread_id: str) -> None:
        """Forget a thread's rows when somebody else has written to it; own writes are told of one by one."""
        newest = self._listing.poll(thread_id)
        if self._seen.get(thread_id) != newest:
            self._seen[thread_id] = newest
            if not (isinstance(newest, tuple) and newest[0] == self._holder.changes.newest(thread_id)):
                self._rows.forget(thread_id)
