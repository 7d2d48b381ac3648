"""A checkpoint store in a SQLite file, as written by langgraph-checkpoint-sqlite 3.1 and earlier."""

import os
import sqlite3
import time
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import TypeVar

from ui.timetravel.errors import StoreNotFound
from ui.timetravel.ground.weighed_cache import Cache
from ui.timetravel.model.checkpoint_refs import CheckpointKey
from ui.timetravel.model.checkpoints import (
    Checkpoint,
    CheckpointId,
    Header,
    Skeleton,
)
from ui.timetravel.stores.rows.checkpoint import build_checkpoint
from ui.timetravel.stores.rows.gathering import Gathered, gather
from ui.timetravel.stores.rows.store import TableStore
from ui.timetravel.stores.rows.stored import Cell
from ui.timetravel.stores.sqlite.connection import SqliteFile
from ui.timetravel.stores.sqlite.queries import SqliteQueries

T = TypeVar("T")

_DEADLINE_SECONDS = 20.0
_MOST_LEFT_OUT = 5
_HEADERS = 100
"""The number of headers in the cache."""
_SKELETONS_BYTES, _BYTES_OF_AN_ID = 64_000_000, 200


class SqliteStore(TableStore):
    """Reads one SQLite file, and leaves it, its log and the log's index byte for byte as they were.

    Safe to use from several threads. The file may be replaced, or deleted and created again: each read opens the file
    that has the name at that moment. The constructor and every read raise StoreNotFound, NotAStore and StoreUnreadable.
    """

    notes: tuple[str, ...]

    def __init__(self, target: str, deadline: float = _DEADLINE_SECONDS) -> None:
        """Check the file at the path `target`; one read may take `deadline` seconds."""
        super().__init__()
        path, real = _paths(target)
        self.name = str(path)
        self.title = path.name
        self.notes = ()
        self._file = SqliteFile(real, deadline)
        self._skeletons: Cache[tuple[str, str], tuple[Hashable, Skeleton]] = Cache(_SKELETONS_BYTES)
        self._left_out: dict[str, None] = {}
        self._headers: Cache[CheckpointKey, tuple[Hashable, Header]] = Cache(_HEADERS)
        try:
            self._read(lambda rows: None)
        except BaseException:
            self._file.close()
            raise

    def skeleton(self, thread_id: str, namespace: str = "") -> Skeleton:
        """See `Store.skeleton`.

        It is cached while the file is unchanged: reading 100,000 ids takes a tenth of a second.
        """
        token, place = self.change_token(), (thread_id, namespace)
        known = self._skeletons.get(place)
        if known is not None and known[0] == token:
            return known[1]
        found = super().skeleton(thread_id, namespace)
        self._skeletons.put(place, (token, found), _BYTES_OF_AN_ID * len(found.ids))
        return found

    def headers(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> list[Header]:
        """See `Store.headers`. Cached while the file is unchanged."""
        token = self.change_token()
        found = super().headers(thread_id, namespace, ids)
        for one in found:
            self._headers.put(CheckpointKey.of(one), (token, one), 1)
        return found

    def _as_it_is(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> Checkpoint:
        """See `RowStore._as_it_is`."""

        token = self.change_token()
        known = self._headers.get(CheckpointKey(thread_id, namespace, checkpoint_id))
        if known is not None and known[0] == token:  # making the header may take as long as all the rest together
            state, end = self._read(lambda rows: rows.state(thread_id, namespace, checkpoint_id))
            if self.change_token() == token:
                return build_checkpoint(known[1], state, end)

        def work(rows: SqliteQueries) -> tuple[Gathered, Cell, bytes]:
            gathered = gather(rows, thread_id, namespace, [checkpoint_id])
            return gathered, *rows.state(thread_id, namespace, checkpoint_id)

        gathered, state, end = self._read(work)
        return build_checkpoint(gathered.headers(self._read).header(checkpoint_id), state, end)

    def change_token(self, thread_id: str = "") -> Hashable:
        """See `Store.change_token`. It is made from the sizes and times of the file and its log."""
        del thread_id
        state = self._file.state()
        return state.main, state.wal, 0 if state.settled else time.monotonic_ns()

    @property
    def writable(self) -> bool:
        """Whether the file and its folder (for the log) may be written to, and opening it for writing does no harm.

        Raises StoreNotFound, NotAStore, StoreUnreadable.
        """
        permitted = os.access(self.name, os.W_OK) and os.access(Path(self.name).parent, os.W_OK)
        return permitted and not self._file.harmful

    def close(self) -> None:
        """Remove the copy, if one was made, and close the file. May be called more than once."""
        self._file.close()

    def _moment(self) -> Callable[[SqliteQueries], Hashable]:
        token = self.change_token()
        return lambda _: token

    def _read(self, work: Callable[[SqliteQueries], T]) -> T:
        def look(connection: sqlite3.Connection) -> tuple[T, list[str]]:
            rows = SqliteQueries(connection, self.name)
            return work(rows), rows.left_out

        result, left_out = self._file.read(look)
        if left_out:
            # A new list each time, since another thread may be iterating over the present one.
            self._left_out = {**self._left_out, **dict.fromkeys(left_out[:_MOST_LEFT_OUT])}
        self.notes = (*self._file.notes, *_about_left_out(list(self._left_out)))
        return result


def _about_left_out(ids: list[str]) -> list[str]:
    """Sentences on rows that no query can reach, because their ids (these) are not texts."""
    if not ids:
        return []
    told = ", ".join(ids[:_MOST_LEFT_OUT]) + (", …" if len(ids) > _MOST_LEFT_OUT else "")
    return [
        f"Rows whose thread, namespace or checkpoint id is no text are left out ({told}): LangGraph can't read such"
        " either."
    ]


def _paths(target: str) -> tuple[Path, Path]:
    """The path as the target names it, and the path with links resolved.

    Raises StoreNotFound for what can't be a path.
    """
    try:
        path = Path(target).expanduser()
        return path, path.resolve()
    except (
        ValueError,
        OSError,
        RuntimeError,
    ):  # such as a NUL, a name that is too long, "~name" of an unknown user
        raise StoreNotFound(f"There is no file {ascii(target)[:200]}. Check the path.") from None
