"""A copy of a store that can't be read in place: the file and what lies beside it, as they were at one moment.

The copy may be repaired: SQLite takes the log in, or undoes what a journal says, once and for all. But for what a
journal says of other files, which is taken out of it before (journal.py).
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
from ui.timetravel.worker.child.shared.empty_file import is_empty

_PIECE = 1 << 20
_SETTLING_SECONDS = 1.0
_DELETES = "; its journal names another file, which SQLite would delete then, so nothing is written to the store"


class ChangedWhileCopied(Exception):
    """The file changed while it was read without locks."""


class Copy:
    """A copy of a store in a folder that only its owner can read, from the moment when it lay as `lie` says."""

    def __init__(self, path: Path, lie: FileState, way: WayToRead, descriptor: int) -> None:
        """Copy what lies at `path`, open at `descriptor`. Raises ChangedWhileCopied, StoreUnreadable, sqlite3.Error."""
        self.lie = lie
        self.why = way.value + (_DELETES if names_another_file(path, lie) else "")
        _wait_until_settled(path, lie)
        self.made = datetime.now().astimezone().strftime("%H:%M:%S %Z")
        self._folder = guard.temporary_folder()
        self.path = self._folder / "store.sqlite"
        try:
            self._fill(path, descriptor)
            if file_state(path) != lie:
                raise ChangedWhileCopied
            _repair(self.path)
        except OSError as error:
            self.drop()
            raise StoreUnreadable(f"{path} has to be copied to be read, and that failed: {error.strerror}.") from error
        except BaseException:
            self.drop()
            raise

    def drop(self) -> None:
        """Remove the copy."""
        guard.remove(self._folder)

    def _fill(self, path: Path, descriptor: int) -> None:
        beside_it = {suffix: beside(path, suffix) for suffix in ("-wal", "-journal")}
        sources = {suffix: opened(one) for suffix, one in beside_it.items() if one.exists()}
        try:
            self._check_room(path, [descriptor, *sources.values()])
            if is_empty(self.lie.main[2]):
                # SQLite believes a log only beside a file that holds something; its first page is in the log.
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


def _wait_until_settled(path: Path, lie: FileState) -> None:
    """Wait until no change of the files can go unnoticed. Raises ChangedWhileCopied where they keep changing."""
    end = time.monotonic() + _SETTLING_SECONDS
    while not lie.settled:
        if time.monotonic() > end or file_state(path) != lie:
            raise ChangedWhileCopied
        time.sleep(0.01)


def _copied(source: int, target: Path) -> None:
    """Copy what a file holds now, up to its present end, with its holes left as such."""
    end = os.fstat(source).st_size
    made = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.ftruncate(made, end)
        at = 0
        while at < end:
            try:
                at = os.lseek(source, at, os.SEEK_DATA)
            except OSError:  # nothing but a hole up to the end
                break
            until = min(os.lseek(source, at, os.SEEK_HOLE), end)
            while at < until and (piece := os.pread(source, min(_PIECE, until - at), at)):
                at += os.pwrite(made, piece, at)
            if at < until:  # it was cut off meanwhile
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
