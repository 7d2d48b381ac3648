"""Strategies of Hypothesis for damage to the rows of a store: any value in any column, and rows that should not be.

    for one in data.draw(damages(SQLITE)): one(InSqlite(connection))

A damage names its rows by numbers, which count round those that there are, so that it fits whatever store it is done to
and grows simpler where Hypothesis looks for the least that fails. What a table's own rules refuse is left out.
"""

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import msgpack
import psycopg
from hypothesis import strategies as st
from psycopg import sql

from tests.support.hostile.stores.any_history import HEALTHY
from tests.support.hostile.values.packing import called, extension, pack

Columns = dict[str, tuple[str, ...]]
SQLITE: Columns = {
    "checkpoints": (
        *("thread_id", "checkpoint_ns", "checkpoint_id", "parent_checkpoint_id", "type", "checkpoint", "metadata"),
    ),
    "writes": (
        *("thread_id", "checkpoint_ns", "checkpoint_id", "task_id", "idx", "channel", "type", "value", "task_path"),
    ),
}
POSTGRES: Columns = {
    "checkpoints": SQLITE["checkpoints"],
    "checkpoint_blobs": ("thread_id", "checkpoint_ns", "channel", "version", "type", "blob"),
    "checkpoint_writes": (*(name for name in SQLITE["writes"] if name != "value"), "blob"),
}
_CHANNELS = ("__error__", "__interrupt__", "__resume__", "__pregel_tasks", "__return__", "branch:to:a", "join:a+b:c")
_PARTS = ("v", "ts", "id", "channel_values", "channel_versions", "versions_seen", "updated_channels", "pending_sends")
_FACTS = (
    "source",
    "step",
    "parents",
    "run_id",
    "graph_id",
    "counters_since_delta_snapshot",
    "timetravel_from",
    "writes",
)


class Rows(Protocol):
    """The rows of the tables of a store that is open for writing, but for those of the healthy thread."""

    def names(self, table: str) -> list[Any]:
        """What names each row."""
        ...

    def get(self, table: str, column: str, row: Any) -> Any: ...

    def put(self, table: str, column: str, row: Any, cell: Any) -> None: ...

    def copy(self, table: str, row: Any, column: str, cell: Any, columns: Sequence[str]) -> None:
        """Add a row that is like this one but for one column."""
        ...

    def remove(self, table: str, row: Any) -> None: ...


@dataclass(frozen=True)
class InSqlite:
    """Rows of a SQLite file."""

    store: sqlite3.Connection

    def names(self, table: str) -> list[Any]:
        found = self.store.execute(f"SELECT rowid FROM {table} WHERE thread_id IS NOT ? ORDER BY rowid", (HEALTHY,))
        return [row for (row,) in found]

    def get(self, table: str, column: str, row: Any) -> Any:
        found = self.store.execute(f"SELECT {column} FROM {table} WHERE rowid = ?", (row,)).fetchone()
        return found[0] if found else None

    def put(self, table: str, column: str, row: Any, cell: Any) -> None:
        self.store.execute(f"UPDATE OR IGNORE {table} SET {column} = ? WHERE rowid = ?", (cell, row))

    def copy(self, table: str, row: Any, column: str, cell: Any, columns: Sequence[str]) -> None:
        taken = ", ".join("?" if name == column else name for name in columns)
        add = f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) SELECT {taken} FROM {table} WHERE rowid = ?"
        self.store.execute(add, (cell, row))

    def remove(self, table: str, row: Any) -> None:
        self.store.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))


