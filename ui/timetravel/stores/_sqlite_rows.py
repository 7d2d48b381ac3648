"""The queries on one open connection: what LangGraph's SQLite tables hold, as rows of ours."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ui.timetravel.errors import NotAStore
from ui.timetravel.ids import time_of
from ui.timetravel.model import CheckpointId, Skeleton
from ui.timetravel.plain import Plain
from ui.timetravel.stores import _cells as cells
from ui.timetravel.stores._headers import Row, WriteKey
from ui.timetravel.stores._paths import ERROR, SENDS
from ui.timetravel.stores._rows import skeleton_in, skeleton_of
from ui.timetravel.stores._shape import sends_in, shape_of, time_in
from ui.timetravel.stores._tasks import WriteRow, error_of

# SQLite took 999 host parameters before version 3.32.
_CHUNK = 500
_NEEDED = {
    "checkpoints": {"thread_id", "checkpoint_ns", "checkpoint_id", "parent_checkpoint_id", "checkpoint", "metadata"},
    "writes": {"thread_id", "checkpoint_ns", "checkpoint_id", "task_id", "idx", "channel", "value"},
}
_HERE = "WHERE thread_id = ? AND checkpoint_ns = ?"
# Where texts are in SQLite's order: numbers come before them, bytes after. LangGraph's savers write texts for ids, and
# ask for texts: a row with another id is in reach of neither them nor an address.
_IS_TEXT = "({0} >= '' AND {0} < x'')"
_IS_NO_TEXT = ("{0} < ''", "{0} >= x''", "{0} IS NULL")


class Rows:
    """Reads a store through one connection. Raises NotAStore when the tables are not LangGraph's.

    `left_out`: whether a list came by rows whose ids are no texts.
    """

    left_out = False

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._connection = connection
        columns = {table: self._columns(table) for table in _NEEDED}
        for table, needed in _NEEDED.items():
            if not columns[table]:
                raise NotAStore(f"{name} is a SQLite database without LangGraph's tables. {self._what_is_there()}")
            if missing := needed - columns[table]:
                raise NotAStore(
                    f"{name} has a table {table}, but without the columns {', '.join(sorted(missing))}: it is not the"
                    " one that LangGraph's SQLite saver makes."
                )
        self._path = "task_path" if "task_path" in columns["writes"] else "''"
        self._kind = "type" if "type" in columns["checkpoints"] else "NULL"
        self._write_kind = "type" if "type" in columns["writes"] else "NULL"

    def skeleton(self, thread_id: str, namespace: str) -> Skeleton:
        """Every checkpoint id with its parent's, oldest first."""
        parent = "CASE typeof(parent_checkpoint_id) WHEN 'text' THEN parent_checkpoint_id ELSE '' END AS parent"
        here = (
            f"SELECT checkpoint_id, {parent} FROM checkpoints {_HERE} AND {_IS_TEXT.format('checkpoint_id')}"
            " ORDER BY checkpoint_id"
        )
        self._look_for_others("checkpoint_id", "AND thread_id = ? AND checkpoint_ns = ?", thread_id, namespace)
        joined = "SELECT count(*), group_concat(checkpoint_id || char(31) || parent, char(31))"
        found = skeleton_in(*self._ask(f"{joined} FROM ({here})", thread_id, namespace).fetchone())
        if found and list(found.ids) == sorted(found.ids):  # in another order the ids are not what they seem
            return found
        rows = self._ask(here, thread_id, namespace).fetchall()
        return skeleton_of([row[0] for row in rows], [row[1] for row in rows])

    def _look_for_others(self, column: str, where: str = "", *parameters: str) -> None:
        """Note rows with something else than a text in this column: the key of the table finds them at once."""
        for other in _IS_NO_TEXT:
            query = f"SELECT EXISTS (SELECT 1 FROM checkpoints WHERE {other.format(column)} {where})"
            self.left_out = self.left_out or bool(self._ask(query, *parameters).fetchone()[0])

    def namespaces(self, thread_id: str) -> list[str]:
        """The namespaces of a thread by name, found without reading every row."""
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
        return [name for (name,) in self._ask(query, thread_id)]

    def latest(self) -> list[tuple[str, CheckpointId | None]]:
        """Every thread with the newest checkpoint of its root namespace, None where it has none there."""
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
        return self._ask(query).fetchall()

    def latest_of_any_namespace(self, thread_id: str) -> tuple[CheckpointId, str] | None:
        """The newest checkpoint of a thread and the namespace that it is in; None where the thread has none."""
        query = f"""SELECT max(checkpoint_id), checkpoint_ns FROM checkpoints WHERE thread_id = ?
            AND {_IS_TEXT.format("checkpoint_id")} AND {_IS_TEXT.format("checkpoint_ns")}"""
        one, namespace = self._ask(query, thread_id).fetchone()
        return None if one is None else (one, namespace)

    def count(self, thread_id: str) -> int:
        """The checkpoints in a thread's root namespace."""
        query = f"SELECT count(*) FROM checkpoints {_HERE} AND {_IS_TEXT.format('checkpoint_id')}"
        return int(self._ask(query, thread_id, "").fetchone()[0])

    def rows(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> dict[CheckpointId, Row]:
        """Those of the checkpoints that exist, with their state not decoded."""
        columns = f"checkpoint_id, parent_checkpoint_id, {self._kind}, metadata, checkpoint"
        rows: dict[CheckpointId, Row] = {}
        for one, parent, kind, raw, value in self._select(columns, "checkpoints", thread_id, namespace, ids):
            kind, metadata, blob = cells.kind(kind), cells.metadata(raw), cells.raw(value)
            made = time_of(one) or time_in(kind, blob)
            shape = shape_of(kind, blob, cells.source_in(metadata))
            rows[one] = Row(one, cells.parent(parent), made, metadata, len(blob), shape)
        return self._with_old_sends(thread_id, namespace, rows)

    def keys(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> Iterator[WriteKey]:
        """The writes on these checkpoints without their values."""
        columns = f"checkpoint_id, task_id, {self._path}, idx, channel"
        for one, task, path, idx, channel in self._select(columns, "writes", thread_id, namespace, ids):
            yield _key(one, task, path, idx, channel)

    def errors(
        self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]
    ) -> dict[tuple[CheckpointId, str], Plain]:
        """What the tasks that ran from these checkpoints raised, by the checkpoint's id and the task's."""
        columns = f"checkpoint_id, task_id, {self._write_kind}, value"
        found = self._select(columns, "writes", thread_id, namespace, ids, f"AND channel = '{ERROR}'")
        return {
            (one, cells.text(task)): error_of(cells.value(cells.kind(kind), value)) for one, task, kind, value in found
        }

    def newest(self, thread_id: str, namespace: str) -> CheckpointId | None:
        """The newest checkpoint of a namespace; None where it has none."""
        query = f"SELECT max(checkpoint_id) FROM checkpoints {_HERE} AND {_IS_TEXT.format('checkpoint_id')}"
        return cells.parent(self._ask(query, thread_id, namespace).fetchone()[0])

    def writes(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> list[WriteRow]:
        """The writes on one checkpoint, decoded."""
        columns = f"task_id, {self._path}, idx, channel, {self._write_kind}, value"
        found = []
        for task, path, idx, channel, kind, value in self._select(
            columns, "writes", thread_id, namespace, [checkpoint_id]
        ):
            key = _key(checkpoint_id, task, path, idx, channel)
            found.append(WriteRow(key, cells.value(cells.kind(kind), value), len(cells.raw(value))))
        return found

    def _with_old_sends(self, thread_id: str, namespace: str, rows: dict[CheckpointId, Row]) -> dict[CheckpointId, Row]:
        """The rows; those of old formats with their Sends, which are writes on their parents."""
        old = {one: row.parent_id for one, row in rows.items() if not row.shape.sends_told}
        sent: defaultdict[CheckpointId, list[Plain]] = defaultdict(list)
        columns = f"checkpoint_id, {self._write_kind}, value, task_id, idx"
        parents = list(dict.fromkeys(parent for parent in old.values() if parent))
        found = self._select(columns, "writes", thread_id, namespace, parents, f"AND channel = '{SENDS}'")
        for parent, kind, value, *_ in sorted(found, key=lambda write: (cells.text(write[3]), cells.index(write[4]))):
            sent[parent].append(cells.value(cells.kind(kind), value))
        for one, parent in old.items():
            if parent and parent in sent:
                rows[one] = replace(rows[one], shape=replace(rows[one].shape, sends=sends_in(sent[parent])))
        return rows

    def blob(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> tuple[str | None, bytes]:
        """The type and the bytes of one checkpoint; none and empty where it does not exist."""
        for kind, value in self._select(
            f"{self._kind}, checkpoint", "checkpoints", thread_id, namespace, [checkpoint_id]
        ):
            return cells.kind(kind), cells.raw(value)
        return None, b""

    def _select(
        self, columns: str, table: str, thread_id: str, namespace: str, ids: Sequence[CheckpointId], more: str = ""
    ) -> Iterator[tuple[Any, ...]]:
        for start in range(0, len(ids), _CHUNK):
            chunk = ids[start : start + _CHUNK]
            marks = ",".join("?" * len(chunk))
            query = f"SELECT {columns} FROM {table} {_HERE} AND checkpoint_id IN ({marks}) {more}"
            yield from self._ask(query, thread_id, namespace, *chunk)

    def _ask(self, query: str, *parameters: str) -> sqlite3.Cursor:
        return self._connection.execute(query, [cells.askable(one) for one in parameters])

    def _columns(self, table: str) -> set[str]:
        """The columns of an ordinary table; of a view or a virtual table none, for such can run what it likes."""
        kind = self._connection.execute(
            "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ? AND rootpage > 0", (table,)
        ).fetchone()
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
