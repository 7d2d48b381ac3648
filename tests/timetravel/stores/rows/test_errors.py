"""What can't be opened or read is told in one clear line."""

import sqlite3
from pathlib import Path

import pytest

from tests.timetravel.stores.written import histories
from ui.timetravel.errors import CheckpointNotFound, NotAStore, StoreNotFound, StoreUnreadable
from ui.timetravel.stores import open_store
from ui.timetravel.stores.sqlite.store import SqliteStore


def message(target: Path | str, kind: type[Exception]) -> str:
    with pytest.raises(kind) as caught:
        open_store(str(target))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def database(path: Path, *statements: str) -> Path:
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
    return path


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert str(tmp_path / "no.sqlite") in message(tmp_path / "no.sqlite", StoreNotFound)


def test_a_file_below_a_file_is_missing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    message(tmp_path / "file" / "no.sqlite", StoreNotFound)


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert "is empty" in message(tmp_path / "empty", NotAStore)


def test_a_folder_is_said_to_be_one(tmp_path: Path) -> None:
    assert "is a folder" in message(tmp_path, NotAStore)


def test_another_kind_of_file_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello, this is a plain text. " * 99)
    assert "not a SQLite database" in message(tmp_path / "text", NotAStore)


def test_a_short_file_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello")
    assert "not a SQLite database" in message(tmp_path / "text", NotAStore)


def test_a_database_of_something_else_tells_its_tables(tmp_path: Path) -> None:
    path = database(tmp_path / "other.sqlite", "CREATE TABLE recipes (x)", "CREATE TABLE guests (x)")
    assert "Its tables are: guests, recipes." in message(path, NotAStore)


def test_a_database_without_tables_says_so(tmp_path: Path) -> None:
    path = database(tmp_path / "none.sqlite", "CREATE TABLE x (y)", "DROP TABLE x")
    assert "no tables at all" in message(path, NotAStore)


def test_tables_of_the_same_name_with_other_columns_are_no_store(tmp_path: Path) -> None:
    path = database(tmp_path / "x.sqlite", "CREATE TABLE checkpoints (a)", "CREATE TABLE writes (b)")
    assert "without the columns" in message(path, NotAStore)


def test_a_view_in_the_place_of_a_table_is_not_looked_into(tmp_path: Path) -> None:
    path = database(
        tmp_path / "x.sqlite",
        "CREATE TABLE writes (x)",
        "CREATE VIEW checkpoints AS WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT * FROM r",
    )
    assert "without LangGraph's tables" in message(path, NotAStore)


def test_other_kinds_of_targets_can_not_be_opened_yet() -> None:
    assert "mysql://" in message("mysql://user:secret@host/db", NotAStore)


@pytest.mark.parametrize("scheme", ["postgresql+psycopg", "postgres+psycopg", "postgresql+psycopg2"])
def test_an_address_as_sqlalchemy_writes_it_is_told_how_to_write_it(scheme: str) -> None:
    told = message(f"{scheme}://user:secret@host/db", NotAStore)
    assert "SQLAlchemy" in told
    assert "Write postgresql:// instead" in told
    assert "secret" not in told


def test_no_password_is_in_a_message() -> None:
    assert "secret" not in message("mysql://user:secret@host/db", NotAStore)


def test_a_locked_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    histories.made(histories.one_node, path)
    database(path, "PRAGMA journal_mode=DELETE")
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    assert "locked by another process" in message(path, StoreUnreadable)
    connection.close()


def test_a_damaged_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    histories.made(histories.chain_twice, path)
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xaa" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(StoreUnreadable, match="damaged"), open_store(str(path)) as store:
        store.threads()


def test_a_file_that_is_cut_off_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    histories.made(histories.chain_twice, path)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(StoreUnreadable), open_store(str(path)) as store:
        [store.headers("t", "", store.skeleton("t").ids) for _ in store.threads().threads]


def test_a_read_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    histories.made(histories.one_node, path)
    with sqlite3.connect(path) as connection:
        many = "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r LIMIT 50000)"
        connection.execute(f"INSERT INTO checkpoints {many} SELECT 'many', '', x, x, NULL, NULL, NULL FROM r")
    connection.close()
    with SqliteStore(str(path), deadline=0) as store, pytest.raises(StoreUnreadable, match="took longer"):
        store.skeleton("many")


def test_a_checkpoint_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    histories.made(histories.one_node, path)
    with open_store(str(path)) as store, pytest.raises(CheckpointNotFound, match="no-such"):
        store.checkpoint("t", "", "no-such")


def test_a_store_that_vanishes_is_told_and_one_that_comes_back_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    histories.made(histories.one_node, path)
    data = path.read_bytes()
    with open_store(str(path)) as store:
        path.unlink()
        with pytest.raises(StoreNotFound):
            store.threads()
        path.write_bytes(data)
        assert len(store.skeleton("t").ids) == 3


def test_a_closed_store_says_so_and_closes_again(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    histories.made(histories.one_node, path)
    store = open_store(str(path))
    store.close()
    store.close()
    with pytest.raises(StoreUnreadable, match="closed"):
        store.threads()


def test_a_path_may_start_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    histories.made(histories.one_node, tmp_path / "x.sqlite")
    with open_store("~/x.sqlite") as store:
        assert len(store.skeleton("t").ids) == 3
