"""The one place that decides how a PostgreSQL database is opened, so that reading can't change it.

Each read is one short transaction that is REPEATABLE READ (all its queries see one moment) and READ ONLY, with time
limits that end with it. These are set in the transaction rather than in the session, so that they also hold behind a
pooler such as PgBouncer; for the same reason no statement is prepared.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg import errors
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format, TransactionStatus
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from ui.timetravel.errors import StoreUnreadable
from ui.timetravel.stores.postgres.address import Address
from ui.timetravel.stores.postgres.errors import connecting, reading

T = TypeVar("T")
PostgresConnection = psycopg.Connection[tuple[Any, ...]]

_MOST_CONNECTIONS = 4
_CONNECT_SECONDS = 5
_IDLE_SECONDS = 120.0
_PATIENCE_SECONDS = 0.5
_LOCK_SECONDS = 5.0
_BROKEN = (errors.AdminShutdown, errors.CrashShutdown, errors.CannotConnectNow, errors.IdleInTransactionSessionTimeout)

# The pool logs its failures. `read` raises all of them as well, in our own words, so the log is switched off.
logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)


class Connections:
    """A few connections to one database, made when they are needed. Safe to use from several threads."""

    def __init__(self, address: Address, seconds: float) -> None:
        """`seconds` is how long one query may take. No connection is made yet."""
        self._address = address
        self._seconds = seconds
        self._begin = _begin(seconds)
        self._options: dict[str, Any] = {
            "autocommit": True,
            "prepare_threshold": None,
            "application_name": "timetravel",
            "client_encoding": "utf8",
        }
        if not address.has_timeout:
            self._options["connect_timeout"] = _CONNECT_SECONDS
        self._lock = threading.Lock()
        self._pool: ConnectionPool[PostgresConnection] | None = None
        self._closed = False

    def read(self, work: Callable[[PostgresConnection], T]) -> T:
        """Run `work` in one read-only transaction, and return its result.

        If the connection turns out to be broken (a restarted server, a closed tunnel), `work` is run once more on a new
        one. Raises StoreNotFound and StoreUnreadable. psycopg's ProgrammingError and DataError are passed on to the
        caller.
        """
        for last in (False, True):
            try:
                with self._borrowed() as connection, self._transaction(connection):
                    return work(connection)
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                if last or not _is_broken(error):
                    raise reading(error, self._address, self._seconds) from None
            self._opened().check()
        raise AssertionError

    def close(self) -> None:
        """Close all connections. May be called more than once."""
        with self._lock:
            self._closed = True
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    @contextmanager
    def _transaction(self, connection: PostgresConnection) -> Iterator[None]:
        connection.execute(self._begin)
        try:
            yield
        finally:
            if connection.info.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
                connection.rollback()

    @contextmanager
    def _borrowed(self) -> Iterator[PostgresConnection]:
        pool = self._opened()
        try:
            connection = self._wait_for(pool)
        except PoolClosed:
            raise StoreUnreadable("This store was closed. Open it again.") from None
        except PoolTimeout:
            raise StoreUnreadable(
                f"The database {self._address.title} is busy with other reads. Try again in a moment."
            ) from None
        try:
            yield connection
        finally:
            pool.putconn(connection)

    def _wait_for(self, pool: ConnectionPool[PostgresConnection]) -> PostgresConnection:
        try:
            return pool.getconn(_PATIENCE_SECONDS)
        except PoolTimeout:
            self._check()
            return pool.getconn(self._seconds)

    def _check(self) -> None:
        """Raise the reason why there is no connection.

        The pool can't give it: it only notices, later, that it has none.
        """
        try:
            PostgresConnection.connect(self._address.conninfo, **self._options).close()
        except psycopg.Error as error:
            raise connecting(error, self._address) from None

    def _opened(self) -> ConnectionPool[PostgresConnection]:
        with self._lock:
            if self._closed:
                raise StoreUnreadable("This store was closed. Open it again.")
            if self._pool is None:
                self._check()
                self._pool = ConnectionPool(
                    self._address.conninfo,
                    kwargs=self._options,
                    configure=_configure,
                    min_size=0,
                    max_size=_MOST_CONNECTIONS,
                    max_idle=_IDLE_SECONDS,
                    reconnect_timeout=0,
                    num_workers=1,
                    open=True,
                )
            return self._pool


class _Lenient(Loader):
    """Loads text, with replacement characters for bytes that are not UTF-8: under SQL_ASCII a database holds any
    bytes.
    """

    def load(self, data: Buffer) -> str:
        return bytes(data).decode("utf-8", "replace")


class _LenientBinary(_Lenient):
    format = Format.BINARY


def _configure(connection: PostgresConnection) -> None:
    for kind in ("text", "varchar"):
        for loader in (_Lenient, _LenientBinary):
            connection.adapters.register_loader(kind, loader)
    if connection.info.parameter_status("server_encoding") == "SQL_ASCII":
        # Otherwise the server refuses to send bytes that are no UTF-8.
        connection.execute("SET client_encoding = 'SQL_ASCII'")


def _begin(seconds: float) -> bytes:
    limit, lock = int(seconds * 1000), int(min(seconds / 2, _LOCK_SECONDS) * 1000)
    return (
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
        f"SET LOCAL statement_timeout = {limit};"
        f"SET LOCAL lock_timeout = {lock};"
        f"SET LOCAL idle_in_transaction_session_timeout = {limit};"
        # Compiling a query takes longer than any of ours needs.
        "SET LOCAL jit = off"
    ).encode()


def _is_broken(error: psycopg.Error) -> bool:
    return isinstance(error, _BROKEN) or error.sqlstate is None
