"""A copy of a store that can't be read in place: the file and its companions, as they were at one moment.

The copy may be repaired: SQLite merges the log into it, or rolls back what a journal says. References of a journal to
other files are removed first (journal.py).
"""

import os
import shutil
import sqlite3
import time
from datetime import datetime
from pathlib import Path

from ui.timetravel.errors import StoreUnreadable
from ui.timetravel.ground.guard import guard
from ui.timetravel.ground.text.formatting import format_bytes
from ui.timetravel.stores.sqlite.file_state import FileState, WayToRead, beside, file_state, log_header, opened
from ui.timetravel.stores.sqlite.journal import names_another_file, without_super_journal
from ui.timetravel.worker.child.shared.files.empty_file import is_empty

_PIECE = 1 << 20
_SETTLING_SECONDS = 1.0
_DELETES = "; its journal names another file, which SQLite would delete then, so nothing is written to the store"


class ChangedWhileCopied(Exception):
    """The file changed while it was copied without locks."""


class Copy:
    """A copy of a store in a folder that only its owner can read, made when the store's files had the given `state`."""

    def __init__(self, path: Path, state: FileState, way: WayToRead, descriptor: int) -> None:
        """Copy the store at `path`, open at `descriptor`. Raises ChangedWhileCopied, StoreUnreadable, sqlite3.Error."""
        self.state = state
        self.why = way.value + (_DELETES if names_another_file(path, state) else "")
        _wait_until_settled(path, state)
        self.made = datetime.now().astimezone().strftime("%H:%M:%S %Z")
        self._folder = guard.temporary_folder()
        self.path = self._folder / "store.sqlite"
        try:
            self._fill(path, descriptor)
            if file_state(path) != state:
                raise ChangedWhileCopied
            _repair(self.path)
        except OSError as error:
            self.drop()
            raise StoreUnreadable(f"{path} has to be copied to be read, and that failed: {error.strerror}.") from error
        except BaseException:
            self.drop()
            raise

    def drop(self) -> None:
        """Delete the copy and its folder."""
        guard.remove(self._folder)

    def _fill(self, path: Path, descriptor: int) -> None:
        beside_it = {suffix: beside(path, suffix) for suffix in ("-wal", "-journal")}
        sources = {suffix: opened(one) for suffix, one in beside_it.items() if one.exists()}
        try:
            self._check_room(path, [descriptor, *sources.values()])
            if is_empty(self.state.main[2]):
                # SQLite ignores a log beside an empty file. The file's first page is in the log, and is put into the
                # file.
                self.path.write_bytes(bytes(int.from_bytes(log_header(path)[8:12], "big")))
            else:
                _copied(descriptor, self.path)
            for suffix, source in sources.items():
                _copied(source, beside(self.path, suffix))
        finally:
            for source in sources.values():
                os.close(source)
        without_super_journal(beside(self.path, "-journal"))

    def _check_room(self, path: Path, descriptors: list[int]) -> None:
        needed = 2 * sum(os.fstat(one).st_blocks for one in descriptors) * 512
        free = shutil.disk_usage(self._folder).free
        if needed > free:
            raise StoreUnreadable(
                f"{path} has to be copied to be read ({self.why}): that needs {format_bytes(needed)}, and only "
                f"{format_bytes(free)} are free in {self._folder.parent}. Make room there, or set TMPDIR to a folder "
                "with more."
            )


def _wait_until_settled(path: Path, state: FileState) -> None:
    """Wait until no change of the files can go unnoticed. Raises ChangedWhileCopied if they keep changing."""
    end = time.monotonic() + _SETTLING_SECONDS
    while not state.settled:
        if time.monotonic() > end or file_state(path) != state:
            raise ChangedWhileCopied
        time.sleep(0.01)


def _copied(source: int, target: Path) -> None:
    """Copy a file's content up to its present end, keeping its holes."""
    end = os.fstat(source).st_size
    made = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.ftruncate(made, end)
        at = 0
        while at < end:
            try:
                at = os.lseek(source, at, os.SEEK_DATA)
            except OSError:  # a hole up to the end
                break
            until = min(os.lseek(source, at, os.SEEK_HOLE), end)
            while at < until and (piece := os.pread(source, min(_PIECE, until - at), at)):
                at += os.pwrite(made, piece, at)
            if at < until:  # the file was truncated meanwhile
                raise ChangedWhileCopied
    finally:
        os.close(made)


def _repair(copy: Path) -> None:
    connection = sqlite3.connect(copy)
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA journal_mode=DELETE")
    finally:
        connection.close()
