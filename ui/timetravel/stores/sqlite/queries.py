"""The queries on one open connection, whose results are rows of our own types."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from ui.timetravel.errors import NotAStore
from ui.timetravel.model.checkpoints import CheckpointId, Skeleton
from ui.timetravel.serde.budget import BYTES, FEW_BYTES, PLUMBING_BYTES
from ui.timetravel.stores.rows import cells
from ui.timetravel.stores.rows.source import AT_ONCE, MOST_KEYS, MOST_WRITES, on_each, skeleton_in, skeleton_of
from ui.timetravel.stores.rows.stored import Cell, StoredWrite
from ui.timetravel.stores.rows.tasks.outcomes import WriteKey
from ui.timetravel.stores.sqlite.cells import Column
from ui.timetravel.stores.sqlite.stored import SqliteRow

_TOLD = 3
"""The number of left-out ids that are named."""
_SHORT = 4096
"""The most bytes of a value that are read together with its row."""
_FAR = 256 << 20
"""The size of a state after which nothing is read: SQLite finds the rest of a row only by reading through all of it."""
_NEEDED = {
    "checkpoints": {"thread_id", "checkpoint_ns", "checkpoint_id", "parent_checkpoint_id", "checkpoint", "metadata"},
    "writes": {"thread_id", "checkpoint_ns", "checkpoint_id", "task_id", "idx", "channel", "value"},
}
_HERE = "WHERE thread_id = ? AND checkpoint_ns = ?"
_ONE = f"{_HERE} AND checkpoint_id = ?"
# The range of texts in SQLite's sort order: numbers come before them, bytes after. LangGraph's savers write texts for
# ids and query for texts, so neither a saver nor an address can reach a row with another id.
_WITHOUT_ROWID = re.compile(r"\bWITHOUT\s+ROWID\b", re.IGNORECASE)
_IS_TEXT = "({0} >= '' AND {0} < x'')"
_IS_NO_TEXT = ("{0} < ''", "{0} >= x''", "{0} IS NULL")


class SqliteQueries:
    """Reads a store through one connection. Raises NotAStore when the tables are not LangGraph's.

    `left_out`: the first few ids that are not texts, as SQLite writes them, of rows that a list had to leave out.
    """

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self.left_out: list[str] = []
        self._connection = connection
        self._has_rowid: dict[str, bool] = {}
        columns = {table: self._columns(table) for table in _NEEDED}
        for table, needed in _NEEDED.items():
            if not columns[table]:
                raise NotAStore(f"{name} is a SQLite database without LangGraph's tables. {self._what_is_there()}")
            if missing := needed - columns[table]:
                raise NotAStore(
                    f"{name} has a table {table}, but without the columns {', '.join(sorted(missing))}: it is not the"
                    " one that LangGraph's SQLite saver makes."
                )
        rowids = {table: self._has_rowid[table] for table in _NEEDED}
        self._rowid, self._write_rowid = ("rowid" if rowids[table] else "NULL" for table in _NEEDED)
        self._state = Column(connection, "checkpoints", "checkpoint", rowids["checkpoints"])
        self._metadata = Column(connection, "checkpoints", "metadata", rowids["checkpoints"])
        self._value = Column(connection, "writes", "value", rowids["writes"])
        self._path = "task_path" if "task_path" in columns["writes"] else "''"
        self._kind = "type" if "type" in columns["checkpoints"] else "NULL"
        self._write_kind = "type" if "type" in columns["writes"] else "NULL"

    def skeleton(self, thread_id: str, namespace: str) -> Skeleton:
        """See `TableRows.skeleton`."""
        parent = "CASE typeof(parent_checkpoint_id) WHEN 'text' THEN parent_checkpoint_id ELSE '' END AS parent"
        here = (
            f"SELECT checkpoint_id, {parent} FROM checkpoints {_HERE} AND {_IS_TEXT.format('checkpoint_id')}"
            " ORDER BY checkpoint_id"
        )
        self._look_for_others("checkpoint_id", "AND thread_id = ? AND checkpoint_ns = ?", thread_id, namespace)
        joined = "SELECT count(*), group_concat(checkpoint_id || char(31) || parent, char(31))"
        count, text = self._ask(f"{joined} FROM ({here})", thread_id, namespace).fetchone()
        found = skeleton_in(count, text) if cells.is_text_or_none(text) else None
        if found and list(found.ids) == sorted(found.ids):  # in another order the ids would be paired wrongly
            return found
        rows = [row for row in self._ask(here, thread_id, namespace) if self._is_sound(row[0])]
        return skeleton_of([row[0] for row in rows], [cells.parent(row[1]) or "" for row in rows])

    def _look_for_others(self, column: str, where: str = "", *parameters: str) -> None:
        """Note rows with something other than a text in this column, found by the table's primary key."""
        for other in _IS_NO_TEXT:
            told = f"CASE typeof({column}) WHEN 'blob' THEN substr({column}, 1, 8) ELSE {column} END"
            query = f"SELECT quote({told}) FROM checkpoints WHERE {other.format(column)} {where} LIMIT {_TOLD}"
            self.left_out += (one for (one,) in self._ask(query, *parameters))

    def _is_sound(self, one: str) -> bool:
        """Whether an id that SQLite stores as a text is valid UTF-8; if not, it is noted as left out."""
        sound = cells.is_text(one)
        if not sound:
            self.left_out.append(ascii(cells.text(one)[:40]))
        return sound

    def namespaces(self, thread_id: str) -> list[str]:
        """See `TableRows.namespaces`. Found without reading every row."""
        query = f"""
            WITH RECURSIVE found(name) AS (
                SELECT min(checkpoint_ns) FROM checkpoints
                WHERE thread_id = ?1 AND {_IS_TEXT.format("checkpoint_ns")}
                UNION ALL
                SELECT (SELECT min(checkpoint_ns) FROM checkpoints
                    WHERE thread_id = ?1 AND checkpoint_ns > name AND checkpoint_ns < x'')
                FROM found WHERE name IS NOT NULL
            ) SELECT name FROM found WHERE name IS NOT NULL"""
        self._look_for_others("checkpoint_ns", "AND thread_id = ?", thread_id)
        return [name for (name,) in self._ask(query, thread_id) if self._is_sound(name)]

    def latest(self) -> list[tuple[str, CheckpointId | None]]:
        """See `RowSource.latest`."""
        query = f"""
            WITH RECURSIVE found(thread) AS (
                SELECT min(thread_id) FROM checkpoints WHERE {_IS_TEXT.format("thread_id")}
                UNION ALL
                SELECT (SELECT min(thread_id) FROM checkpoints WHERE thread_id > thread AND thread_id < x'')
                FROM found WHERE thread IS NOT NULL
            )
            SELECT thread, (SELECT max(checkpoint_id) FROM checkpoints
                WHERE thread_id = thread AND checkpoint_ns = '' AND {_IS_TEXT.format("checkpoint_id")})
            FROM found WHERE thread IS NOT NULL"""
        self._look_for_others("thread_id")
        found: dict[str, CheckpointId | None] = {}
        for thread, one in sorted(self._ask(query).fetchall(), key=lambda row: not self._is_sound(row[0])):
            # A thread whose id is not a text is listed, but nothing about it can be queried.
            found.setdefault(cells.text(thread), one if one is None or cells.is_text(one) else self.newest(thread, ""))
        return list(found.items())

    def latest_of_any_namespace(self, thread_id: str) -> tuple[CheckpointId, str] | None:
        """See `RowSource.latest_of_any_namespace`."""
        query = f"""SELECT max(checkpoint_id), checkpoint_ns FROM checkpoints WHERE thread_id = ?
            AND {_IS_TEXT.format("checkpoint_id")} AND {_IS_TEXT.format("checkpoint_ns")}"""
        one, namespace = self._ask(query, thread_id).fetchone()
        if one is None or (cells.is_text(one) and cells.is_text(namespace)):
            return None if one is None else (one, namespace)
        every = f"""SELECT checkpoint_id, checkpoint_ns FROM checkpoints WHERE thread_id = ?
            AND {_IS_TEXT.format("checkpoint_id")} AND {_IS_TEXT.format("checkpoint_ns")} ORDER BY checkpoint_id DESC"""
        texts = (
            (one, where) for one, where in self._ask(every, thread_id) if cells.is_text(one) and cells.is_text(where)
        )
        return next(texts, None)

    def count(self, thread_id: str) -> int:
        """See `RowSource.count`."""
        query = f"SELECT count(*) FROM checkpoints {_HERE} AND {_IS_TEXT.format('checkpoint_id')}"
        return int(self._ask(query, thread_id, "").fetchone()[0])

    def stored(
        self, thread_id: str, namespace: str, ids: Sequence[CheckpointId], most: int = AT_ONCE
    ) -> dict[CheckpointId, SqliteRow]:
        """See `RowSource.stored`."""
        rows: dict[CheckpointId, SqliteRow] = {}
        for one in ids:
            row = self._stored(thread_id, namespace, one, max(0, min(BYTES, most)))
            if row is not None:
                rows[one] = row
                most -= row.weight
        return rows

    def keys(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> Iterator[WriteKey]:
        """See `RowSource.keys`: at most `MOST_WRITES` of one checkpoint, and `MOST_KEYS` of all of them.

        If names are very long, reading stops after the write that takes it over `AT_ONCE` characters.
        """
        left, room = MOST_KEYS, AT_ONCE
        for checkpoint_id in ids:
            query = f"SELECT task_id, {self._path}, idx, channel FROM writes {_ONE} LIMIT {min(left, MOST_WRITES)}"
            for task, path, idx, channel in self._ask(query, thread_id, namespace, checkpoint_id):
                key = _key(checkpoint_id, task, path, idx, channel)
                yield key
                left, room = left - 1, room - key.weight
                if room <= 0:
                    return

    def written(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId], channel: str) -> list[StoredWrite]:
        """See `RowSource.written`."""
        return on_each(ids, lambda one, most: self._writes(thread_id, namespace, one, most, "AND channel = ?", channel))

    def newest(self, thread_id: str, namespace: str) -> CheckpointId | None:
        """See `RowSource.newest`."""
        query = f"""SELECT checkpoint_id FROM checkpoints {_HERE} AND {_IS_TEXT.format("checkpoint_id")}
            ORDER BY checkpoint_id DESC"""
        return next((one for (one,) in self._ask(query, thread_id, namespace) if cells.is_text(one) and one), None)

    def count_writes(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> int:
        """See `RowSource.count_writes`."""
        query = f"SELECT count(*) FROM writes {_ONE}"
        return int(self._ask(query, thread_id, namespace, checkpoint_id).fetchone()[0])

    def writes(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> list[StoredWrite]:
        """See `TableRows.writes`: at most `MOST_WRITES` of them, with at most `AT_ONCE` bytes of values in all."""
        return self._writes(thread_id, namespace, checkpoint_id, AT_ONCE)

    def _writes(
        self, thread_id: str, namespace: str, checkpoint_id: CheckpointId, most: int, more: str = "", *parameters: str
    ) -> list[StoredWrite]:
        columns = f"{self._write_rowid}, task_id, {self._path}, idx, channel, {self._write_kind}"
        query = f"SELECT {columns}, {self._value.words(_SHORT)} FROM writes {_ONE} {more} LIMIT {MOST_WRITES}"
        made: list[StoredWrite] = []
        room = AT_ONCE
        for rowid, task, path, idx, channel, kind, *found in self._ask(
            query, thread_id, namespace, checkpoint_id, *parameters
        ):
            cell = self._value.cell(cells.kind(kind), (found[0], found[1], found[2]), rowid, min(BYTES, most))
            most -= cell.weight
            notes = cells.write_notes(task, path, idx, channel, kind)
            made.append(StoredWrite(_key(checkpoint_id, task, path, idx, channel), cell, notes))
            room -= made[-1].key.weight
            if room <= 0:
                break
        return sorted(made, key=lambda write: (write.key.task_id, write.key.index)) if more else made

    def state(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> tuple[Cell, bytes]:
        """The state of one checkpoint, or if it is too large its beginning and its end; empty where it does not
        exist.
        """
        found = self._stored(thread_id, namespace, checkpoint_id, BYTES, whole=True)
        return (found.state, found.end) if found else (Cell(None, b"", 0), b"")

    def _stored(
        self, thread_id: str, namespace: str, checkpoint_id: CheckpointId, most: int, whole: bool = False
    ) -> SqliteRow | None:
        near = f"typeof(checkpoint) <> 'blob' OR length(checkpoint) <= {_FAR}"
        about = max(FEW_BYTES, min(PLUMBING_BYTES, most))
        columns = (
            f"{self._rowid}, parent_checkpoint_id, {self._kind}, {self._state.words(most)},"
            f" {self._metadata.words(about, near)}"
        )
        query = f"SELECT {columns} FROM checkpoints {_ONE}"
        row = self._ask(query, thread_id, namespace, checkpoint_id).fetchone()
        if row is None:
            return None
        rowid, parent, kind, how, length, state, *metadata = row
        far = length is not None and length > _FAR
        told = self._metadata.cell("json", (metadata[0], metadata[1], metadata[2]), rowid, 0 if far else about)
        notes = cells.row_notes(parent, kind)
        kind, parent = cells.kind(kind), cells.parent(parent)
        left = len(cells.raw(told.data)) < min(told.size, PLUMBING_BYTES) and not far
        if left or (how == "text" and most <= 0) or (state is None and length is not None and most < length <= BYTES):
            return SqliteRow(checkpoint_id, parent, Cell(kind, b"", length or 0), told, unread=True, notes=notes)
        cell = self._state.cell(kind, (how, length, state), rowid, most if whole or how == "text" else _SHORT)
        end = self._state.end(rowid, PLUMBING_BYTES) if cell.cut and cell.size <= _FAR else b""
        return SqliteRow(checkpoint_id, parent, cell, told, end, far=far, notes=notes)

    def _ask(self, query: str, *parameters: str) -> sqlite3.Cursor:
        return self._connection.execute(query, [cells.askable(one) for one in parameters])

    def _columns(self, table: str) -> set[str]:
        """The columns of an ordinary table; none for a view or a virtual table, which could run code of their own."""
        kind = self._connection.execute(
            "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ? AND rootpage > 0", (table,)
        ).fetchone()
        self._has_rowid[table] = not (kind and _WITHOUT_ROWID.search(kind[0] or ""))
        return {row[1] for row in self._connection.execute(f"PRAGMA table_info({table})")} if kind else set()

    def _what_is_there(self) -> str:
        query = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND substr(name, 1, 7) <> 'sqlite_'"
        names = [name for (name,) in self._connection.execute(query + " ORDER BY name LIMIT 11")]
        if not names:
            return "It has no tables at all."
        more = ", and more" if len(names) > 10 else ""
        return f"Its tables are: {', '.join(names[:10])}{more}."


def _key(checkpoint_id: CheckpointId, task: Any, path: Any, index: Any, channel: Any) -> WriteKey:
    return WriteKey(checkpoint_id, cells.text(task), cells.text(path), cells.index(index), cells.text(channel))
