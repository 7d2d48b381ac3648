"""Long-term memory (LangGraph's BaseStore) in a SQLite file of its own, which is created with the first item."""

import asyncio
import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from langgraph.store.base import BaseStore, GetOp, Op, PutOp, Result, SearchOp
from langgraph.store.memory import InMemoryStore

from ..savers.opening.harmful import refuse_a_harmful_opening
from .memory_index import fill, vectors_of

try:
    from langgraph.store.sqlite import SqliteStore
except ImportError:  # langgraph-checkpoint-sqlite before 2.0.8 has none
    SqliteStore = None  # type: ignore[assignment, misc]

ItemKey = tuple[tuple[str, ...], str]

_BUSY_SECONDS = 30.0
_TABLES = """
CREATE TABLE IF NOT EXISTS timetravel_deleted (namespace TEXT, key TEXT, PRIMARY KEY (namespace, key));
CREATE TABLE IF NOT EXISTS timetravel_vectors (namespace TEXT, key TEXT, vectors TEXT, PRIMARY KEY (namespace, key));
"""

CAN_LAST = SqliteStore is not None
"""Whether this Python's LangGraph has a long-term store in SQLite."""


class LastingStore(BaseStore):
    """LangGraph's SqliteStore on a file, also for awaited calls. Safe to use from several threads and processes.

    Searches by meaning, if there is an `index`, are done in memory with the vectors in the file: only a Python that may
    load extensions can do that in SQLite itself. With `read_only` the file is never created or written to.
    """

    supports_ttl = True

    def __init__(
        self, path: Path, index: Mapping[str, Any] | None = None, ttl: Any = None, *, read_only: bool = False
    ) -> None:
        self.path = path
        self.ttl_config = ttl
        self._read_only = read_only
        self._index: Any = InMemoryStore(index=dict(index)) if index else None  # type: ignore[arg-type]
        self._index_of = -1
        self._lock = threading.RLock()
        self._store: Any = None
        self._connection: Any = None

    @property
    def embeddings(self) -> Any:
        """The embeddings for searching by meaning; None where there are none."""
        return self._index.embeddings if self._index is not None else None

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        """Do these operations, reads before puts as in every store."""
        listed = list(ops)
        with self._lock:
            if not self._opened(for_a_put=any(isinstance(op, PutOp) for op in listed)):
                return [None if isinstance(op, GetOp | PutOp) else [] for op in listed]
            puts = [op for op in listed if isinstance(op, PutOp)]
            results = [None if isinstance(op, PutOp) else self._read(op) for op in listed]
            if puts:
                self._put(puts)
            return results

    async def abatch(self, ops: Iterable[Op]) -> list[Result]:
        """See `batch`; this one is awaited."""
        return await asyncio.to_thread(self.batch, list(ops))

    def hide(self, namespace: tuple[str, ...], key: str) -> None:
        """Remember that this item of the store below is deleted here."""
        with self._lock:
            self._opened(for_a_put=True)
            row = (json.dumps(namespace), key)
            self._connection.execute("INSERT OR IGNORE INTO timetravel_deleted VALUES (?, ?)", row)

    def unhide(self, namespace: tuple[str, ...], key: str) -> None:
        """Let the item of the store below be seen again."""
        with self._lock:
            if self._opened():
                unhide = "DELETE FROM timetravel_deleted WHERE namespace = ? AND key = ?"
                self._connection.execute(unhide, (json.dumps(namespace), key))

    def hidden(self) -> set[ItemKey]:
        """The items of the store below that are deleted here."""
        with self._lock:
            if not self._opened():
                return set()
            try:
                rows = self._connection.execute("SELECT namespace, key FROM timetravel_deleted").fetchall()
            except sqlite3.OperationalError:  # a read-only file made by another version
                return set()
            return {(tuple(json.loads(namespace)), key) for namespace, key in rows}

    def keys(self) -> set[ItemKey]:
        """The keys of the items in this store."""
        with self._lock:
            if not self._opened():
                return set()
            rows = self._connection.execute("SELECT prefix, key FROM store").fetchall()
            return {(tuple(prefix.split(".")), key) for prefix, key in rows}

    def _read(self, op: Op) -> Result:
        if isinstance(op, SearchOp) and op.query and self._index is not None:
            self._fill_index()
            return self._index.batch([op])[0]  # type: ignore[no-any-return]
        return self._store.batch([op])[0]  # type: ignore[no-any-return]

    def _put(self, puts: list[PutOp]) -> None:
        self._store.batch(puts)
        for op in puts:
            if op.value is not None:
                self.unhide(op.namespace, op.key)
            if self._index is not None:
                self._index.batch([op])
                kept = vectors_of(self._index, op.namespace, op.key) if op.value is not None else {}
                row = (json.dumps(op.namespace), op.key, json.dumps(kept))
                self._connection.execute("INSERT OR REPLACE INTO timetravel_vectors VALUES (?, ?, ?)", row)

    def _fill_index(self) -> None:
        """Load the file's content into memory, unless no other process has written to it since."""
        version = self._connection.execute("PRAGMA data_version").fetchone()[0]
        if version == self._index_of:
            return
        rows = self._connection.execute("SELECT * FROM timetravel_vectors").fetchall()
        kept = [(tuple(json.loads(namespace)), key, json.loads(vectors)) for namespace, key, vectors in rows]
        fill(self._index, self._store.search((), limit=1_000_000), kept)
        self._index_of = version

    def _opened(self, *, for_a_put: bool = False) -> bool:
        """Open the file, and return whether it exists; for a put it is created."""
        if self._store is not None:
            return True
        if not self.path.exists() and (self._read_only or not for_a_put):
            return False
        refuse_a_harmful_opening(self.path)
        self._store = self._read_only_store() if self._read_only else self._writable_store()
        return self._store is not None

    def _writable_store(self) -> Any:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if ".timetravel" in self.path.parent.parts and not self.path.exists():
            # Only its owner may read the app's files. SQLite gives its logs the rights of the file.
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, check_same_thread=False, isolation_level=None)
        made: Any = SqliteStore(connection, ttl=self.ttl_config)
        made.timetravel_own = True
        made.setup()
        connection.executescript(_TABLES)
        self._connection = connection
        with suppress(sqlite3.Error):
            made.sweep_ttl()
        return made

    def _read_only_store(self) -> Any:
        address = f"{self.path.resolve().as_uri()}?mode=ro"
        connection = sqlite3.connect(
            address, timeout=_BUSY_SECONDS, check_same_thread=False, isolation_level=None, uri=True
        )
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'store'").fetchone() is None:
            connection.close()  # created on a full disk, and still empty
            return None
        made: Any = SqliteStore(connection)
        made.timetravel_own = made.is_setup = True
        self._connection = connection
        return made


def is_ours(store: BaseStore) -> bool:
    """Whether this is the store inside a `LastingStore`, rather than one of the user's."""
    return bool(getattr(store, "timetravel_own", False))


def without_refresh(op: Op) -> Op:
    """The same read, which does not extend the lifetime of what it finds: that would be a write."""
    return op._replace(refresh_ttl=False) if isinstance(op, GetOp | SearchOp) else op
