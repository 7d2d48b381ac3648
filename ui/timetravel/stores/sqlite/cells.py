"""Reads values from SQLite up to a size limit: SQLite knows the length of a blob without reading it."""

import sqlite3
from typing import Any

from ui.timetravel.serde.budget import BYTES
from ui.timetravel.stores.rows.stored import Cell

Found = tuple[Any, Any, Any]
"""The columns that `Column.words` selects: the type of a value, its length if known, and the value if it is short."""


class Column:
    """A column of an ordinary table, whose values may be of any size and type."""

    def __init__(self, connection: sqlite3.Connection, table: str, name: str, has_rowid: bool) -> None:
        self._connection = connection
        self._table = table
        self._name = name
        self._has_rowid = has_rowid

    def words(self, most: int = BYTES, only: str = "1") -> str:
        """The SQL expressions to select: of a blob, its value if it has at most `most` bytes; nothing where the
        condition `only` is not true.

        The length of a text in bytes can't be found without reading it (SQLite 3.40, `length`). So texts are read by
        `cell`, except in a table that can't be read in parts (WITHOUT ROWID), where they are read whole.
        """
        name = self._name
        if not self._has_rowid:
            length = f"CASE WHEN typeof({name}) IN ('text', 'blob') THEN length(CAST({name} AS BLOB)) END"
            itself = f"WHEN typeof({name}) IN ('text', 'blob') THEN substr(CAST({name} AS BLOB), 1, {most})"
            return f"typeof({name}), {length}, CASE WHEN NOT ({only}) THEN NULL {itself} ELSE {name} END"
        itself = f"WHEN 'text' THEN NULL WHEN 'blob' THEN CASE WHEN length({name}) <= {most} THEN {name} END"
        return (
            f"typeof({name}), CASE typeof({name}) WHEN 'blob' THEN length({name}) END,"
            f" CASE WHEN {only} THEN CASE typeof({name}) {itself} ELSE {name} END END"
        )

    def cell(self, kind: str | None, found: Found, rowid: int | None, most: int) -> Cell:
        """The value, of which at most `most` bytes are read."""
        how, length, value = found
        if how not in ("text", "blob") or value is not None or rowid is None:
            return Cell(kind, b"" if value is None and how in ("text", "blob") else value, length or 0)
        if most <= 0:
            return Cell(kind, b"", length or 0)
        with self._open(rowid) as blob:
            return Cell(kind, blob.read(most), len(blob))

    def end(self, rowid: int | None, most: int) -> bytes:
        """The last bytes of a value; empty in a table that can't be read in parts."""
        if rowid is None:
            return b""
        with self._open(rowid) as blob:
            blob.seek(max(0, len(blob) - most))
            return blob.read()

    def _open(self, rowid: int) -> sqlite3.Blob:
        return self._connection.blobopen(self._table, self._name, rowid, readonly=True)
