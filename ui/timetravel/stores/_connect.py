"""The one place that decides how a SQLite file is opened, so that reading leaves no trace on it.

Measured on Linux through Python's sqlite3 (tests/timetravel/stores/test_untouched.py holds it):

- `mode=ro` with `readonly_shm=1` reads a store that a writer has open, and one left behind by a killed writer, and
  leaves the file, its log (-wal) and the log's index (-shm) byte for byte. Without `readonly_shm` the index is
  rewritten.
- Where a log-keeping (WAL) file has neither log nor index, that way fails and leaves an empty log behind, and plain
  `mode=ro` leaves both. `immutable=1` leaves nothing, but must not be trusted while the file changes.
- Where the index is missing but the log is not, only a copy can be read without making the index beside the store.

So each read is one short connection, opened by what lies there at that moment: no lock outlives a read, a replaced file
is simply the file that the next read opens, and threads share nothing.
"""

import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, TypeVar

from ui.timetravel.errors import NotAStore, StoreNotFound, StoreUnreadable
from ui.timetravel.guard import guard
from ui.timetravel.stores._guarded import connected, lenient_text

T = TypeVar("T")

_TRIES = 5
_COMPANIONS = ("-wal", "-journal")

Mark = tuple[int, int, int, int]
"""Device, inode, size in bytes, and time of the last change in nanoseconds."""


@dataclass(frozen=True, slots=True)
class Lie:
    """How the store lies in its folder at one moment; equal when nothing was written in between."""

    main: Mark
    wal: Mark | None
    journal: Mark | None
    shm: bool

    @property
    def log(self) -> bool:
        """Whether a log with something in it lies beside the file."""
        return self.wal is not None and self.wal[2] > 0


