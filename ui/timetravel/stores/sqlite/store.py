"""A checkpoint store in a SQLite file, as langgraph-checkpoint-sqlite 3.1 writes it (and older versions did)."""

import os
import sqlite3
import time
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import TypeVar

from ui.timetravel.errors import StoreNotFound
from ui.timetravel.ground.weighed_cache import Cache
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
"""How many of those that were read last are known again."""
_SKELETONS_BYTES, _BYTES_OF_AN_ID = 64_000_000, 200


class SqliteStore(TableStore):
    """Reads one SQLite file, and leaves it, its log and the log's index byte for byte as they were.

    Safe to use from several threads. Survives the file being replaced, or deleted and made again: a read sees what lies
    there at that moment. The constructor and every read raise StoreNotFound, NotAStore and StoreUnreadable.
    """

    notes: tuple[str, ...]

    def __init__(self, target: str, deadline: float = _DEADLINE_SECONDS) -> None:
        """Check the file at the path `target`; `deadline` is the seconds that one read may take."""
        super().__init__()
        path, real = _paths(target)
        self.name = str(path)
        self.title = path.name
        self.notes = ()
        self._opener = SqliteFile(real, deadline)
        self._skeletons: Cache[tuple[str, str], tuple[Hashable, Skeleton]] = Cache(_SKELETONS_BYTES)
        self._left_out: dict[str, None] = {}
        self._headers: Cache[tuple[str, str, CheckpointId], tuple[Hashable, Header]] = Cache(_HEADERS)
        try:
            self._read(lambda rows: None)
        except BaseException:
            self._opener.close()
            raise

    def skeleton(self, thread_id: str, namespace: str = "") -> Skeleton:
        """Every checkpoint id with its parent's, oldest first. Reads no state and no metadata.

        It is remembered for as long as the file is as it was: reading 100,000 ids takes a tenth of a second.
        """
        stamp, place = self.stamp(), (thread_id, namespace)
        known = self._skeletons.get(place)
        if known is not None and known[0] == stamp:
            return known[1]
        found = super().skeleton(thread_id, namespace)
        self._skeletons.put(place, (stamp, found), _BYTES_OF_AN_ID * len(found.ids))
        return found

    def headers(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> list[Header]:
        """The headers of these checkpoints, in the order of `ids`; ids that the store lacks are left out."""
        stamp = self.stamp()
        found = super().headers(thread_id, namespace, ids)
        for one in found:
            self._headers.put((thread_id, namespace, one.checkpoint_id), (stamp, one), 1)
        return found

    def _as_it_is(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> Checkpoint:
        """One checkpoint, with what it tells of itself alone."""

        stamp = self.stamp()
        known = self._headers.get((thread_id, namespace, checkpoint_id))
        if known is not None and known[0] == stamp:  # what a header tells may take as long as all else together
            state, end = self._read(lambda rows: rows.state(thread_id, namespace, checkpoint_id))
            if self.stamp() == stamp:
                return build_checkpoint(known[1], state, end)

        def work(rows: SqliteQueries) -> tuple[Gathered, Cell, bytes]:
            gathered = gather(rows, thread_id, namespace, [checkpoint_id])
            return gathered, *rows.state(thread_id, namespace, checkpoint_id)

        gathered, state, end = self._read(work)
        return build_checkpoint(gathered.headers(self._read).header(checkpoint_id), state, end)

    def stamp(self, thread_id: str = "") -> Hashable:
        """A value that differs when the store's content may have changed: what the file system says of the file."""
        del thread_id
        lie = self._opener.lie()
        return lie.main, lie.wal, 0 if lie.settled else time.monotonic_ns()

    @property
    def writable(self) -> bool:
        """Whether the file and the folder that its log goes into are not write-protected, and opening it harms nothing.

        Raises StoreNotFound, NotAStore, StoreUnreadable.
        """
        permitted = os.access(self.name, os.W_OK) and os.access(Path(self.name).parent, os.W_OK)
        return permitted and not self._opener.harmful

    def close(self) -> None:
        """Let go of the store. Calling it twice is fine."""
        self._opener.close()

    def _moment(self) -> Callable[[SqliteQueries], Hashable]:
        stamp = self.stamp()
        return lambda _: stamp

    def _read(self, work: Callable[[SqliteQueries], T]) -> T:
        def look(connection: sqlite3.Connection) -> tuple[T, list[str]]:
            rows = SqliteQueries(connection, self.name)
            return work(rows), rows.left_out

        result, left_out = self._opener.read(look)
        if left_out:
            # A new one each time: another thread may be going over the one that is there.
            self._left_out = {**self._left_out, **dict.fromkeys(left_out[:_MOST_LEFT_OUT])}
        self.notes = (*self._opener.notes, *_about_left_out(list(self._left_out)))
        return result


def _about_left_out(ids: list[str]) -> list[str]:
    """What is said of rows that can be asked for by no text, of which these are the ids that were met."""
    if not ids:
        return []
    told = ", ".join(ids[:_MOST_LEFT_OUT]) + (", …" if len(ids) > _MOST_LEFT_OUT else "")
    return [
        f"Rows whose thread, namespace or checkpoint id is no text are left out ({told}): LangGraph can't read such"
        " either."
    ]


def _paths(target: str) -> tuple[Path, Path]:
    """The path as it is called, and where it leads. Raises StoreNotFound for what no file can be called."""
    try:
        path = Path(target).expanduser()
        return path, path.resolve()
    except (ValueError, OSError, RuntimeError):  # such as a NUL, a name that is too long, "~name" of nobody here
        raise StoreNotFound(f"There is no file {ascii(target)[:200]}. Check the path.") from None
