"""Whatever a store's rows hold, reading it gives what can be read, or an error of the engine's own."""

import itertools
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.checkpoint.serde.encrypted import EncryptedSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

from tests.support.hostile.values.packing import extension, pack
from tests.support.postgres import Server
from tests.timetravel.stores.rows.hostile_rows import POSTGRES_ROWS, damage_database, damaged, read_all
from tests.timetravel.stores.written import histories
from ui.timetravel.cleanup.rules import Rule, Selection, plan_rule
from ui.timetravel.errors import NotExportable
from ui.timetravel.ground.text.formatting import format_date
from ui.timetravel.model.checkpoints import ThreadState
from ui.timetravel.presentation.narration.headline import headline
from ui.timetravel.runs.sandbox_bundle import export_checkpoint
from ui.timetravel.stores import open_store

SEED = 20261128


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of many kinds of rows, among them a thread that is left as it is."""
    path = tmp_path_factory.mktemp("source") / "source.sqlite"
    with SqliteSaver.from_conn_string(str(path)) as saver:
        saver.setup()
        make_all(saver, saver.conn.execute)
        saver.conn.commit()
    return path


def make_all(saver: Any, execute: Callable[[str], object]) -> None:
    """Several histories, each in a thread of its own; the last is called "healthy"."""
    tables = ["checkpoints", "writes"] if isinstance(saver, SqliteSaver) else list(POSTGRES_ROWS)
    made = (histories.loop, histories.subgraph_that_asks, histories.failed, histories.sends, histories.delta)
    for number, make in enumerate((*made, histories.loop)):
        make(saver)
        name = "healthy" if number == len(made) else f"t{number}"
        for table in tables:
            execute(f"UPDATE {table} SET thread_id = '{name}' WHERE thread_id = 't'")


def test_every_kind_of_cell_in_every_column_of_a_file(source: Path, tmp_path: Path) -> None:
    read = 0
    rules = itertools.cycle(
        [Rule(Selection.THREADS, 1), Rule(Selection.BEYOND, 1), Rule(Selection.OLD, 1), None, None, None]
    )
    for path, rule in zip(damaged(source, tmp_path, SEED), rules, strict=False):
        with open_store(str(path)) as store:
            read += read_all(store)
            if rule:
                plan_rule(store, rule)
            assert len(store.skeleton("healthy").ids) == 6
    assert read > 400


def test_every_kind_of_cell_in_every_column_of_a_database(postgres: Server) -> None:
    url = postgres.database()
    with PostgresSaver.from_conn_string(url) as saver:
        saver.setup()
        make_all(saver, saver.conn.execute)
    read = 0
    with psycopg.connect(url, autocommit=True) as connection, open_store(url) as store:
        for _ in damage_database(connection, SEED):
            read += read_all(store)
            assert len(store.skeleton("healthy").ids) == 6
    assert read > 300


def change(path: Path, statement: str, *values: object) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement, values)
    connection.commit()
    connection.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A thread "t" of six checkpoints."""
    histories.made(histories.loop, tmp_path / "store.sqlite")
    return tmp_path / "store.sqlite"


@pytest.mark.parametrize("column", ["thread_id", "checkpoint_ns", "checkpoint_id"])
def test_rows_whose_ids_are_no_texts_are_left_out_which_is_said(path: Path, column: str) -> None:
    change(path, f"UPDATE checkpoints SET {column} = x'ff00' WHERE rowid = (SELECT max(rowid) FROM checkpoints)")
    with open_store(str(path)) as store:
        (thread,) = store.threads().threads
        assert (thread.thread_id, thread.checkpoints) == ("t", 5)
        assert store.namespaces("t") == [""]
        assert len(store.skeleton("t").ids) == 5
        assert any("is no text are left out" in note for note in store.notes)


def test_of_a_store_without_such_rows_nothing_of_the_kind_is_said(path: Path) -> None:
    with open_store(str(path)) as store:
        store.threads()
        store.skeleton("t")
        assert not any("left out" in note for note in store.notes)


def test_a_step_beyond_all_counting_is_taken_from_the_id_instead(path: Path) -> None:
    change(
        path, "UPDATE checkpoints SET metadata = replace(metadata, '\"step\": 2', '\"step\": 9' || hex(zeroblob(50)))"
    )
    with open_store(str(path)) as store:
        headers = store.headers("t", "", store.skeleton("t").ids)
        assert [header.step for header in headers] == [-1, 0, 1, 2, 3, 4]
        assert max(header.metadata["step"] for header in headers) > 10**90, "as it stands in the store"


