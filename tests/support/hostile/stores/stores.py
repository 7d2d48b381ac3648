"""Stores made row by row, with whatever a row could hold: in a SQLite file, and as far as types allow in PostgreSQL.

    made = Rows()
    first, second = made.chain("t", [{"x": 1}, {"x": 2}])                   two healthy checkpoints of a thread
    made.add(Checkpoint("t", id_at(9), parent=second, kind=b"\\xff"))        one whose type is bytes
    made.add(Checkpoint("t", Sql("CAST(x'ff' AS TEXT)"), state=State({})))  one whose id is broken text
    made.add(Write("t", first, channel=5, value=called("os", "system", "true")))
    in_sqlite(made, path)                   columns without types, so that everything is kept as it is
    in_sqlite(made, path, layout=DECLARED)  the tables as LangGraph's saver makes them
    refused = in_postgres(made, url)        the rows that PostgreSQL's types don't take

Every field of a row may be any value that SQLite can hold, or `Sql`, an expression. The state of a checkpoint is a
`State`, which becomes msgpack, or bytes, or anything else. The `value` of a write becomes msgpack, unless `raw` is set.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import psycopg

from tests.support.hostile.values.packing import Packed, Pairs, pack

MISSING: Any = object()
"""For `Write.raw`: the value is packed."""

_TICKS = 0x1F1A2B3C4D5E000
"""The time of the first id: in autumn 2026."""


def id_at(number: int, step: int = 0) -> str:
    """A version-6 UUID as LangGraph's checkpoint ids are; of a later time for a larger number (a second each)."""
    ticks = _TICKS + number * 10_000_000
    start = f"{ticks >> 28:08x}-{ticks >> 12 & 0xFFFF:04x}-6{ticks & 0xFFF:03x}"
    return f"{start}-{0x8000 | step & 0x3FFF:04x}-{number:012x}"


@dataclass(frozen=True)
class Sql:
    """An expression of SQLite's that makes the cell, for what Python's driver can't bind."""

    text: str


@dataclass(frozen=True)
class State:
    """What the `checkpoint` column holds; any part of it may be of any kind. `more` are further keys.

    Without `versions` every channel has one. `values` may be `Packed`, too.
    """

    values: Any = field(default_factory=dict)
    versions: Any = None
    seen: Any = field(default_factory=dict)
    updated: Any = None
    time: Any = "2026-11-01T10:00:00+00:00"
    format: Any = 4
    more: Mapping[Any, Any] = field(default_factory=dict)

    def parts(self, checkpoint_id: Any = "") -> dict[str, Any]:
        """The parts in the order in which LangGraph writes them."""
        names = list(self.values) if isinstance(self.values, dict) else []
        return {
            "v": self.format,
            "ts": self.time,
            "id": checkpoint_id if isinstance(checkpoint_id, str) else "",
            "channel_values": self.values,
            "channel_versions": {name: version(1) for name in names} if self.versions is None else self.versions,
            "versions_seen": self.seen,
            "updated_channels": self.updated,
            **self.more,
        }


def version(number: int) -> str:
    """The version of a channel, as LangGraph's SQLite and PostgreSQL savers write it."""
    return f"{number:032}.0"


@dataclass(frozen=True)
class Checkpoint:
    """One row of checkpoints. `metadata` becomes JSON where it is a dict."""

    thread: Any
    id: Any
    parent: Any = None
    namespace: Any = ""
    kind: Any = "msgpack"
    state: Any = field(default_factory=State)
    metadata: Any = field(default_factory=lambda: {"source": "loop", "step": 0, "parents": {}})
    more: Mapping[str, Any] = field(default_factory=dict)

    table: ClassVar[str] = "checkpoints"

    def cells(self) -> dict[str, Any]:
        """The cells by column."""
        state = pack(self.state.parts(self.id)) if isinstance(self.state, State) else _packed(self.state)
        return {
            "thread_id": self.thread,
            "checkpoint_ns": self.namespace,
            "checkpoint_id": self.id,
            "parent_checkpoint_id": self.parent,
            "type": self.kind,
            "checkpoint": state,
            "metadata": json.dumps(self.metadata).encode() if isinstance(self.metadata, dict) else self.metadata,
            **self.more,
        }


