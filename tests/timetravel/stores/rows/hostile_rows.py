"""Rows as no saver writes them: in every column, what its type allows there, and extremes of what belongs there.

A generator deals all of these out over the rows of a real store, in an order that a seed decides, so that a few stores
hold every one of them. `read_all` then reads such a store as the screens do.
"""

import itertools
import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import ormsgpack
import psycopg

from ui.timetravel.diff import diff
from ui.timetravel.history.tree.tree import build
from ui.timetravel.model.checkpoints import answered_tasks, visible
from ui.timetravel.presentation.change_cards import cards, task_cards
from ui.timetravel.presentation.narration.headline import headline
from ui.timetravel.serde.json_view import display
from ui.timetravel.stores import Store

KEYS = {
    "checkpoints": ("thread_id", "checkpoint_ns", "checkpoint_id"),
    "writes": ("thread_id", "checkpoint_ns", "checkpoint_id", "task_id", "idx"),
}
"""The primary keys of the tables of SQLite's saver."""

TEXTS = (
    "",
    " ",
    "x",
    "a\x1fb",
    "\x1f",
    "é\u202e\u0301",
    "[![x](http://e.example/x.png)]",
    "9" * 400,
    "null",
    "a:b|c:d|:",
)
"""Texts that any column of texts can hold, in PostgreSQL, too."""

CELLS: tuple[Any, ...] = (
    *(None, 0, 5, -1, 2**63 - 1, -(2**63), 1.5, -0.0, float("inf"), 1e300),
    *(b"", b"\x00\xff", b"\x80", b"\xc1", b"\xff" * 5, b"\x91" * 600, bytes(200)),
    *(*TEXTS, "\0", "{}", "[" * 600, "+aes", "msgpack+aes"),
)
"""What SQLite lets any column hold that has no type, and most of it in those that have one."""

PATHS = (
    *(f"~__pregel_push, {number}, False" for number in ("²", "٣", "-1", "1" * 5_000, "", "0000000007", "1.5")),
    *("~__pregel_pull, ", "~__pregel_push, ~__pregel_pull, a, ², True", "~__interrupt__, ", "~" * 3_000),
)
"""What the path of a task can say."""

STEPS = (10**30, -(10**30), 2**63, 1e308, None, "x", [1], True, {"a": 1})


def deep(levels: int) -> Any:
    """A list in a list, and so on."""
    found: Any = []
    for _ in range(levels):
        found = [found]
    return found


METADATA: tuple[Any, ...] = (
    *({"source": "loop", "step": step, "parents": {}} for step in STEPS),
    *({"source": source, "step": 1} for source in (None, 5, ["loop"], {"a": 1}, "x" * 5_000, "update", "fork")),
    *({"source": "loop", "step": 1, "more": deep(levels)} for levels in (90, 101, 500)),
    *({"source": "loop", "step": 1, "parents": parents} for parents in ("x", 5, {"": 5}, {"": ["x"]}, [None])),
    *({"source": "loop", "step": 1, name: odd} for name in ("timetravel_from", "graph_id", "run_id") for odd in STEPS),
    *(
        {"source": "loop", "step": 1, "counters_since_delta_snapshot": odd}
        for odd in (*STEPS, {"log": "x"}, {"n": None})
    ),
    *({"lc": 1, "type": "constructor", "id": ["os", "system"], "kwargs": {"x": 1}}, [], 5, "x", None, {}),
)
"""What a checkpoint's metadata can say as JSON."""

VERSIONS: tuple[Any, ...] = (5, "2", None, 1.5, [1], {"a": 1}, "9" * 5_000)


def checkpoint(**parts: Any) -> dict[str, Any]:
    """A checkpoint of the present format, with some of its parts replaced."""
    whole = {"v": 4, "ts": "2026-11-01T10:00:00+00:00", "id": "x", "channel_values": {"log": ["a"]}}
    told = {"channel_versions": {"log": "2", "branch:to:a": "3"}, "versions_seen": {"a": {"branch:to:a": "2"}}}
    return {**whole, **told, "updated_channels": ["log"], **parts}


