"""The one place that decides how a SQLite file is opened, so that reading leaves no trace on it.

Measured on Linux through Python's sqlite3 (tests/timetravel/stores/sqlite/test_untouched.py holds it):

- `mode=ro` with `readonly_shm=1` reads a store that a writer has open, and one left behind by a killed writer, and
  leaves the file, its log (-wal) and the log's index (-shm) byte for byte. Without `readonly_shm` the index is
  rewritten.
- Where a log-keeping (WAL) file has neither log nor index, that way fails and leaves an empty log behind, and plain
  `mode=ro` leaves both. `immutable=1` leaves nothing, but must not be trusted while the file changes.
- Where the index is missing but the log is not, only a copy can be read without making the index beside the store.

So each read is one short connection, opened according to the files' state at that moment: no lock outlives a read, a
file that was replaced is simply opened by the next read, and threads share nothing.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ui.timetravel.errors import NotAStore, StoreNotFound, StoreUnreadable
from ui.timetravel.stores.sqlite.copy import ChangedWhileCopied, Copy
from ui.timetravel.stores.sqlite.file_state import HEADER_BYTES, FileState, WayToRead, file_state, opened, way_to_read
from ui.timetravel.stores.sqlite.journal import names_another_file
from ui.timetravel.stores.sqlite.read_only import connected, lenient_text

T = TypeVar("T")

WITHOUT_LOCKS = "No other program has the store open, so it is read without locks, and read again when it changes."
_TRIES = 5


class SqliteFile:
    """Opens one SQLite file for short reads, in the first of the ways above that leaves no trace.

    Safe to use from several threads.
    """

    def __init__(self, path: Path, deadline: float) -> None:
        self.path = path
        self.notes: tuple[str, ...] = ()
        self._deadline = deadline
        self._lock = threading.Lock()
        self._fd: int | None = None
        self._fd_of: tuple[int, int] | None = None
        self._copy: Copy | None = None
        self._closed = False

    def state(self) -> FileState:
        """The state of the store's files now. Raises StoreNotFound, NotAStore (a folder), StoreUnreadable."""
        return file_state(self.path)

    @property
    def harmful(self) -> bool:
        """Whether opening the store to write to it would make SQLite delete its log, or a file that its journal names.

        Raises as `state` does.
        """
        state = self.state()
        return state.log_alone or names_another_file(self.path, state)

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The result of `work`, run in one read transaction on a connection that can only read.

        Raises StoreNotFound, NotAStore and StoreUnreadable. `work` may run more than once when the file changes
        meanwhile.
        """
        if self._closed:
            raise StoreUnreadable("This store was closed. Open it again.")
        trouble: sqlite3.Error | None = None
        for attempt in range(_TRIES):
            before = self.state()
            try:
                return self._read_once(before, work)
            except sqlite3.Error as error:
                trouble = error
                if self.state() == before and not _is_passing(error):
                    break
            except ChangedWhileCopied:
                pass
            time.sleep(0.01 * attempt)
        raise self._told(trouble)

    def close(self) -> None:
        """Remove the copy, if one was made, and close the file. May be called more than once."""
        with self._lock:
            self._closed = True
            self._drop_copy()
            if self._fd is not None:
                os.close(self._fd)
                self._fd = None

    # --- the ways to open it, the first one that leaves no trace ---

    def _read_once(self, state: FileState, work: Callable[[sqlite3.Connection], T]) -> T:
        way = way_to_read(self.path, state, self._header())
        if way is WayToRead.UNLOCKED:
            # Nothing is locked in this mode: what was read counts only if the file is unchanged afterwards.
            self.notes = (WITHOUT_LOCKS,)
            result = self._with(self.path, "mode=ro&immutable=1", work)
            if self.state() != state:
                raise ChangedWhileCopied
            return result
        if way.copies:
            return self._from_copy(state, way, work)
        try:
            result = self._with(self.path, "mode=ro&readonly_shm=1", work)
        except sqlite3.OperationalError as error:
            if not _needs_copy(error):
                raise
            if self.state() != state:
                raise ChangedWhileCopied from error
            undone = error.sqlite_errorname == "SQLITE_READONLY_ROLLBACK"
            return self._from_copy(state, WayToRead.HALF_DONE if undone else WayToRead.CLOSED, work)
        self.notes = ()
        return result

    def _with(self, path: Path, query: str, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            with connected(path, query, self._deadline) as connection:
                return work(connection)
        except sqlite3.OperationalError as error:
            if "decode to UTF-8" not in str(error):
                raise
        except UnicodeDecodeError as error:  # SQLite's message about a damaged schema contains bytes of it
            raise sqlite3.DatabaseError("malformed database schema") from error
        with connected(path, query, self._deadline) as connection:
            # Ten times slower than the default, so used only where a column of texts holds bytes that are not UTF-8.
            connection.text_factory = lenient_text
            return work(connection)

    def _from_copy(self, state: FileState, way: WayToRead, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._lock:
            if self._copy is None or self._copy.state != state:
                self._drop_copy()
                self._copy = Copy(self.path, state, way, self._descriptor())
            copy = self._copy
            self.notes = (f"You see a copy of the store, made at {copy.made}: {copy.why}.",)
            return self._with(copy.path, "mode=ro", work)

    def _drop_copy(self) -> None:
        if self._copy is not None:
            self._copy.drop()
            self._copy = None

    def _header(self) -> bytes:
        with self._lock:
            descriptor = self._descriptor()
            try:
                return os.pread(descriptor, HEADER_BYTES, 0)
            except OSError as error:
                raise StoreUnreadable(f"{self.path} can't be read: {error.strerror}.") from error

    def _descriptor(self) -> int:
        # Closing any descriptor of a file drops this process's locks on it (POSIX), those of a read in another thread
        # too. So one stays open for as long as the file is the same.
        try:
            stat = self.path.stat()
            if self._fd is None or self._fd_of != (stat.st_dev, stat.st_ino):
                fresh = opened(self.path, follow=True)
                if self._fd is not None:
                    os.close(self._fd)
                self._fd, self._fd_of = fresh, (stat.st_dev, stat.st_ino)
        except FileNotFoundError as error:
            raise StoreNotFound(f"There is no file {self.path}. Check the path.") from error
        except OSError as error:
            raise StoreUnreadable(f"{self.path} can't be read: {error.strerror}.") from error
        return self._fd

    def _told(self, error: sqlite3.Error | None) -> Exception:
        text = str(error) if error else "it changed every time it was read"
        if "not a database" in text:
            return NotAStore(f"{self.path} is not a SQLite database. Name a file that LangGraph's SQLite saver wrote.")
        if "no such table" in text or "no such column" in text:
            return NotAStore(f"{self.path} is not a checkpoint store any more: {text}.")
        if "locked" in text or "busy" in text:
            return StoreUnreadable(f"{self.path} is locked by another process. Try again when it is done.")
        if "interrupted" in text:
            return StoreUnreadable(
                f"Reading {self.path} took longer than {self._deadline:g} seconds and was given up. Ask for less."
            )
        if "malformed" in text or "corrupt" in text:
            return StoreUnreadable(f"{self.path} is damaged ({text}). Try the `.recover` command of the sqlite3 tool.")
        return StoreUnreadable(f"{self.path} can't be read: {text}.")


def _is_passing(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorname", "").startswith(("SQLITE_READONLY_CANTINIT", "SQLITE_SCHEMA"))


def _needs_copy(error: sqlite3.Error) -> bool:
    name: str = getattr(error, "sqlite_errorname", "")
    return name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_IOERR_SHM", "SQLITE_IOERR_LOCK"))
