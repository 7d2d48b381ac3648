"""A checkpoint store in a PostgreSQL database, as langgraph-checkpoint-postgres 3.2 writes it (and older ones did)."""

import json
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar

import psycopg
from psycopg import errors

from ui.timetravel import crypt, delta
from ui.timetravel.model import Checkpoint, CheckpointId, Header, Skeleton, Task, ThreadPage, ThreadSummary
from ui.timetravel.plain import Plain
from ui.timetravel.stores._closing import Closing
from ui.timetravel.stores._full import full_of
from ui.timetravel.stores._gathering import Gathered, gather, headers_of
from ui.timetravel.stores._headers import not_there
from ui.timetravel.stores._postgres_address import Address
from ui.timetravel.stores._postgres_connect import Connection, Connections
from ui.timetravel.stores._postgres_errors import reading
from ui.timetravel.stores._postgres_layout import Layout, layout_of
from ui.timetravel.stores._postgres_rows import PostgresRows
from ui.timetravel.stores._postgres_stored import BlobKey, StoredState, add_sends
from ui.timetravel.stores._postgres_values import Values
from ui.timetravel.stores._stored import Cell, StoredWrite, decoded
from ui.timetravel.stores._threads import Threads

T = TypeVar("T")
_Values = tuple[dict[BlobKey, Plain], list[tuple[BlobKey, Cell]]]
"""Values that are known already, and others as they are stored."""

_SECONDS = 20.0
_LAYOUT_SECONDS = 30.0
_KEPT_BYTES = 64 << 20


class PostgresStore(Closing):
    """Reads one database with the right to SELECT from LangGraph's three tables and no other.

    Safe to use from several threads. Survives a restart of the server. The constructor and every read raise
    StoreNotFound, NotAStore and StoreUnreadable; no name, text or error holds a password.
    """

    notes: tuple[str, ...] = ()

    def __init__(self, url: str, seconds: float = _SECONDS, *, name: str = "", title: str = "") -> None:
        """Connect to the database at a postgresql:// URL and check it; one query may take `seconds`.

        `name` and `title` are what it is called, where the URL should not be told: that of a server of ours.
        """
        self._address = Address(url)
        self.name = name or self._address.name
        self.title = title or self._address.title
        self._seconds = seconds
        self._connections = Connections(self._address, seconds)
        self._threads = Threads()
        self._values = Values(_KEPT_BYTES)
        self._layout: tuple[Layout, float] | None = None
        try:
            self._read(lambda rows: None)
        except BaseException:
            self._connections.close()
            raise

    def threads(self, search: str = "", limit: int = 50, before: str | None = None) -> ThreadPage:
        """A page of threads whose id contains `search` (any case), latest change first."""
        return self._threads.page(self._read, lambda rows: rows.moment(), search, limit, before)

    def thread(self, thread_id: str) -> ThreadSummary | None:
        """One thread's line of the list; None where there is none of this id."""
        return self._threads.one(self._read, thread_id)

    def skeleton(self, thread_id: str, namespace: str = "") -> Skeleton:
        """Every checkpoint id with its parent's, oldest first. Reads no state and no metadata."""
        return self._read(lambda rows: rows.skeleton(thread_id, namespace))

    def headers(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> list[Header]:
        """The headers of these checkpoints, in the order of `ids`; ids that the store lacks are left out.

        Reads no values but those of the channels that tell which nodes are due.
        """
        return headers_of(self._read, thread_id, namespace, ids).headers(ids)

    def checkpoint(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> Checkpoint:
        """One checkpoint, decoded. Raises CheckpointNotFound."""
        found = self._as_it_is(thread_id, namespace, checkpoint_id)
        return delta.with_names(found, lambda above: self._as_it_is(thread_id, namespace, above))

    def _as_it_is(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> Checkpoint:
        """One checkpoint, with what it tells of itself alone."""

        def work(rows: PostgresRows) -> tuple[Gathered, StoredState | None, _Values]:
            gathered = gather(rows, thread_id, namespace, [checkpoint_id])
            if checkpoint_id not in gathered.found:
                return gathered, None, ({}, [])
            state = rows.state(thread_id, namespace, checkpoint_id)
            known = self._values.known(state.blobs)
            return gathered, state, (known, list(rows.blobs([key for key in state.blobs if key not in known])))

        gathered, state, (known, fresh) = self._read(work)
        header = gathered.headers(self._read).header(checkpoint_id)
        if state is None:
            raise not_there(thread_id, checkpoint_id)
        return _full(header, state, {**known, **self._values.decode(fresh)})

    def writes(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> list[Task]:
        """What was written on this checkpoint by the tasks that ran from it, in the order of their paths."""

        def work(rows: PostgresRows) -> tuple[list[StoredWrite], Gathered]:
            found = rows.writes(thread_id, namespace, checkpoint_id)
            return found, gather(rows, thread_id, namespace, [checkpoint_id] if found else [])

        found, gathered = self._read(work)
        return gathered.headers(self._read).tasks(checkpoint_id, decoded(found))

    def namespaces(self, thread_id: str) -> list[str]:
        """The namespaces of a thread, the root ("") first, then subgraphs ("node:task_id", nested with "|")."""
        return self._read(lambda rows: rows.namespaces(thread_id))

    def stamp(self, thread_id: str = "") -> Hashable:
        """A value that differs when the store's content may have changed.

        Without a thread: the server's snapshot, which any transaction that writes anything changes, in whatever
        database. Of one thread: the first and the last checkpoint of each namespace, and the writes on the last;
        neither a change in other threads nor one in the middle of this one is seen.
        """
        return self._read(lambda rows: rows.stamp(thread_id) if thread_id else rows.moment())

    @property
    def writable(self) -> bool:
        """Whether the role may insert into and update the tables, and the server is no standby."""
        return self._layout is not None and self._layout[0].writable

    def close(self) -> None:
        """Let go of the store. Calling it twice is fine."""
        self._connections.close()

    def _read(self, work: Callable[[PostgresRows], T]) -> T:
        try:
            return self._connections.read(lambda connection: work(self._rows(connection)))
        except (errors.UndefinedTable, errors.UndefinedColumn, errors.InsufficientPrivilege):
            # The tables are not what they were: look anew, and say what is wrong with them if something is.
            self._layout = None
        except psycopg.Error as error:
            raise reading(error, self._address, self._seconds) from None
        try:
            return self._connections.read(lambda connection: work(self._rows(connection)))
        except psycopg.Error as error:
            raise reading(error, self._address, self._seconds) from None

    def _rows(self, connection: Connection) -> PostgresRows:
        known, now = self._layout, time.monotonic()
        if known is None or now - known[1] > _LAYOUT_SECONDS:
            known = self._layout = layout_of(connection, self._address), now
        return PostgresRows(connection, known[0])


def _full(header: Header, state: StoredState, apart: Mapping[BlobKey, Plain]) -> Checkpoint:
    checkpoint = state.checkpoint()
    inline = checkpoint["channel_values"]
    sizes = {name: len(json.dumps(value, ensure_ascii=False, default=str).encode()) for name, value in inline.items()}
    checkpoint["channel_values"] = {**inline, **{key.channel: apart[key] for key in state.blobs if key in apart}}
    if state.sends:
        add_sends(checkpoint, [cell.value() for cell in state.sends])
    sizes |= {key.channel: size for key, (_, size) in state.blobs.items()}
    sealed = any(crypt.encrypted(kind) for kind, _ in state.blobs.values())
    return full_of(header, checkpoint, sizes, sealed)
