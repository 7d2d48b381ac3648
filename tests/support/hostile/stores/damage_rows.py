"""Rows damaged by chance: any value in any column, damaged bytes in any blob, parents in rings, tables of other kinds.

    path, what = mutated(path, rng)       a store made anew, with damage that `rng` picks; `what` says which
    KINDS["..."] = ...                    a further kind of damage, to a store that is open for writing

Every store has the threads "t", "u" and "healthy". Nothing of "healthy" is damaged by the kinds in `SPARES`.
"""

import json
import random
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from tests.support.hostile.stores.stores import (
    BARE,
    DECLARED,
    Checkpoint,
    Rows,
    Sql,
    State,
    Write,
    id_at,
    in_sqlite,
    version,
)
from tests.support.hostile.values.odd_values import CELLS, IDS, KEYS, RAW_METADATA, TIMES, TOLD, VALUES
from tests.support.hostile.values.packing import called, pack, snapshot

COLUMNS = {
    "checkpoints": (
        "thread_id",
        "checkpoint_ns",
        "checkpoint_id",
        "parent_checkpoint_id",
        "type",
        "checkpoint",
        "metadata",
    ),
    "writes": (
        "thread_id",
        "checkpoint_ns",
        "checkpoint_id",
        "task_id",
        "idx",
        "channel",
        "type",
        "value",
        "task_path",
    ),
}


def base() -> Rows:
    """Three threads: "t" with a subgraph, an error, a question and a delta channel; "u", an old one; "healthy"."""
    made = Rows()
    ids = made.chain("t", [_state(step) for step in range(8)])
    for step, one in enumerate(ids[:-1]):
        made.add(Write("t", one, f"task-{step}", 0, "x", step + 1), Write("t", one, f"task-{step}", 1, "log", ["y"]))
    made.add(Write("t", ids[-1], "task-e", -1, "__error__", "ValueError('no')"))
    asked = called("langgraph.types", "Interrupt", {"value": "go on?", "id": "q"}, code=2)
    made.add(Write("t", ids[-1], "task-q", -3, "__interrupt__", [asked], path="~__pregel_pull, other"))
    made.chain("t", [{"inner": step} for step in range(3)], namespace="node:task-3", start=50)
    for step in range(4):
        about = {"source": "loop", "step": step, "counters_since_delta_snapshot": {"d": [step, step]}}
        values = {"d": snapshot([0])} if step == 0 else {}
        state = State(values, {"d": version(step + 1)}, updated=["d"])
        made.add(Checkpoint("u", id_at(20 + step), id_at(19 + step) if step else None, state=state, metadata=about))
        made.add(Write("u", id_at(20 + step), f"d-{step}", 0, "d", [step]))
    made.add(
        Checkpoint(
            "u",
            id_at(30),
            id_at(23),
            kind="json",
            state='{"v": 1, "ts": "2026-11-01T10:00:00+00:00", "id": "",'
            ' "channel_values": {"n": 1}, "channel_versions": {"n": 2}, "versions_seen": {"n": {"start:n": 1}}}',
        )
    )
    made.healthy()
    return made


def _state(step: int) -> State:
    seen = {"__input__": {}, "node": {"branch:to:node": version(step)}, "__interrupt__": {"x": version(1)}}
    names = {"x": version(step + 1), "log": version(step + 1), "branch:to:node": version(step + 1)}
    return State({"x": step, "log": ["y"] * step, "branch:to:node": None}, names, seen, ["branch:to:node", "log", "x"])


_WORK, _MOST_WORK = 100_000, 100
"""Of SQLite's instructions: how many pass between two looks, and after how many looks a damage is given up."""

Damage = Callable[[sqlite3.Connection, random.Random], str]


def mutated(path: Path, rng: random.Random, kinds: "dict[str, Damage] | None" = None) -> tuple[Path, str]:
    """A store at `path`, made anew, with some damage."""
    layout = rng.choice([BARE, BARE, DECLARED])
    in_sqlite(base(), path, layout)
    store = sqlite3.connect(path, isolation_level=None)
    spent = count()  # one kind makes a view without end, which the next would go through
    store.set_progress_handler(lambda: next(spent) > _MOST_WORK, _WORK)
    told = []
    try:
        for _ in range(rng.choice([1, 1, 2, 6])):
            kind = rng.choice(sorted(kinds or KINDS))
            try:
                told.append(f"{kind}: {(kinds or KINDS)[kind](store, rng)}")
            except sqlite3.Error as error:
                told.append(f"{kind}: refused ({error})"[:200])
    finally:
        store.close()
    return path, f"{'bare' if layout is BARE else 'declared'}: {'; '.join(told)}"