@dataclass(frozen=True)
class Write:
    """One row of writes, by default of a task of the node "node"."""

    thread: Any
    checkpoint: Any
    task: Any = "task"
    index: Any = 0
    channel: Any = "x"
    value: Any = None
    raw: Any = MISSING
    kind: Any = "msgpack"
    path: Any = "~__pregel_pull, node"
    namespace: Any = ""
    more: Mapping[str, Any] = field(default_factory=dict)

    table: ClassVar[str] = "writes"

    def cells(self) -> dict[str, Any]:
        """The cells by column."""
        return {
            "thread_id": self.thread,
            "checkpoint_ns": self.namespace,
            "checkpoint_id": self.checkpoint,
            "task_id": self.task,
            "idx": self.index,
            "channel": self.channel,
            "type": self.kind,
            "value": pack(self.value) if self.raw is MISSING else self.raw,
            "task_path": self.path,
            **self.more,
        }


def _packed(cell: Any) -> Any:
    return pack(cell) if isinstance(cell, dict | list | Packed | Pairs) else cell


class Rows:
    """Rows that are gathered first and written together. In the order in which they were added."""

    def __init__(self) -> None:
        self.rows: list[Checkpoint | Write] = []

    def add(self, *rows: Checkpoint | Write) -> None:
        """Add rows as they are."""
        self.rows += rows

    def chain(
        self, thread: Any, values: Sequence[Any], namespace: Any = "", start: int = 0, **metadata: Any
    ) -> list[str]:
        """Checkpoints of which each is the child of the one before, as an input and the supersteps after it would be.

        Each has the values given (a dict by channel, or a `State`). Gives back the ids.
        """
        ids: list[str] = []
        for place, one in enumerate(values):
            state = one if isinstance(one, State) else State(one, versions={name: version(place + 1) for name in one})
            about = {"source": "loop" if place else "input", "step": place - 1, "parents": {}, **metadata}
            made = id_at(start + place, place - 1)
            parent = ids[-1] if ids else None
            self.add(Checkpoint(thread, made, parent, namespace, state=state, metadata=about))
            ids.append(made)
        return ids

    def healthy(self, thread: str = "healthy") -> list[str]:
        """A thread of four checkpoints with a task on each that a node can follow, to compare with."""
        states = [_running(step) for step in range(4)]
        ids = self.chain(thread, states, start=100)
        for step, one in enumerate(ids[:-1]):
            self.add(
                Write(thread, one, f"task-{step}", 0, "x", step + 1), Write(thread, one, f"task-{step}", 1, "log", step)
            )
        return ids


def _running(step: int) -> State:
    """The state in which "node" has run `step` times and is due again."""
    return State(
        values={"x": step, "log": [f"step {number}" for number in range(step)], "branch:to:node": None},
        versions={"x": version(step + 1), "log": version(step + 1), "branch:to:node": version(step + 1)},
        seen={"__input__": {}, "node": {"branch:to:node": version(step)} if step else {}},
        updated=["branch:to:node", "log", "x"],
    )


DECLARED = """
CREATE TABLE checkpoints (thread_id TEXT NOT NULL, checkpoint_ns TEXT NOT NULL DEFAULT '', checkpoint_id TEXT NOT NULL,
    parent_checkpoint_id TEXT, type TEXT, checkpoint BLOB, metadata BLOB,
    PRIMARY KEY (thread_id, checkpoint_ns, checkpoint_id));
CREATE TABLE writes (thread_id TEXT NOT NULL, checkpoint_ns TEXT NOT NULL DEFAULT '', checkpoint_id TEXT NOT NULL,
    task_id TEXT NOT NULL, idx INTEGER NOT NULL, channel TEXT NOT NULL, type TEXT, value BLOB,
    task_path TEXT NOT NULL DEFAULT '', PRIMARY KEY (thread_id, checkpoint_ns, checkpoint_id, task_id, idx));
"""
"""The columns, types and keys of langgraph-checkpoint-sqlite 3.1.2."""

