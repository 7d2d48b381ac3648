"""A SQLite connection that can only read, however hostile the file is."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_BUSY_SECONDS = 2.0
_OPCODES_BETWEEN_CLOCK_LOOKS = 20_000


@contextmanager
def connected(path: Path, query: str, deadline: float) -> Iterator[sqlite3.Connection]:
    """A connection in one read transaction that can only SELECT, for at most `deadline` seconds.

    `query` is the query part of the file's URI, with SQLite's options. A store may be hostile: no other file can be
    attached, its views and triggers may not call functions with side effects, and nothing but reading is authorized.
    """
    uri = f"file:{quote(str(path))}?{query}"
    connection = sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("BEGIN")
        connection.set_authorizer(_authorize)
        end = time.monotonic() + deadline
        connection.set_progress_handler(lambda: time.monotonic() > end, _OPCODES_BETWEEN_CLOCK_LOOKS)
        yield connection
    finally:
        connection.close()


def _authorize(action: int, what: str | None, _of: str | None, _db: str | None, _by: str | None) -> int:
    asks_columns = action == sqlite3.SQLITE_PRAGMA and what == "table_info"
    return sqlite3.SQLITE_OK if action in _ALLOWED or asks_columns else sqlite3.SQLITE_DENY


def lenient_text(raw: bytes) -> str:
    """Decode any bytes as text.

    Each byte that is not valid UTF-8 becomes half a character, which no valid text contains.
    """
    return raw.decode("utf-8", "surrogateescape")