@dataclass(frozen=True)
class InPostgres:
    """Rows of a database, whose types refuse much."""

    store: psycopg.Connection[Any]

    def names(self, table: str) -> list[Any]:
        query = "SELECT ctid::text FROM {} WHERE thread_id <> %s ORDER BY ctid"
        return [row for (row,) in self._ask(query, table, HEALTHY) or ()]

    def get(self, table: str, column: str, row: Any) -> Any:
        found = self._ask("SELECT {} FROM {} WHERE ctid = %s::tid", column, table, row)
        cell = found[0][0] if found else None
        return json.dumps(cell) if isinstance(cell, dict | list) else cell

    def put(self, table: str, column: str, row: Any, cell: Any) -> None:
        self._ask("UPDATE {} SET {} = %s WHERE ctid = %s::tid", table, column, cell, row)

    def copy(self, table: str, row: Any, column: str, cell: Any, columns: Sequence[str]) -> None:
        rest = [name for name in columns if name != column]
        names = sql.SQL(", ").join(map(sql.Identifier, rest))
        parts = {"table": sql.Identifier(table), "column": sql.Identifier(column), "rest": names}
        add = "INSERT INTO {table} ({column}, {rest}) SELECT %s, {rest} FROM {table} WHERE ctid = %s::tid"
        self._run(sql.SQL(add).format(**parts), cell, row)

    def remove(self, table: str, row: Any) -> None:
        self._ask("DELETE FROM {} WHERE ctid = %s::tid", table, row)

    def _ask(self, query: str, *given: Any) -> list[Any] | None:
        count = query.count("{}")
        names = [sql.Identifier(name) for name in given[:count]]
        return self._run(sql.SQL(query).format(*names), *given[count:])  # type: ignore[arg-type,unused-ignore]

    def _run(self, query: sql.Composed, *given: Any) -> list[Any] | None:
        with suppress(psycopg.Error, UnicodeError), self.store.transaction():
            done = self.store.execute(query, given)
            return done.fetchall() if done.description else []
        return None


Damage = Callable[[Rows], None]


@dataclass(frozen=True)
class Put:
    """A value in a column of some rows."""

    table: str
    column: str
    which: tuple[int, ...]
    cell: Any

    def __call__(self, rows: Rows) -> None:
        for row in _rows(rows, self.table, self.which):
            rows.put(self.table, self.column, row, self.cell)


@dataclass(frozen=True)
class Move:
    """What stands in one cell put into another, of the same table."""

    table: str
    source: str
    column: str
    which: tuple[int, ...]

    def __call__(self, rows: Rows) -> None:
        found = _rows(rows, self.table, self.which)
        for row, other in zip(found, [*found[1:], *found[:1]], strict=True):
            rows.put(self.table, self.column, row, rows.get(self.table, self.source, other))


@dataclass(frozen=True)
class Part:
    """Something else in a part of what a cell holds: of a state in msgpack, or of metadata in JSON."""

    column: str
    which: tuple[int, ...]
    path: tuple[Any, ...]
    value: Any

    def __call__(self, rows: Rows) -> None:
        for row in _rows(rows, "checkpoints", self.which):
            cell = rows.get("checkpoints", self.column, row)
            with suppress(ValueError, TypeError, msgpack.UnpackException):
                rows.put("checkpoints", self.column, row, self._changed(cell))

    def _changed(self, cell: Any) -> Any:
        is_json = self.column == "metadata" or isinstance(cell, str)
        whole = json.loads(cell) if is_json else msgpack.unpackb(cell, strict_map_key=False)
        inside = whole
        for step in self.path[:-1]:
            inside = inside[step] if isinstance(inside, dict) and isinstance(inside.get(step), dict) else inside
        inside[self.path[-1]] = self.value
        if not is_json:
            return pack(whole) if _packs(whole) else msgpack.packb(whole)
        text = json.dumps(whole)
        return text if isinstance(cell, str) else text.encode()


@dataclass(frozen=True)
class Twice:
    """Rows that are there a second time, but for one column."""

    table: str
    column: str
    which: tuple[int, ...]
    cell: Any
    columns: tuple[str, ...]

    def __call__(self, rows: Rows) -> None:
        for row in _rows(rows, self.table, self.which):
            rows.copy(self.table, row, self.column, self.cell, self.columns)


@dataclass(frozen=True)
class Gone:
    """Rows that are not there."""

    table: str
    which: tuple[int, ...]

    def __call__(self, rows: Rows) -> None:
        for row in dict.fromkeys(_rows(rows, self.table, self.which)):
            rows.remove(self.table, row)


@dataclass(frozen=True)
class Bytes:
    """A blob with other bytes at some place, or cut there."""

    table: str
    column: str
    which: tuple[int, ...]
    at: int
    put: bytes
    cut: bool

    def __call__(self, rows: Rows) -> None:
        for row in _rows(rows, self.table, self.which):
            cell = rows.get(self.table, self.column, row)
            if isinstance(cell, bytes) and cell:
                at = self.at % len(cell)
                rest = b"" if self.cut else cell[at + len(self.put) :]
                rows.put(self.table, self.column, row, cell[:at] + self.put + rest)


