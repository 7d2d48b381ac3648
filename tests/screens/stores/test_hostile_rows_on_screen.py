"""Whatever a store's rows hold, every screen of it is a page: with what can be read, and what can't said to be so."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.screens.conftest import Screen
from tests.screens.stores.small_stores import make, writes
from tests.timetravel.stores.rows.hostile_rows import deep

Open = Callable[..., Screen]

EVERY: dict[str, Any] = {
    "null": None,
    "whole": 2**63 - 1,
    "float": 1e300,
    "bytes": b"\x00\xff\xc1",
    "text": "]\x1f[" * 50,
}
"""What is put into every column but the ids of a thread's newest checkpoint, and of the writes on it."""

TOLD: dict[str, Any] = {
    "step": {"source": "loop", "step": 10**30},
    "source": {"source": {"a": 1}, "step": [1]},
    "deep": {"source": "loop", "step": 1, "more": deep(500)},
    "parents": {"source": "loop", "step": 1, "parents": {"": 5}, "timetravel_from": 5, "graph_id": ["x"]},
    "counters": {"source": "loop", "step": 1, "counters_since_delta_snapshot": {"value": "x", "nope": None}},
}
"""Metadata of a thread's newest checkpoint."""

STATES: dict[str, Any] = {
    "late": {"ts": "9999-12-31T23:59:59-23:59"},
    "early": {"ts": "0001-01-01T00:00:00+23:59"},
    "versions": {
        "channel_versions": {"value": [1], "log": {"a": 1}},
        "versions_seen": {"work": {"value": "x"}, "x": 5},
    },
    "values": {"channel_values": [1, 2]},
    "format": {"v": "four", "updated_channels": [5, None]},
}
"""Parts of the state of a thread's newest checkpoint, which also has an id that tells no time."""

THREADS = [*EVERY, *TOLD, *STATES]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "hostile.sqlite"
    for thread in [*THREADS, "healthy"]:
        make(path, writes("after"), thread)
    connection = sqlite3.connect(path)
    for table in ("checkpoints", "writes"):
        names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        connection.execute(f"CREATE TABLE bare ({', '.join(names)})")
        connection.execute(f"INSERT INTO bare SELECT * FROM {table}")
        connection.execute(f"DROP TABLE {table}")
        connection.execute(f"ALTER TABLE bare RENAME TO {table}")
        for thread, cell in EVERY.items():
            others = [name for name in names if name not in ("thread_id", "checkpoint_ns", "checkpoint_id")]
            setting = ", ".join(f"{name} = ?" for name in others)
            connection.execute(f"UPDATE {table} SET {setting} WHERE thread_id = ?", (*[cell] * len(others), thread))
    newest = "WHERE rowid = (SELECT rowid FROM checkpoints WHERE thread_id = ? ORDER BY checkpoint_id DESC LIMIT 1)"
    for thread, told in TOLD.items():
        connection.execute(f"UPDATE checkpoints SET metadata = ? {newest}", (json.dumps(told), thread))
    for thread, parts in STATES.items():
        state = {
            "v": 4,
            "ts": "",
            "channel_values": {"value": 1},
            "channel_versions": {"value": 1},
            "versions_seen": {},
        }
        connection.execute(
            f"UPDATE checkpoints SET type = 'json', checkpoint_id = 'x', checkpoint = ? {newest}",
            (json.dumps(state | parts), thread),
        )
    connection.commit()
    connection.close()
    return path


@pytest.mark.parametrize("tab", ["changes", "state", "writes", "raw"])
def test_every_tab_of_a_checkpoint_is_a_page(opened: Open, store: Path, tab: str) -> None:
    screen = opened(store, page="debugger")
    for thread in THREADS:
        screen.run(thread=thread, tab=tab)
        assert screen.crashes == [], thread


@pytest.mark.parametrize("history", ["tree", "graph"])
def test_every_history_is_a_page(opened: Open, store: Path, history: str) -> None:
    screen = opened(store, page="debugger")
    for thread in THREADS:
        screen.run(thread=thread, history=history)
        assert screen.crashes == [], thread


@pytest.mark.parametrize("page", ["tasks", "clean", "run"])
def test_every_other_screen_is_a_page(opened: Open, store: Path, page: str) -> None:
    assert opened(store, page=page).crashes == []


def test_the_rest_is_shown(opened: Open, store: Path) -> None:
    screen = opened(store, page="debugger").run(thread="healthy")
    assert "work ran" in screen.says