CHECKPOINTS: tuple[Any, ...] = (
    *(checkpoint(v=v) for v in (0, -1, 1, 2, 3, "4", None, 2**63, 1.5, [4], True)),
    *(checkpoint(ts=ts) for ts in ("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "x", "", 5, None, [1])),
    *(checkpoint(**{name: odd}) for name in checkpoint() if name not in ("v", "ts") for odd in (None, 5, "x", [], {})),
    *(
        checkpoint(channel_versions={"log": one, "branch:to:a": two})
        for one, two in itertools.permutations(VERSIONS, 2)
    ),
    *(
        checkpoint(versions_seen={"a": odd, "b": {"log": odd}, "__snapshot_bumps__": {"a|log": odd}})
        for odd in VERSIONS
    ),
    *(checkpoint(v=v, versions_seen={"log": {"a": 5}}, pending_sends=[odd]) for v in (1, 2, 3) for odd in VERSIONS),
    *(checkpoint(channel_values={"__pregel_tasks": odd, "join:a+b:c": odd, "branch:to:a": odd}) for odd in VERSIONS),
    *(checkpoint(updated_channels=odd) for odd in ([5, None, ["x"], "log"], {"log": 1}, "log", ["__pregel_tasks"])),
    *(checkpoint(channel_values={"log": deep(levels)}) for levels in (99, 500)),
    *([], 5, "x", None, {}, {"lc": 1}),
)
"""What a checkpoint can say as JSON, and as msgpack."""

_ODD_KEYS: dict[Any, Any] = {5: 1, None: 2, b"b": 3, 1.5: 4, True: 5, (1, 2): 6, "": 7}
PACKED: tuple[Any, ...] = (
    *(
        checkpoint(**{name: {**_ODD_KEYS, "log": 1}})
        for name in ("channel_values", "channel_versions", "versions_seen")
    ),
    *(checkpoint(versions_seen={"a": _ODD_KEYS}), checkpoint(channel_values={"log": float("nan")})),
)
"""What msgpack alone can say."""


def _packed(value: Any) -> bytes:
    return ormsgpack.packb(value, option=ormsgpack.OPT_NON_STR_KEYS | ormsgpack.OPT_PASSTHROUGH_TUPLE, default=list)


def _in_msgpack(values: tuple[Any, ...]) -> Iterator[bytes]:
    for value in values:
        try:
            yield _packed(value)
        except (TypeError, ValueError):  # deeper, or a larger number, than msgpack can say
            continue


ROWS: dict[str, dict[str, tuple[Any, ...]]] = {
    "checkpoints": {
        **dict.fromkeys(("thread_id", "checkpoint_ns", "checkpoint_id", "parent_checkpoint_id", "type"), CELLS),
        "checkpoint": (*CELLS, *_in_msgpack((*CHECKPOINTS, *PACKED))),
        "metadata": (*CELLS, *(json.dumps(one) for one in METADATA)),
    },
    "writes": {
        **dict.fromkeys(("thread_id", "checkpoint_ns", "checkpoint_id", "task_id", "idx", "type"), CELLS),
        "task_path": (*CELLS, *PATHS),
        "channel": (*CELLS, "__error__", "__interrupt__", "__resume__", "__pregel_tasks", "branch:to:a"),
        "value": (*CELLS, *_in_msgpack((*METADATA, *VERSIONS))),
    },
}
"""For every column of SQLite's tables what is put into it."""


_BYTES = (*(cell for cell in CELLS if isinstance(cell, bytes)), *_in_msgpack((*METADATA, *VERSIONS, *PACKED)))

POSTGRES_ROWS: dict[str, dict[str, tuple[Any, ...]]] = {
    "checkpoints": {
        **dict.fromkeys(("thread_id", "checkpoint_ns", "checkpoint_id"), TEXTS),
        **dict.fromkeys(("parent_checkpoint_id", "type"), (None, *TEXTS)),
        "checkpoint": tuple(json.dumps(one) for one in CHECKPOINTS),
        "metadata": tuple(json.dumps(one) for one in METADATA),
    },
    "checkpoint_blobs": {
        **dict.fromkeys(("thread_id", "checkpoint_ns", "channel", "version"), TEXTS),
        "type": ("empty", "json", "pickle", "msgpack+aes", *TEXTS),
        "blob": (None, *_BYTES),
    },
    "checkpoint_writes": {
        **dict.fromkeys(("thread_id", "checkpoint_ns", "checkpoint_id", "task_id"), TEXTS),
        "task_path": (*TEXTS, *PATHS),
        "idx": (0, -1, 2**31 - 1, -(2**31)),
        "channel": (*TEXTS, "__error__", "__interrupt__", "__resume__", "__pregel_tasks", "branch:to:a"),
        "type": (None, "json", "pickle", "msgpack+aes", *TEXTS),
        "blob": _BYTES,
    },
}
"""The same for the tables of PostgreSQL's saver, whose types refuse most of it."""


def damaged(source: Path, folder: Path, seed: int, rows_each: int = 40) -> Iterator[Path]:
    """Stores made of the one at `source`, whose rows between them hold everything in `ROWS`; one is left at a time.

    Most have columns without types and without keys, so that nothing is refused, or turned into a text, by SQLite.
    """
    deal = [(table, column, cell) for table, columns in ROWS.items() for column in columns for cell in columns[column]]
    random.Random(seed).shuffle(deal)
    path = folder / "damaged.sqlite"
    for number, start in enumerate(range(0, len(deal), rows_each)):
        path.unlink(missing_ok=True)
        original, copy = sqlite3.connect(source), sqlite3.connect(path, isolation_level=None)
        original.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        _damage(copy, deal[start : start + rows_each], random.Random(seed + number), bare=number % 4 > 0)
        original.close()
        copy.close()
        yield path


def _damage(store: sqlite3.Connection, deal: list[tuple[str, str, Any]], chance: random.Random, *, bare: bool) -> None:
    store.execute("BEGIN")
    for table, columns in ROWS.items():
        if bare:
            names = ", ".join(columns)
            store.execute(f"CREATE TABLE bare ({names})")
            store.execute(f"INSERT INTO bare SELECT {names} FROM {table}")
            store.execute(f"DROP TABLE {table}")
            store.execute(f"ALTER TABLE bare RENAME TO {table}")
        rows = [row for (row,) in store.execute(f"SELECT rowid FROM {table} WHERE thread_id <> 'healthy'")]
        chance.shuffle(rows)
        for row, (_, column, cell) in zip(
            itertools.cycle(rows), (one for one in deal if one[0] == table), strict=False
        ):
            # OR IGNORE: what the column's own rules refuse can't be there.
            store.execute(f"UPDATE OR IGNORE {table} SET {column} = ? WHERE rowid = ?", (cell, row))
    store.execute("COMMIT")


def damage_database(connection: psycopg.Connection[Any], seed: int, rows_each: int = 40) -> Iterator[None]:
    """The same for the tables in a database, which have to be there; after each turn they are as they were."""
    told = POSTGRES_ROWS.items()
    deal = [(table, column, cell) for table, columns in told for column in columns for cell in columns[column]]
    chance = random.Random(seed)
    chance.shuffle(deal)
    for table in POSTGRES_ROWS:
        connection.execute(f"CREATE TABLE was_{table} AS TABLE {table}")  # type: ignore[arg-type,unused-ignore]
    for start in range(0, len(deal), rows_each):
        for table in POSTGRES_ROWS:
            again = f"TRUNCATE {table}; INSERT INTO {table} TABLE was_{table}"
            connection.execute(again)  # type: ignore[arg-type,unused-ignore]
            _damage_table(
                connection, table, [one[1:] for one in deal[start : start + rows_each] if one[0] == table], chance
            )
        yield


def _damage_table(
    connection: psycopg.Connection[Any], table: str, deal: list[tuple[str, Any]], chance: random.Random
) -> None:
    query = f"SELECT ctid::text FROM {table} WHERE thread_id <> 'healthy'"
    rows = [row for (row,) in connection.execute(query)]  # type: ignore[arg-type,unused-ignore]
    chance.shuffle(rows)
    # Not more than there are: a row that is changed gets another ctid.
    for row, (column, cell) in zip(rows, deal, strict=False):
        change = f"UPDATE {table} SET {column} = %s WHERE ctid = %s::tid"
        with suppress(psycopg.errors.UniqueViolation), connection.transaction():
            connection.execute(change, (cell, row))  # type: ignore[arg-type,unused-ignore]


def read_all(store: Store) -> int:
    """Read everything, and make of it what the screens make; how many checkpoints were read."""
    count = 0
    for thread in store.threads(limit=1_000).threads:
        assert store.thread(thread.thread_id) == thread
        for namespace in store.namespaces(thread.thread_id):
            skeleton = store.skeleton(thread.thread_id, namespace)
            build(skeleton).rows(0, 100)
            for header in store.headers(thread.thread_id, namespace, skeleton.ids):
                json.dumps(display(dict(header.metadata)))
                assert abs(header.step) <= 2**53
            old: dict[str, Any] = {}
            for one in skeleton.ids:
                found = store.checkpoint(thread.thread_id, namespace, one)
                new = visible(found.values)
                json.dumps([display(new), display(dict(found.versions)), cards(diff(old, new))])
                tasks = store.writes(thread.thread_id, namespace, one)
                answered_tasks(tasks)
                if count % 8 == 0:  # it reads what is around the checkpoint, too, which takes its time
                    headline(store, thread.thread_id, namespace, one)
                json.dumps([task_cards(task) for task in tasks])
                count, old = count + 1, new
    return count