def _rows(store: sqlite3.Connection, table: str, rng: random.Random) -> list[int]:
    """Some rows that are not of the healthy thread."""
    rows = [row for (row,) in store.execute(f"SELECT rowid FROM {table} WHERE thread_id IS NOT 'healthy'")]
    return rng.sample(rows, min(len(rows), rng.choice([1, 1, 3, len(rows)])))


def _put(store: sqlite3.Connection, table: str, column: str, rows: list[int], cell: Any) -> None:
    mark, bound = (cell.text, []) if isinstance(cell, Sql) else ("?", [cell])
    for row in rows:
        store.execute(f"UPDATE OR REPLACE {table} SET {column} = {mark} WHERE rowid = ?", [*bound, row])


def _read(store: sqlite3.Connection, table: str, column: str, row: int) -> Any:
    """A cell; None where its row is gone, since another one took its key."""
    found = store.execute(f"SELECT {column} FROM {table} WHERE rowid = ?", (row,)).fetchone()
    return found[0] if found else None


def _cell(store: sqlite3.Connection, rng: random.Random) -> str:
    table = rng.choice(sorted(COLUMNS))
    column, cell, rows = rng.choice(COLUMNS[table]), rng.choice(CELLS), _rows(store, table, rng)
    _put(store, table, column, rows, cell)
    return f"{table}.{column} of {len(rows)} = {cell!r:.60}"


def _blob_bytes(store: sqlite3.Connection, rng: random.Random) -> str:
    table, column = rng.choice([("checkpoints", "checkpoint"), ("checkpoints", "metadata"), ("writes", "value")])
    rows, how = _rows(store, table, rng), rng.choice(["flip", "cut", "random", "insert", "remove", "twice"])
    for row in rows:
        blob = bytearray(_read(store, table, f"CAST({column} AS BLOB)", row) or b"\xc0")
        store.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (bytes(_damaged(blob, how, rng)), row))
    return f"{table}.{column} of {len(rows)} {how}"