class Opener:
    """Opens one SQLite file for short reads, by the ladder above. Safe to use from several threads."""

    def __init__(self, path: Path, deadline: float) -> None:
        self.path = path
        self.notes: tuple[str, ...] = ()
        self._deadline = deadline
        self._lock = threading.Lock()
        self._fd: int | None = None
        self._fd_of: tuple[int, int] | None = None
        self._copy: tuple[Lie, Path, str] | None = None
        self._closed = False

    def lie(self) -> Lie:
        """How the store lies there now. Raises StoreNotFound, NotAStore (a folder), StoreUnreadable."""
        main = _mark(self.path)
        if main is None:
            raise StoreNotFound(f"There is no file {self.path}. Check the path.")
        if self.path.is_dir():
            raise NotAStore(f"{self.path} is a folder. Name the SQLite file in it.")
        if not self.path.is_file():
            raise NotAStore(f"{self.path} is no ordinary file. Name a SQLite file.")
        return Lie(main, _mark(_beside(self.path, "-wal")), _mark(_beside(self.path, "-journal")), self._has_shm())

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in one read transaction on a connection that can only read, and give back what it gives.

        Raises StoreNotFound, NotAStore and StoreUnreadable; `work` may run more than once when the file changes.
        """
        if self._closed:
            raise StoreUnreadable("This store was closed. Open it again.")
        trouble: sqlite3.Error | None = None
        for attempt in range(_TRIES):
            before = self.lie()
            try:
                return self._read_once(before, work)
            except sqlite3.Error as error:
                trouble = error
                if self.lie() == before and not _is_passing(error):
                    break
            except _Changed:
                pass
            time.sleep(0.01 * attempt)
        raise self._told(trouble)

    def close(self) -> None:
        """Remove the copy, if one was made, and let go of the file. Calling it twice is fine."""
        with self._lock:
            self._closed = True
            self._drop_copy()
            if self._fd is not None:
                os.close(self._fd)
                self._fd = None

    # --- the ladder ---

    def _read_once(self, lie: Lie, work: Callable[[sqlite3.Connection], T]) -> T:
        logs = self._keeps_log(lie)
        if logs and not lie.log and not (lie.wal and lie.shm):
            # Nothing is locked in this mode, so only an unchanged file vouches for what was read.
            self.notes = (
                "No other program has the store open, so it is read without locks, and read again when it changes.",
            )
            result = self._with(self.path, "mode=ro&immutable=1", work)
            if self.lie() != lie:
                raise _Changed
            return result
        if logs and not lie.shm:
            return self._from_copy(lie, work)
        try:
            result = self._with(self.path, "mode=ro&readonly_shm=1", work)
        except sqlite3.OperationalError as error:
            if not _needs_copy(error):
                raise
            if self.lie() != lie:
                raise _Changed from error
            return self._from_copy(lie, work)
        self.notes = ()
        return result

    def _with(self, path: Path, query: str, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            with connected(path, query, self._deadline) as connection:
                return work(connection)
        except sqlite3.OperationalError as error:
            if "decode to UTF-8" not in str(error):
                raise
        except UnicodeDecodeError as error:  # what SQLite says of a damaged schema holds bytes of it
            raise sqlite3.DatabaseError("malformed database schema") from error
        with connected(path, query, self._deadline) as connection:
            # Ten times slower than the default, and only wanted where somebody wrote text that is none.
            connection.text_factory = lenient_text
            return work(connection)

    def _from_copy(self, lie: Lie, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._lock:
            if self._copy is None or self._copy[0] != lie:
                self._drop_copy()
                self._copy = (lie, *self._copied(lie))
            _, path, made = self._copy
            self.notes = (f"You see a copy of the store, made at {made}: its log can't be read in place.",)
            return self._with(path, "mode=ro", work)

    def _copied(self, lie: Lie) -> tuple[Path, str]:
        folder = guard.temporary_folder()
        made = datetime.now().astimezone().strftime("%H:%M:%S %Z")
        copy = folder / "store.sqlite"
        try:
            with copy.open("wb") as target:
                self._copy_main(target)
            for suffix in _COMPANIONS:
                with suppress(FileNotFoundError):
                    shutil.copyfile(_beside(self.path, suffix), _beside(copy, suffix))
            if self.lie() != lie:
                raise _Changed
            # A copy may be written: SQLite takes in the log, or rolls back a half-made change, once and for all.
            with sqlite3.connect(copy) as connection:
                connection.execute("PRAGMA journal_mode=DELETE")
            connection.close()
        except OSError as error:
            guard.remove(folder)
            raise StoreUnreadable(f"{self.path} has to be copied to be read, and that failed: {error}.") from error
        except BaseException:
            guard.remove(folder)
            raise
        return copy, made

    def _copy_main(self, target: BinaryIO) -> None:
        source, offset = self._descriptor(), 0
        while piece := os.pread(source, 1 << 20, offset):
            offset += target.write(piece)

    def _drop_copy(self) -> None:
        if self._copy is not None:
            guard.remove(self._copy[1].parent)
            self._copy = None

    def _has_shm(self) -> bool:
        return _beside(self.path, "-shm").exists()

    def _keeps_log(self, lie: Lie) -> bool:
        """Whether the file is in WAL mode (bytes 18 and 19 of its header, sqlite.org/fileformat2.html).

        In a damaged header one of the two may be lost: SQLite goes by the second.
        """
        with self._lock:
            descriptor = self._descriptor()
            try:
                header = os.pread(descriptor, 20, 0)
            except OSError as error:
                raise StoreUnreadable(f"{self.path} can't be read: {error.strerror}.") from error
        if lie.main[2] == 0:
            if not lie.log:
                raise NotAStore(f"{self.path} is empty. Name a file that LangGraph's SQLite saver wrote.")
            # SQLite would delete the log of an empty file, even where it may only read.
            raise StoreUnreadable(
                f"{self.path} is empty, but its log {self.path.name}-wal is not: the file was lost, or is being made."
                " Put the file back beside its log, or try again."
            )
        return 2 in header[18:20]

    def _descriptor(self) -> int:
        # Closing any descriptor of a file drops this process's locks on it (POSIX), those of a read in another thread
        # too. So one stays open for as long as the file is the same.
        try:
            stat = self.path.stat()
            if self._fd is None or self._fd_of != (stat.st_dev, stat.st_ino):
                fresh = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
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


class _Changed(Exception):
    """The file changed while it was read without locks."""


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _mark(path: Path) -> Mark | None:
    try:
        stat = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoreUnreadable(f"{path} can't be reached: {error.strerror}.") from error
    return stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns


def _is_passing(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorname", "").startswith(("SQLITE_READONLY_CANTINIT", "SQLITE_SCHEMA"))


def _needs_copy(error: sqlite3.Error) -> bool:
    name: str = getattr(error, "sqlite_errorname", "")
    return name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_IOERR_SHM", "SQLITE_IOERR_LOCK"))