BARE = """
CREATE TABLE checkpoints (thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id, type, checkpoint, metadata);
CREATE TABLE writes (thread_id, checkpoint_ns, checkpoint_id, task_id, idx, channel, type, value, task_path);
"""
"""Columns without types, keys or rules: SQLite keeps in them whatever is put there, as it is."""


def in_sqlite(
    rows: Rows | Iterable[Checkpoint | Write], path: Path, layout: str = BARE, journal: str = "DELETE", after: str = ""
) -> Path:
    """Write the rows to a new file in this journal mode and give its path back.

    `layout` makes the tables, and `after` is done when the rows are in (a view in place of a table, an index, ...).
    Rows that the tables refuse raise sqlite3.Error.
    """
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute(f"PRAGMA journal_mode={journal}")
        connection.executescript(layout)
        connection.execute("BEGIN")
        for row in _each(rows):
            insert(connection, row.table, row.cells())
        connection.execute("COMMIT")
        connection.executescript(after)
    finally:
        connection.close()
    return path


def insert(connection: sqlite3.Connection, table: str, cells: Mapping[str, Any]) -> None:
    """Put one row into a table; one with the same key is replaced."""
    marks = ", ".join(cell.text if isinstance(cell, Sql) else "?" for cell in cells.values())
    bound = [cell for cell in cells.values() if not isinstance(cell, Sql)]
    connection.execute(f"INSERT OR REPLACE INTO {table} ({', '.join(cells)}) VALUES ({marks})", bound)


def in_postgres(rows: Rows | Iterable[Checkpoint | Write], url: str) -> list[Checkpoint | Write]:
    """Write the rows to the tables of an empty database, which are made, and give back those that its types refuse.

    The values of a `State` become rows of checkpoint_blobs, as the saver writes all that is no plain text or number.
    """
    from langgraph.checkpoint.postgres import PostgresSaver

    with PostgresSaver.from_conn_string(url) as saver:
        saver.setup()
    refused: list[Checkpoint | Write] = []
    with psycopg.connect(url, autocommit=True) as connection:
        for row in _each(rows):
            try:
                with connection.transaction():
                    for table, cells in _in_tables(row):
                        names, marks = ", ".join(cells), ", ".join(["%s"] * len(cells))
                        query = f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING"
                        connection.execute(query, list(cells.values()))  # type: ignore[arg-type,unused-ignore]
            except (psycopg.Error, ValueError, TypeError):
                refused.append(row)
    return refused


def _in_tables(row: Checkpoint | Write) -> Iterator[tuple[str, dict[str, Any]]]:
    cells = row.cells()
    if isinstance(row, Write):
        cells["blob"] = cells.pop("value")
        yield "checkpoint_writes", cells
        return
    parts = row.state.parts(row.id) if isinstance(row.state, State) else row.state
    if isinstance(parts, dict):
        values, versions = parts.get("channel_values"), parts.get("channel_versions")
        if isinstance(values, dict) and isinstance(versions, dict):
            place = {"thread_id": row.thread, "checkpoint_ns": row.namespace}
            for name, value in values.items():
                stored = {"channel": name, "version": str(versions.get(name)), "type": "msgpack", "blob": pack(value)}
                yield "checkpoint_blobs", {**place, **stored}
            parts = {**parts, "channel_values": {}}
        cells["checkpoint"] = json.dumps(parts)
    else:
        cells["checkpoint"] = _as_text(parts)
    cells["metadata"] = _as_text(cells["metadata"])
    yield "checkpoints", cells


def _as_text(cell: Any) -> Any:
    return cell.decode() if isinstance(cell, bytes) else cell


def _each(rows: Rows | Iterable[Checkpoint | Write]) -> Iterator[Checkpoint | Write]:
    return iter(rows.rows if isinstance(rows, Rows) else rows)
