"""Rows that older versions of LangGraph's PostgreSQL saver left, and rows that are damaged."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.checkpoint.serde.encrypted import EncryptedSerializer
from langgraph.types import Send
from psycopg.rows import dict_row

from tests.support.postgres import Server
from tests.timetravel.stores.written import histories
from ui.timetravel.model.values import Opaque
from ui.timetravel.serde import encryption as crypt
from ui.timetravel.stores import Store, open_store


@pytest.fixture(scope="module")
def url(postgres: Server) -> str:
    return postgres.database()


@pytest.fixture
def connection(url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(url, autocommit=True) as opened:
        opened.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        yield opened


@pytest.fixture
def saver(url: str, connection: object) -> Iterator[PostgresSaver]:
    with PostgresSaver.from_conn_string(url) as opened:
        opened.setup()
        yield opened


def ids(store: Store) -> tuple[str, ...]:
    return store.skeleton("t").ids


def test_a_store_without_task_paths_is_read(url: str, connection: Any, saver: PostgresSaver) -> None:
    histories.failed(saver)
    connection.execute("ALTER TABLE checkpoint_writes DROP COLUMN task_path")
    with open_store(url) as store:
        found = store.writes("t", "", ids(store)[-1])
        assert {write.channel for task in found for write in task.writes} >= {"log", "__error__"}
        assert {task.path for task in found} == {""}


def test_a_column_that_comes_or_goes_while_the_store_is_open_is_noticed(
    url: str, connection: Any, saver: PostgresSaver
) -> None:
    histories.interrupted(saver)
    with open_store(url) as store:
        assert store.writes("t", "", ids(store)[-1])[0].path
        connection.execute("ALTER TABLE checkpoint_writes DROP COLUMN task_path")
        assert store.writes("t", "", ids(store)[-1])[0].path == ""


def test_sends_of_an_older_format_are_writes_on_the_parent(url: str, connection: Any, saver: PostgresSaver) -> None:
    histories.sends(saver)
    with open_store(url) as store:
        parent, one = ids(store)[1:3]
        now = store.checkpoint("t", "", one)
    connection.execute("UPDATE checkpoints SET checkpoint = checkpoint || '{\"v\": 3}'")
    connection.execute("DELETE FROM checkpoint_blobs WHERE channel = '__pregel_tasks'")
    connection.execute("DELETE FROM checkpoint_writes WHERE channel = '__pregel_tasks'")
    config: Any = {"configurable": {"thread_id": "t", "checkpoint_ns": "", "checkpoint_id": parent}}
    for number, name in enumerate(("work", "other", "work")):
        saver.put_writes(config, [("__pregel_tasks", Send(name, {}))], f"task {number}", f"path {number}")
    theirs = saver.get_tuple({"configurable": {"thread_id": "t", "checkpoint_id": one}})
    assert theirs is not None
    with open_store(url) as store:
        then = store.checkpoint("t", "", one)
        (header,) = store.headers("t", "", [one])
    assert now.next == then.next == header.next == ("work", "other", "work", "other")
    assert len(then.values["__pregel_tasks"]) == len(theirs.checkpoint["channel_values"]["__pregel_tasks"])
    assert then.format == 3


def test_values_that_are_all_stored_apart_are_read(url: str, connection: Any, saver: PostgresSaver) -> None:
    histories.one_node(saver)
    kind, blob = saver.serde.dumps_typed(1)
    connection.execute(
        "INSERT INTO checkpoint_blobs"
        " SELECT thread_id, checkpoint_ns, 'n', checkpoint #>> '{channel_versions,n}', %s, %s"
        " FROM checkpoints ORDER BY checkpoint_id DESC LIMIT 1",
        (kind, blob),
    )
    connection.execute("UPDATE checkpoints SET checkpoint = checkpoint - 'channel_values'")
    with open_store(url) as store:
        assert store.checkpoint("t", "", ids(store)[-1]).values == {"n": 1, "log": ["only"]}


@pytest.mark.parametrize("blob", ["NULL", "''"])
def test_a_channel_that_was_stored_as_empty_holds_nothing(
    url: str, connection: Any, saver: PostgresSaver, blob: str
) -> None:
    histories.one_node(saver)
    connection.execute(f"UPDATE checkpoint_blobs SET type = 'empty', blob = {blob} WHERE channel = 'log'")
    with open_store(url) as store:
        found = store.checkpoint("t", "", ids(store)[-1])
    assert found.values == {"n": 1}
    assert found.next == ()


def test_an_empty_trigger_makes_nothing_due(url: str, connection: Any, saver: PostgresSaver) -> None:
    histories.join(saver)
    connection.execute("UPDATE checkpoint_blobs SET type = 'empty', blob = NULL WHERE channel LIKE 'join:%'")
    connection.execute("DELETE FROM checkpoint_writes")  # they would tell that it was due, since it ran
    with open_store(url) as store:
        assert all("c" not in header.next for header in store.headers("t", "", ids(store)))


@pytest.mark.parametrize(
    "damage",
    [
        "checkpoint = '[]'",
        "checkpoint = 'null'",
        'checkpoint = \'{"channel_values": 7, "channel_versions": []}\'',
        "metadata = '[1]'",
        "metadata = 'null'",
        'checkpoint = checkpoint || \'{"v": 1, "channel_versions": {"log": 1, "n": null, "x": 1.5}}\'',
    ],
)
def test_a_damaged_row_does_not_hide_the_rest(url: str, connection: Any, saver: PostgresSaver, damage: str) -> None:
    histories.chain_twice(saver)
    with open_store(url) as store:
        last = ids(store)[-1]
        connection.execute(f"UPDATE checkpoints SET {damage} WHERE checkpoint_id = %s", (last,))  # type: ignore[arg-type,unused-ignore]
        assert len(store.headers("t", "", ids(store))) == len(ids(store))
        assert store.checkpoint("t", "", last).header.checkpoint_id == last
        assert store.threads().threads
        assert store.change_token("t")


def test_hostile_values_stay_plain_data(url: str, connection: Any, saver: PostgresSaver) -> None:
    histories.one_node(saver)
    call = {"lc": 2, "type": "constructor", "id": ["os", "system"], "kwargs": {"command": "exit 1"}}
    connection.execute("UPDATE checkpoint_blobs SET type = 'json', blob = %s", (json.dumps(call).encode(),))
    with open_store(url) as store:
        assert "system" in repr(store.checkpoint("t", "", ids(store)[-1]).values["log"])


def test_bytes_that_are_no_text_do_not_hide_the_rest(postgres: Server) -> None:
    url = postgres.database("ENCODING 'SQL_ASCII' LOCALE 'C'")
    with PostgresSaver.from_conn_string(f"{url}?client_encoding=utf8") as saver:
        saver.setup()
        histories.one_node(saver)
    with psycopg.connect(f"{url}?client_encoding=latin1", autocommit=True) as connection:
        connection.execute(
            "UPDATE checkpoints SET thread_id = convert_from('\\xff'::bytea, 'SQL_ASCII');"
            "UPDATE checkpoint_blobs SET thread_id = convert_from('\\xff'::bytea, 'SQL_ASCII')"
        )
    with open_store(url) as store:
        assert [thread.thread_id for thread in store.threads().threads] == ["\ufffd"]


def test_a_database_of_another_encoding_is_read(postgres: Server) -> None:
    url = postgres.database("ENCODING 'LATIN1' LOCALE 'C'")
    with PostgresSaver.from_conn_string(f"{url}?client_encoding=utf8") as saver:
        saver.setup()
        histories.one_node(saver)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE checkpoints SET thread_id = 'Grüße'")
    with open_store(url) as store:
        assert [thread.thread_id for thread in store.threads("GRÜ").threads] == ["Grüße"]


def test_values_that_are_encrypted_are_opened_with_their_key_and_not_kept_closed(url: str, connection: Any) -> None:
    key = b"0123456789abcdef"
    serde = EncryptedSerializer.from_pycryptodome_aes(key=key)
    with psycopg.connect(url, autocommit=True, row_factory=dict_row) as opened:
        sealed = PostgresSaver(opened, serde=serde)
        sealed.setup()
        histories.one_node(sealed)
    try:
        with open_store(url) as store:
            crypt.set_key(None)
            closed = store.checkpoint("t", "", ids(store)[-1])
            assert isinstance(closed.values["log"], Opaque)
            assert closed.encrypted
            crypt.set_key(key)
            assert store.checkpoint("t", "", ids(store)[-1]).values == {"n": 1, "log": ["only"]}
    finally:
        crypt.set_key(None)
