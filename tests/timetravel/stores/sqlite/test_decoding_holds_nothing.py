"""Nothing is decoded while a store is read: a slow value locks no writer out, and holds neither log nor snapshot."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.hostile.stores.stores import Rows, Write, in_postgres, in_sqlite
from tests.support.postgres import Server
from ui.timetravel.serde import decode
from ui.timetravel.stores import Store, open_store
from ui.timetravel.stores.rows import cells as _cells
from ui.timetravel.stores.sqlite import stored as _sqlite_stored

READS: dict[str, Callable[[Store, str], Any]] = {
    "threads": lambda store, one: store.threads(),
    "thread": lambda store, one: store.thread("t"),
    "headers": lambda store, one: store.headers("t", "", [one]),
    "checkpoint": lambda store, one: store.checkpoint("t", "", one),
    "writes": lambda store, one: store.writes("t", "", one),
}


def rows() -> tuple[Rows, str]:
    made = Rows()
    _, last = made.chain("t", [{"x": [1]}, {"x": [1, 2]}])
    made.add(Write("t", last, "a", -1, "__error__", "no"), Write("t", last, "b", 0, "x", [3]))
    return made, last


def during(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], None]) -> list[int]:
    """Have this happen whenever something is decoded; gives back how large each was."""
    sizes: list[int] = []

    def meanwhile(original: Callable[..., Any]) -> Callable[..., Any]:
        def decoding(*given: Any, **more: Any) -> Any:
            sizes.append(len(given))
            happens()
            return original(*given, **more)

        return decoding

    monkeypatch.setattr(decode, "decode", meanwhile(decode.decode))
    monkeypatch.setattr(_cells, "decode_json", meanwhile(_cells.decode_json))
    monkeypatch.setattr(_sqlite_stored, "outline_of", meanwhile(_sqlite_stored.outline_of))
    return sizes


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
@pytest.mark.parametrize("read", READS)
def test_a_writer_of_a_file_goes_on_while_a_value_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, journal: str, read: str
) -> None:
    made, last = rows()
    path = in_sqlite(made, tmp_path / "store.sqlite", journal=journal)
    writer = sqlite3.connect(path, isolation_level=None, timeout=0)
    held: list[Any] = []

    def write() -> None:
        writer.execute("UPDATE writes SET task_path = task_path || '.' WHERE task_id = 'none'")
        writer.execute("INSERT INTO writes (thread_id) VALUES ('another')")
        if journal == "WAL":
            held.append(writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])

    writer.execute("INSERT INTO writes (thread_id) VALUES ('another')")
    with open_store(str(path)) as store:
        decoded = during(monkeypatch, write)
        READS[read](store, last)
    writer.close()
    assert decoded, "something was decoded"
    assert not any(held), "the log could be written back and emptied each time"


@pytest.fixture
def database(postgres: Server) -> tuple[str, str]:
    made, last = rows()
    url = postgres.database()
    assert not in_postgres(made, url)
    return url, last


@pytest.mark.parametrize("read", READS)
def test_no_snapshot_of_a_database_is_held_while_a_value_is_decoded(
    database: tuple[str, str], monkeypatch: pytest.MonkeyPatch, read: str
) -> None:
    url, last = database
    held: list[Any] = []
    query = """SELECT state FROM pg_stat_activity WHERE application_name = 'timetravel'
        AND datname = current_database() AND (xact_start IS NOT NULL OR backend_xmin IS NOT NULL)"""
    with psycopg.connect(url, autocommit=True) as watcher, open_store(url) as store:
        decoded = during(monkeypatch, lambda: held.extend(watcher.execute(query).fetchall()))
        READS[read](store, last)
    assert decoded, "something was decoded"
    assert not held
