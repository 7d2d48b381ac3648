"""A checkpoint store in a PostgreSQL database, as written by langgraph-checkpoint-postgres 3.2 and earlier."""

import json
import time
from collections.abc import Callable, Hashable, Mapping
from typing import TypeVar

import psycopg
from psycopg import errors

from ui.timetravel.model.checkpoints import (
    Checkpoint,
    CheckpointId,
    Header,
)
from ui.timetravel.model.values import Plain
from ui.timetravel.serde import encryption as crypt
from ui.timetravel.stores.postgres.address import Address
from ui.timetravel.stores.postgres.channel_values import Values
from ui.timetravel.stores.postgres.connection import Connections, PostgresConnection
from ui.timetravel.stores.postgres.errors import reading
from ui.timetravel.stores.postgres.queries import PostgresQueries
from ui.timetravel.stores.postgres.schema import PostgresSchema, layout_of
from ui.timetravel.stores.postgres.stored import BlobKey, StoredState, add_sends
from ui.timetravel.stores.rows.checkpoint import build_from_values
from ui.timetravel.stores.rows.gathering import Gathered, gather
from ui.timetravel.stores.rows.headers import not_there
from ui.timetravel.stores.rows.store import TableStore
from ui.timetravel.stores.rows.stored import Cell

T = TypeVar("T")
_Values = tuple[dict[BlobKey, Plain], list[tuple[BlobKey, Cell]]]
"""Values from the cache, and others as they are stored."""

_SECONDS = 20.0
_LAYOUT_SECONDS = 30.0
_KEPT_BYTES = 64 << 20


class PostgresStore(TableStore):
    """Reads a database in which the role needs the right to SELECT from LangGraph's three tables and no others.

    Safe to use from several threads. Survives a restart of the server. The constructor and every read raise
    StoreNotFound, NotAStore and StoreUnreadable; no name, text or error contains a password.
    """

    notes: tuple[str, ...] = ()

    def __init__(self, url: str, seconds: float = _SECONDS, *, name: str = "", title: str = "") -> None:
        """Connect to the database at a postgresql:// URL and check it; one query may take `seconds`.

        `name` and `title` replace those made from the URL, for the embedded PostgreSQL, whose URL is not shown.
        """
        super().__init__()
        self._address = Address(url)
        self.name = name or self._address.name
        self.title = title or self._address.title
        self._seconds = seconds
        self._connections = Connections(self._address, seconds)
        self._values = Values(_KEPT_BYTES)
        self._layout: tuple[PostgresSchema, float] | None = None
        try:
            self._read(lambda rows: None)
        except BaseException:
            self._connections.close()
            raise

    def _as_it_is(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> Checkpoint:
        """See `RowStore._as_it_is`."""

        def work(rows: PostgresQueries) -> tuple[Gathered, StoredState | None, _Values]:
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

    def change_token(self, thread_id: str = "") -> Hashable:
        """See `Store.change_token`.

        Without a thread it is the server's snapshot id, which changes with any writing transaction in any database of
        the server. For one thread it is made from the first and last checkpoint of each namespace and the writes on the
        last; changes in other threads or in the middle of this one do not show.
        """
        return self._read(lambda rows: rows.change_token(thread_id) if thread_id else rows.moment())

    @property
    def writable(self) -> bool:
        """Whether the role may insert into and update the tables, and the server is not a standby."""
        return self._layout is not None and self._layout[0].writable

    def close(self) -> None:
        """Close the connections. May be called more than once."""
        self._connections.close()

    def _moment(self) -> Callable[[PostgresQueries], Hashable]:
        return lambda rows: rows.moment()

    def _read(self, work: Callable[[PostgresQueries], T]) -> T:
        try:
            return self._connections.read(lambda connection: work(self._rows(connection)))
        except (errors.UndefinedTable, errors.UndefinedColumn, errors.InsufficientPrivilege):
            # The tables have changed since they were examined: examine them again, and report what is wrong with them,
            # if anything.
            self._layout = None
        except psycopg.Error as error:
            raise reading(error, self._address, self._seconds) from None
        try:
            return self._connections.read(lambda connection: work(self._rows(connection)))
        except psycopg.Error as error:
            raise reading(error, self._address, self._seconds) from None

    def _rows(self, connection: PostgresConnection) -> PostgresQueries:
        known, now = self._layout, time.monotonic()
        if known is None or now - known[1] > _LAYOUT_SECONDS:
            known = self._layout = layout_of(connection, self._address), now
        return PostgresQueries(connection, known[0])


def _full(header: Header, state: StoredState, apart: Mapping[BlobKey, Plain]) -> Checkpoint:
    checkpoint = state.checkpoint()
    inline = checkpoint["channel_values"]
    sizes = {name: len(json.dumps(value, ensure_ascii=False, default=str).encode()) for name, value in inline.items()}
    checkpoint["channel_values"] = {**inline, **{key.channel: apart[key] for key in state.blobs if key in apart}}
    if state.sends:
        add_sends(checkpoint, [cell.value() for cell in state.sends])
    sizes |= {key.channel: size for key, (_, size) in state.blobs.items()}
    sealed = any(crypt.encrypted(kind) for kind, _ in state.blobs.values())
    return build_from_values(header, checkpoint, sizes, sealed)
