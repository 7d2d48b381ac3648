"""Give the room that deleted rows left in a SQLite file back to the disk. No graph is imported.

SQLite keeps the pages of deleted rows for new ones; VACUUM builds the file anew without them (sqlite.org/lang_vacuum).
It is one transaction: what fails, or is killed, leaves the file as it was.
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
    """The answer to "shrink": the file's bytes, its log's among them, before and after."""
    told: Message = {"event": "shrunk", "before": 0, "after": 0}
    try:
        path = Path(job["store"])
        if not path.is_file():
            raise Refused("The store is not there any more.")
        refuse_a_harmful_opening(path)
        told["before"] = _size(path)
        _vacuum(path)
        told["after"] = _size(path)
    except Exception as error:
        told["failure"] = describe_failure(error)
    return told


def _vacuum(path: Path) -> None:
    """Raises Refused where others use the file, or there is no room for a second one beside it meanwhile."""
    with closing(sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)) as connection:
        try:
            # Kept until the connection is closed. With a write-ahead log it is had only while nobody else has the file
            # open (sqlite.org/wal.html, section 8), so nobody can keep the log from being written back.
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