def test_metadata_nested_too_deep_is_cut_there_and_the_rest_is_told(path: Path) -> None:
    change(
        path, "UPDATE checkpoints SET metadata = ?", '{"source": "loop", "step": 7, "x": ' + "[" * 500 + "]" * 500 + "}"
    )
    with open_store(str(path)) as store:
        (header,) = store.headers("t", "", store.skeleton("t").ids[:1])
        assert (header.source, header.step) == ("loop", 7)
        assert "nested more than" in str(header.metadata["x"])


@pytest.mark.parametrize("cell", [None, 5, 1.5, b"", b"\xc1", "text"])
def test_a_state_that_can_not_be_read_is_said_to_be_so(path: Path, cell: object) -> None:
    change(path, "UPDATE checkpoints SET checkpoint = ?", cell)
    with open_store(str(path)) as store:
        found = store.checkpoint("t", "", store.skeleton("t").ids[-1])
        assert found.values == {}
        assert any("can't be read" in note for note in found.notes)


@pytest.mark.parametrize("cell", [None, 5, 1.5, "text", b"\xc1"])
def test_a_failure_counts_as_one_whatever_stands_there_for_the_error(tmp_path: Path, cell: object) -> None:
    path = tmp_path / "failed.sqlite"
    histories.made(histories.failed, path)
    change(path, "UPDATE writes SET value = ? WHERE channel = '__error__'", cell)
    with open_store(str(path)) as store:
        (thread,) = store.threads().threads
        assert thread.state is ThreadState.FAILED
        assert store.headers("t", "", [thread.latest_id])[0].failed


@pytest.mark.parametrize("time", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "9999-12-31", "soon", ""])
def test_a_time_that_no_clock_shows_is_the_beginning_of_time(path: Path, time: str) -> None:
    told = json.dumps({"v": 4, "ts": time, "channel_values": {}, "channel_versions": {}, "versions_seen": {}})
    change(path, "UPDATE checkpoints SET checkpoint_id = rowid || 'th', type = 'json', checkpoint = ?", told.encode())
    with open_store(str(path)) as store:
        (thread,) = store.threads().threads
        assert thread.updated_at.year == 1970
        for zone in ("Pacific/Kiritimati", "America/New_York"):
            format_date(thread.updated_at, ZoneInfo(zone))


def test_a_checkpoint_that_is_its_own_ancestor_is_brought_into_a_sandbox_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "ring.sqlite"
    histories.made(histories.delta, path)
    change(path, "UPDATE checkpoints SET parent_checkpoint_id = (SELECT max(checkpoint_id) FROM checkpoints)")
    with open_store(str(path)) as store:
        for one in store.skeleton("t").ids:
            export_checkpoint(store, "t", one)


@pytest.mark.parametrize("cell", [None, 5, b"\xc1", b"\x80", b"{}"])
def test_of_a_state_that_can_not_be_read_nobody_says_that_the_run_is_finished(path: Path, cell: object) -> None:
    change(path, "UPDATE checkpoints SET checkpoint = ?", cell)
    with open_store(str(path)) as store:
        one = store.skeleton("t").ids[-1]
        assert "the store does not say whether anything is next" in headline(store, "t", "", one)
        (thread,) = store.threads().threads
        assert thread.state is ThreadState.UNKNOWN


def test_nor_of_one_that_is_encrypted_without_its_key(tmp_path: Path) -> None:
    serde = EncryptedSerializer.from_pycryptodome_aes(key=b"0123456789abcdef")
    with SqliteSaver.from_conn_string(str(tmp_path / "closed.sqlite")) as saver:
        saver.serde = serde
        histories.loop(saver)
    with open_store(str(tmp_path / "closed.sqlite")) as store:
        one = store.skeleton("t").ids[-1]
        assert "the store does not say whether anything is next" in headline(store, "t", "", one)


def test_a_name_as_long_as_a_book_is_cut_in_what_is_said_of_it(path: Path) -> None:
    change(path, "UPDATE checkpoints SET type = 'm+' || hex(zeroblob(30000))")
    with open_store(str(path)) as store:
        one = store.skeleton("t").ids[-1]
        assert all(len(note) < 1_000 for note in store.checkpoint("t", "", one).notes)
        with pytest.raises(NotExportable) as raised:
            export_checkpoint(store, "t", one)
    assert len(str(raised.value)) < 1_000


def test_so_is_the_name_of_a_channel_that_can_not_be_taken_along(path: Path) -> None:
    state = pack({"v": 4, "channel_values": {"long" * 9_000: extension(99, b"x")}, "channel_versions": {}})
    change(path, "UPDATE checkpoints SET checkpoint = ?", state)
    with open_store(str(path)) as store, pytest.raises(NotExportable, match='The channel "longlong') as raised:
        export_checkpoint(store, "t", store.skeleton("t").ids[-1])
    assert len(str(raised.value)) < 1_000