def _rows(rows: Rows, table: str, which: Sequence[int]) -> list[Any]:
    names = rows.names(table)
    return [names[number % len(names)] for number in which] if names else []


def _packs(value: Any) -> bool:
    """Whether there is no extension in it, which `pack` would not know again."""
    if isinstance(value, dict):
        return all(_packs(one) for pair in value.items() for one in pair)
    return all(map(_packs, value)) if isinstance(value, list) else not isinstance(value, msgpack.ExtType)


_scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=12)
_keys = _scalars | st.sampled_from(["", "log", "a:b", *_CHANNELS]) | st.binary(max_size=4)
_json_keys = st.text(max_size=6) | st.sampled_from(["", "log", "node", *_CHANNELS])
json_values = st.recursive(
    _scalars | st.integers(), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_json_keys, inner, max_size=4)
)
"""Anything that JSON can say, and what only Python's JSON does: NaN and numbers without bounds."""
_named = st.builds(
    called,
    st.sampled_from(["langgraph.types", "langchain_core.messages.human", "uuid", "os", ""]) | _scalars,
    st.sampled_from(["Interrupt", "Send", "Command", "HumanMessage", "UUID", "system", ""]) | _scalars,
    _scalars | st.dictionaries(_json_keys, _scalars, max_size=3),
)
_odd = _scalars | st.binary(max_size=12) | st.builds(extension, st.integers(-128, 127), st.binary(max_size=20)) | _named
packed_values = st.recursive(
    _odd, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=4), max_leaves=8
)
"""Anything that msgpack can say, also types that should never be built."""
_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    [
        "",
        "t0",
        "node:1|inner:2",
        ":",
        "|",
        "~__pregel_pull, a",
        "~__pregel_push, 1, False",
        "json",
        "msgpack",
        *_CHANNELS,
    ]
)
_numbers = st.integers(-(2**63), 2**63 - 1) | st.floats()
cells = (
    st.none()
    | _numbers
    | _texts
    | _texts.map(lambda text: text * 3_000)
    | st.binary(max_size=40)
    | packed_values.map(pack)
    | json_values.map(json.dumps)
    | json_values.map(lambda value: json.dumps(value).encode())
)
"""Of every storage class of SQLite."""
_which = st.lists(st.integers(0, 60), min_size=1, max_size=4).map(tuple)


def damages(tables: Columns) -> st.SearchStrategy[list[Damage]]:
    """Some damages, done one after the other."""
    names = st.sampled_from(sorted(tables))
    columns = names.flatmap(lambda table: st.tuples(st.just(table), st.sampled_from(tables[table])))
    parts = st.tuples(st.sampled_from(_PARTS)) | st.tuples(st.sampled_from(_PARTS), _keys)
    one = (
        st.builds(lambda at, which, cell: Put(*at, which, cell), columns, _which, cells)
        | st.builds(lambda at, which: _moved(tables, *at, which), columns, _which)
        | st.builds(Part, st.just("checkpoint"), _which, parts, packed_values)
        | st.builds(Part, st.just("metadata"), _which, st.tuples(st.sampled_from(_FACTS) | _json_keys), json_values)
        | st.builds(lambda at, which, cell: Twice(*at, which, cell, tables[at[0]]), columns, _which, cells)
        | st.builds(Gone, names, _which)
        | st.builds(
            lambda at, *more: Bytes(*at, *more),
            columns,
            _which,
            st.integers(0, 2_000),
            st.binary(max_size=6),
            st.booleans(),
        )
        | st.builds(Move, st.just("checkpoints"), st.just("checkpoint_id"), st.just("parent_checkpoint_id"), _which)
    )
    return st.lists(one, min_size=1, max_size=6)


def _moved(tables: Columns, table: str, column: str, which: tuple[int, ...]) -> Move:
    """What the next column holds put into this one."""
    names = tables[table]
    return Move(table, names[(names.index(column) + 1) % len(names)], column, which)


def without_rules(store: sqlite3.Connection) -> None:
    """Have the tables without types and keys, so that nothing is refused and nothing becomes a text."""
    for table, columns in SQLITE.items():
        names = ", ".join(columns)
        store.executescript(
            f"CREATE TABLE bare ({names}); INSERT INTO bare SELECT {names} FROM {table};"
            f"DROP TABLE {table}; ALTER TABLE bare RENAME TO {table};"
        )
