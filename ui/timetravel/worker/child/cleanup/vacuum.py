"""Gives the space of deleted rows in a SQLite file back to the disk. No graph is imported.

SQLite keeps the pages of deleted rows for new ones; VACUUM rebuilds the file without them (sqlite.org/lang_vacuum). It
is one transaction: if it fails, or is killed, the file stays unchanged.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from ..errors.failures import describe_failure
from ..errors.refused import Refused
from ..savers.opening.harmful import refuse_a_harmful_opening
from ..shared.protocol import Message

_BUSY_SECONDS = 3.0
_USED = "Another program, or a run, has the file open. Close it, or wait until it is done, and try again."


def shrink(job: Message) -> Message:
    """The answer to "shrink": the bytes of the file and its log, before and after."""
    report: Message = {"event": "shrunk", "before": 0, "after": 0}
    try:
        path = Path(job["store"])
        if not path.is_file():
            raise Refused("The store is not there any more.")
        refuse_a_harmful_opening(path)
        report["before"] = _size(path)
        _vacuum(path)
        report["after"] = _size(path)
    except Exception as error:
        report["failure"] = describe_failure(error)
    return report


def _vacuum(path: Path) -> None:
    """Run VACUUM. Raises Refused if others use the file, or there is no room for a second file beside it."""
    with closing(sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)) as connection:
        try:
            # Held until the connection is closed. With a write-ahead log this lock is granted only while nobody else
            # has the file open (sqlite.org/wal.html, section 8), so nobody can keep the log from being written back.
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise Refused(_USED) from None
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
                raise Refused("There is not enough room on the disk: SQLite needs the file's size once more.") from None
            raise


def _size(path: Path) -> int:
    return sum(each.stat().st_size for each in (path, path.with_name(path.name + "-wal")) if each.exists())
