"""The state of a SQLite file and its companions in their folder, examined before SQLite opens them.

SQLite trusts the files beside a database, and repairs: it deletes the log (-wal) and the journal (-journal) of an empty
file, waits for ever on a pipe, and rolls back in the file what a journal says (sqlite.org/wal.html, atomiccommit.html;
pagerOpenWalIfPresent and hasHotJournal in SQLite 3.40.1, pager.c). So they are examined first, without SQLite.
"""

import os
import stat
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ui.timetravel.errors import NotAStore, StoreNotFound, StoreUnreadable
from ui.timetravel.worker.child.shared.files.empty_file import is_empty

FileStamp = tuple[int, int, int, int]
"""Device, inode, size in bytes, and time of the last change in nanoseconds."""

HEADER_BYTES = 100
MAGIC = b"SQLite format 3\0"
LOG_MAGICS = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_LOG_HEADER = 32
_SETTLED_AFTER_NS = 50_000_000


@dataclass(frozen=True, slots=True)
class FileState:
    """The store's files (main, -wal, -journal, -shm) at one moment. Equal when nothing was written in between."""

    main: FileStamp
    wal: FileStamp | None
    journal: FileStamp | None
    shm: bool

    @property
    def log(self) -> bool:
        """Whether there is a log beside the file that is not empty."""
        return self.wal is not None and self.wal[2] > 0

    @property
    def log_alone(self) -> bool:
        """Whether the whole store is in the log: if the empty file is opened for writing, SQLite deletes the log."""
        return self.log and is_empty(self.main[2])

    @property
    def marks(self) -> tuple[FileStamp, ...]:
        """The stamps of all files that hold a part of the store."""
        return tuple(mark for mark in (self.main, self.wal, self.journal) if mark)

    @property
    def settled(self) -> bool:
        """Whether the next change will be visible: the clock for file times may tick only every few milliseconds."""
        newest = max(mark[3] for mark in self.marks)
        return not 0 <= time.time_ns() - newest < _SETTLED_AFTER_NS


class WayToRead(StrEnum):
    """The way to read a store without leaving a trace on it."""

    IN_PLACE = "in place"
    UNLOCKED = "unlocked"
    """In place and without locks, because no other program has the file open."""
    NO_INDEX = "its log lies there without the log's index, which reading in place would make"
    HALF_DONE = "a program was stopped in the middle of a change, which reading in place would undo in the file"
    LOG_ALONE = "the file itself is empty, and its log would be deleted by reading in place"
    CLOSED = "it can't be read in place"

    @property
    def copies(self) -> bool:
        """Whether a copy is read; the enum's value says why."""
        return self not in (WayToRead.IN_PLACE, WayToRead.UNLOCKED)


def file_state(path: Path) -> FileState:
    """The state of a store's files now. Raises StoreNotFound, NotAStore (no ordinary file), StoreUnreadable.

    The companions have to be ordinary files too, since SQLite opens whatever has their name.
    """
    main = _status(path, follow=True)
    if main is None:
        raise StoreNotFound(f"There is no file {path}. Check the path.")
    if stat.S_ISDIR(main.st_mode):
        raise NotAStore(f"{path} is a folder. Name the SQLite file in it.")
    if not stat.S_ISREG(main.st_mode):
        raise NotAStore(f"{path} is no ordinary file. Name a SQLite file.")
    marks = {suffix: _companion(beside(path, suffix)) for suffix in ("-wal", "-journal", "-shm")}
    return FileState(_mark(main), marks["-wal"], marks["-journal"], marks["-shm"] is not None)


def beside(path: Path, suffix: str) -> Path:
    """The path of one of the store's companions, such as "-wal"."""
    return path.with_name(path.name + suffix)


def way_to_read(path: Path, state: FileState, header: bytes) -> WayToRead:
    """The way to read a store in this state; `header` are the first bytes of the file. Raises NotAStore,
    StoreUnreadable.

    A file is in WAL mode by bytes 18 and 19 of its header (sqlite.org/fileformat2.html). A damaged header may have lost
    one of the two: SQLite goes by the second.
    """
    if is_empty(state.main[2]):
        return _way_to_read_an_empty_one(path, state)
    if not header.startswith(MAGIC) and not state.log and not is_journal(path, state):
        raise NotAStore(f"{path} is not a SQLite database. Name a file that LangGraph's SQLite saver wrote.")
    if state.log and not state.shm:
        return WayToRead.NO_INDEX
    if 2 not in header[18:20] or state.log:
        return WayToRead.IN_PLACE  # opened in place, a journal that has to be rolled back is an error
    if is_journal(path, state):
        return WayToRead.HALF_DONE
    return WayToRead.IN_PLACE if state.wal and state.shm else WayToRead.UNLOCKED


def log_header(path: Path) -> bytes:
    """The header of a store's log; empty where the file is not a log. Raises StoreUnreadable."""
    found = _start_of(beside(path, "-wal"), _LOG_HEADER)
    return found if found.startswith(LOG_MAGICS) and len(found) == _LOG_HEADER else b""


def opened(path: Path, *, follow: bool = False) -> int:
    """A descriptor for reading an ordinary file; opening it never waits. Raises OSError."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
    descriptor = os.open(path, flags if follow else flags | os.O_NOFOLLOW)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(0, "it is no ordinary file")
    return descriptor


def _way_to_read_an_empty_one(path: Path, state: FileState) -> WayToRead:
    if not state.log:
        raise NotAStore(f"{path} is empty. Name a file that LangGraph's SQLite saver wrote.")
    if not log_header(path):
        raise NotAStore(f"{path} is empty, and what lies beside it as {path.name}-wal is not its log.")
    return WayToRead.LOG_ALONE


def is_journal(path: Path, state: FileState) -> bool:
    """Whether the journal is that of an unfinished change.

    A journal that is done with is empty or begins with zeros.
    """
    return bool(state.journal and state.journal[2]) and _start_of(beside(path, "-journal"), 1) not in (b"", b"\0")


def _start_of(path: Path, count: int) -> bytes:
    try:
        descriptor = opened(path)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise StoreUnreadable(f"{path} can't be read: {error.strerror}.") from error
    try:
        return os.pread(descriptor, count, 0)
    finally:
        os.close(descriptor)


def _companion(path: Path) -> FileStamp | None:
    status = _status(path, follow=False)
    if status is None:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise StoreUnreadable(f"{path} is no ordinary file, as SQLite needs it there. Move it away, or mend it.")
    return _mark(status)


def _status(path: Path, *, follow: bool) -> os.stat_result | None:
    try:
        return path.stat(follow_symlinks=follow)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoreUnreadable(f"{path} can't be reached: {error.strerror}.") from error


def _mark(status: os.stat_result) -> FileStamp:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
