"""How a SQLite file and what belongs to it lie in their folder, seen before SQLite sees them.

SQLite trusts what lies beside a file, and repairs: it deletes the log (-wal) and the journal (-journal) of a file that
is empty, waits for ever on a pipe, and undoes in the file what a journal says (sqlite.org/wal.html, atomiccommit.html;
pagerOpenWalIfPresent and hasHotJournal in SQLite 3.40.1, pager.c). So these are looked at first, without it.
"""

import os
import stat
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ui.timetravel.errors import NotAStore, StoreNotFound, StoreUnreadable
from ui.timetravel.worker.child.shared.empty_file import is_empty

FileStamp = tuple[int, int, int, int]
"""Device, inode, size in bytes, and time of the last change in nanoseconds."""

HEADER_BYTES = 100
MAGIC = b"SQLite format 3\0"
LOG_MAGICS = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_LOG_HEADER = 32
_SETTLED_AFTER_NS = 50_000_000


@dataclass(frozen=True, slots=True)
class FileState:
    """How the store lies in its folder at one moment; equal when nothing was written in between."""

    main: FileStamp
    wal: FileStamp | None
    journal: FileStamp | None
    shm: bool

    @property
    def log(self) -> bool:
        """Whether a log with something in it lies beside the file."""
        return self.wal is not None and self.wal[2] > 0

    @property
    def log_alone(self) -> bool:
        """Whether all of the store is in the log: whoever opens the empty file has SQLite delete it."""
        return self.log and is_empty(self.main[2])

    @property
    def marks(self) -> tuple[FileStamp, ...]:
        """Those of all files that hold something of the store."""
        return tuple(mark for mark in (self.main, self.wal, self.journal) if mark)

    @property
    def settled(self) -> bool:
        """Whether the next change will show: the clock of file times may tick only every few milliseconds."""
        newest = max(mark[3] for mark in self.marks)
        return not 0 <= time.time_ns() - newest < _SETTLED_AFTER_NS


class WayToRead(StrEnum):
    """How a store can be read without a trace of it."""

    IN_PLACE = "in place"
    UNLOCKED = "unlocked"
    """In place and without locks, as a file that nobody else has open."""
    NO_INDEX = "its log lies there without the log's index, which reading in place would make"
    HALF_DONE = "a program was stopped in the middle of a change, which reading in place would undo in the file"
    LOG_ALONE = "the file itself is empty, and its log would be deleted by reading in place"
    CLOSED = "it can't be read in place"

    @property
    def copies(self) -> bool:
        """Whether a copy is read; the value says why."""
        return self not in (WayToRead.IN_PLACE, WayToRead.UNLOCKED)


def file_state(path: Path) -> FileState:
    """How a store lies there now. Raises StoreNotFound, NotAStore (no file), StoreUnreadable.

    What stands in the place of a companion has to be an ordinary file, too: SQLite opens whatever it is.
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
    """The place of one of a store's companions."""
    return path.with_name(path.name + suffix)


def way_of(path: Path, lie: FileState, header: bytes) -> WayToRead:
    """How to read what lies there; `header` are the first bytes of the file. Raises NotAStore, StoreUnreadable.

    A file is in WAL mode by bytes 18 and 19 of its header (sqlite.org/fileformat2.html). In a damaged header one of
    the two may be lost: SQLite goes by the second.
    """
    if is_empty(lie.main[2]):
        return _way_of_an_empty_one(path, lie)
    if not header.startswith(MAGIC) and not lie.log and not is_journal(path, lie):
        raise NotAStore(f"{path} is not a SQLite database. Name a file that LangGraph's SQLite saver wrote.")
    if lie.log and not lie.shm:
        return WayToRead.NO_INDEX
    if 2 not in header[18:20] or lie.log:
        return WayToRead.IN_PLACE  # a journal that has to be undone is refused there
    if is_journal(path, lie):
        return WayToRead.HALF_DONE
    return WayToRead.IN_PLACE if lie.wal and lie.shm else WayToRead.UNLOCKED


def log_header(path: Path) -> bytes:
    """The header of a store's log, empty where it is no log. Raises StoreUnreadable."""
    found = _start_of(beside(path, "-wal"), _LOG_HEADER)
    return found if found.startswith(LOG_MAGICS) and len(found) == _LOG_HEADER else b""


def opened(path: Path, *, follow: bool = False) -> int:
    """A descriptor to read an ordinary file by, which never waits. Raises OSError."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
    descriptor = os.open(path, flags if follow else flags | os.O_NOFOLLOW)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(0, "it is no ordinary file")
    return descriptor


def _way_of_an_empty_one(path: Path, lie: FileState) -> WayToRead:
    if not lie.log:
        raise NotAStore(f"{path} is empty. Name a file that LangGraph's SQLite saver wrote.")
    if not log_header(path):
        raise NotAStore(f"{path} is empty, and what lies beside it as {path.name}-wal is not its log.")
    return WayToRead.LOG_ALONE


def is_journal(path: Path, lie: FileState) -> bool:
    """Whether a journal tells of an unfinished change; one that is done with is empty, or begins with zeros."""
    return bool(lie.journal and lie.journal[2]) and _start_of(beside(path, "-journal"), 1) not in (b"", b"\0")


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