def _damaged(blob: bytearray, how: str, rng: random.Random) -> bytes:
    at = rng.randrange(len(blob))
    if how == "flip":
        for _ in range(rng.randint(1, 9)):
            blob[rng.randrange(len(blob))] = rng.randrange(256)
    elif how == "cut":
        del blob[at:]
    elif how == "random":
        return rng.randbytes(rng.randint(0, 300))
    elif how == "insert":
        blob[at:at] = rng.choice(
            [b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xc9\xff\xff\xff\xff\x01", b"\x91" * 5_000, b"\xc1"]
        )
    elif how == "remove":
        del blob[at : at + rng.randint(1, 40)]
    return bytes(blob * 2 if how == "twice" else blob)


def _state_part(store: sqlite3.Connection, rng: random.Random) -> str:
    parts = _state(2).parts()
    if rng.random() < 0.2:
        parts["pending_sends"] = [rng.choice(VALUES)]
    part = rng.choice(sorted(parts))
    value = rng.choice(TIMES) if part == "ts" else rng.choice(VALUES)
    inside = isinstance(parts[part], dict) and rng.random() < 0.7
    if inside:
        where = rng.choice([*parts[part], "__pregel_tasks", "join:a+b:node", "__snapshot_bumps__", 5, None, b"b"])
        parts[part] = {**parts[part], where: {"x": value} if part == "versions_seen" and rng.random() < 0.5 else value}
    else:
        parts[part] = value
    parts["v"] = rng.choice([parts["v"], parts["v"], 1, 2, 3]) if part != "v" else parts["v"]
    rows = _rows(store, "checkpoints", rng)
    _put(store, "checkpoints", "checkpoint", rows, pack(parts))
    return f"state of {len(rows)}: {part}{' inside' if inside else ''} = {value!r:.60}"


def _metadata(store: sqlite3.Connection, rng: random.Random) -> str:
    rows = _rows(store, "checkpoints", rng)
    if rng.random() < 0.3:
        cell = rng.choice(RAW_METADATA)
    else:
        key, value = rng.choice(KEYS), rng.choice(TOLD)
        with suppress(ValueError):
            cell = json.dumps(
                {"source": rng.choice(["loop", "input", "update", "fork"]), "step": 1, "parents": {}, key: value}
            ).encode()
    _put(store, "checkpoints", "metadata", rows, cell)
    return f"metadata of {len(rows)} = {cell!r:.80}"


def _write_value(store: sqlite3.Connection, rng: random.Random) -> str:
    rows, value = _rows(store, "writes", rng), rng.choice(VALUES)
    _put(store, "writes", "value", rows, pack(value))
    channel = rng.choice(["", "__error__", "__interrupt__", "__resume__", "__pregel_tasks", "d"])
    if channel:
        _put(store, "writes", "channel", rows, channel)
    return f"writes of {len(rows)} to {channel or 'their channels'} = {value!r:.60}"


def _parents(store: sqlite3.Connection, rng: random.Random) -> str:
    rows = store.execute("SELECT rowid, checkpoint_id FROM checkpoints WHERE thread_id IS NOT 'healthy'").fetchall()
    rng.shuffle(rows)
    how = rng.choice(["self", "ring", "ring of two", "missing", "roots", "any", "newest"])
    picked = rows[: rng.randint(1, max(1, len(rows)))]
    for at, (row, one) in enumerate(picked):
        new = {
            "self": one,
            "ring": picked[(at + 1) % len(picked)][1],
            "ring of two": picked[at ^ 1][1] if at ^ 1 < len(picked) else one,
            "missing": "nope",
            "roots": None,
            "any": rng.choice(rows)[1],
            "newest": id_at(7),
        }[how]
        store.execute("UPDATE checkpoints SET parent_checkpoint_id = ? WHERE rowid = ?", (new, row))
    return f"parents of {len(picked)}: {how}"


def _ids(store: sqlite3.Connection, rng: random.Random) -> str:
    rows, one = _rows(store, "checkpoints", rng)[:1], rng.choice(IDS)
    old = [_read(store, "checkpoints", "checkpoint_id", row) for row in rows]
    _put(store, "checkpoints", "checkpoint_id", rows, one)
    for was in old:
        store.execute(
            "UPDATE OR REPLACE checkpoints SET parent_checkpoint_id = ? WHERE parent_checkpoint_id IS ?", (one, was)
        )
        store.execute("UPDATE OR REPLACE writes SET checkpoint_id = ? WHERE checkpoint_id IS ?", (one, was))
    return f"id {one[:40]!r}"


def _doubles(store: sqlite3.Connection, rng: random.Random) -> str:
    table = rng.choice(sorted(COLUMNS))
    column = rng.choice(COLUMNS[table][:3])
    other = rng.choice(
        [f"CAST({column} AS BLOB)", f"{column} || char(0)", f"upper({column})", "NULL", "5", "5.0", "'5'"]
    )
    names = [other if name == column else name for name in COLUMNS[table]]
    store.execute(
        f"INSERT OR IGNORE INTO {table} ({', '.join(COLUMNS[table])}) SELECT {', '.join(names)} FROM {table}"
        " WHERE thread_id = 't'"
    )
    return f"{table}: again with {column} = {other}"


LAYOUTS = tuple(Path(__file__).with_name("layouts.sql").read_text(encoding="utf-8").splitlines())
"""Other tables, keys, orders, encodings and pages than LangGraph makes."""


def _layout(store: sqlite3.Connection, rng: random.Random) -> str:
    one = rng.choice(LAYOUTS)
    store.executescript(one)
    return one[:300]


SPARES: dict[str, Damage] = {
    "cell": _cell,
    "bytes of a blob": _blob_bytes,
    "part of a state": _state_part,
    "metadata": _metadata,
    "value of a write": _write_value,
    "parents": _parents,
    "ids": _ids,
}
"""Damage to rows of other threads than the healthy one."""

KINDS: dict[str, Damage] = {**SPARES, "rows twice": _doubles, "layout": _layout}
"""The kinds of damage; more may be added."""
