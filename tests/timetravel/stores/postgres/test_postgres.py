"""Reading a store in PostgreSQL: with few rights, without a trace, and only what is asked for."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from langgraph.checkpoint.base import empty_checkpoint
from langgraph.checkpoint.base.id import uuid6
from langgraph.checkpoint.postgres import PostgresSaver

from tests.support.postgres import Server
from tests.timetravel.stores.written import histories
from ui.timetravel.errors import CheckpointNotFound
from ui.timetravel.model.checkpoints import ThreadState
from ui.timetravel.stores import Store, open_store
from ui.timetravel.stores.postgres import queries as _postgres_rows

READ = tuple(f"SELECT ON {table}" for table in ("checkpoints", "checkpoint_blobs", "checkpoint_writes"))


@pytest.fixture(scope="module")
def url(postgres: Server) -> str:
    made = postgres.database()
    with PostgresSaver.from_conn_string(made) as saver:
        saver.setup()
    return made


@pytest.fixture
def saver(url: str) -> Iterator[PostgresSaver]:
    with PostgresSaver.from_conn_string(url) as opened:
        yield opened
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("TRUNCATE checkpoints, checkpoint_blobs, checkpoint_writes")


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[Any]]]:
    """Every query with the rows that it gave."""
    noted: list[tuple[str, list[Any]]] = []
    ask = _postgres_rows.PostgresQueries._ask

    def note(rows: Any, query: str, *parameters: Any) -> list[Any]:
        found = ask(rows, query, *parameters)
        noted.append((query, found))
        return found

    monkeypatch.setattr(_postgres_rows.PostgresQueries, "_ask", note)
    return noted


def put(saver: PostgresSaver, thread: str, namespace: str = "", parent: str | None = None) -> str:
    """Save an empty checkpoint, and give back its id."""
    checkpoint = empty_checkpoint() | {"id": str(uuid6(clock_seq=0))}
    config = {"configurable": {"thread_id": thread, "checkpoint_ns": namespace, "checkpoint_id": parent}}
    saver.put(config, checkpoint, {"source": "loop", "step": 0}, {})  # type: ignore[arg-type,typeddict-item,unused-ignore]
    return str(checkpoint["id"])


def read_all(store: Store) -> list[Any]:
    """All that there is to read, from every namespace of every thread."""
    found: list[Any] = []
    for thread in store.threads().threads:
        for namespace in store.namespaces(thread.thread_id):
            ids = store.skeleton(thread.thread_id, namespace).ids
            found += store.headers(thread.thread_id, namespace, ids)
            found += [store.checkpoint(thread.thread_id, namespace, one) for one in ids]
            found += [store.writes(thread.thread_id, namespace, one) for one in ids]
    return found


def test_the_right_to_select_from_three_tables_is_enough(
    postgres: Server, url: str, saver: PostgresSaver, store: Store
) -> None:
    histories.subgraph_that_asks(saver)
    with open_store(postgres.role(url, *READ)) as modest:
        assert read_all(modest) == read_all(store)
        assert not modest.writable
    assert store.writable


def test_reading_writes_nothing(postgres: Server, url: str, saver: PostgresSaver, store: Store) -> None:
    histories.subgraph_that_asks(saver)
    tables = "SELECT relname, relpages FROM pg_class ORDER BY oid"
    before = postgres.execute(url, "SELECT pg_current_snapshot()::text"), postgres.execute(url, tables)
    assert read_all(store)
    assert (postgres.execute(url, "SELECT pg_current_snapshot()::text"), postgres.execute(url, tables)) == before


def test_a_database_that_allows_no_writing_is_read(postgres: Server, url: str, saver: PostgresSaver) -> None:
    histories.one_node(saver)
    with open_store(f"{url}?options=-cdefault_transaction_read_only%3Don") as store:
        assert len(store.skeleton("t").ids) == 3


def test_a_database_with_several_stores_is_read_where_the_address_says(postgres: Server) -> None:
    url = postgres.database()
    postgres.execute(url, "CREATE SCHEMA one; CREATE SCHEMA other")
    for schema in ("one", "other"):
        with PostgresSaver.from_conn_string(f"{url}?options=-csearch_path%3D{schema}") as saver:
            saver.setup()
            put(saver, f"thread of {schema}")
    with open_store(f"{url}?options=-csearch_path%3Dother") as store:
        assert [thread.thread_id for thread in store.threads().threads] == ["thread of other"]
        assert "search_path" in store.name


def test_views_do_as_well_as_tables(postgres: Server, saver: PostgresSaver, url: str) -> None:
    histories.answered(saver)
    postgres.execute(url, "CREATE SCHEMA shown")
    for table in ("checkpoints", "checkpoint_blobs", "checkpoint_writes"):
        postgres.execute(url, f"CREATE VIEW shown.{table} AS SELECT * FROM public.{table}")
    with open_store(f"{url}?options=-csearch_path%3Dshown") as shown, open_store(url) as store:
        assert read_all(shown) == read_all(store)
        assert shown.change_token("t")


@pytest.mark.parametrize("name", ["50% off_", 'it\'s "quoted"; --', "线程 🧵", "back\\slash", " ", "a\x1fb", "%s"])
def test_any_name_is_taken_for_itself(saver: PostgresSaver, store: Store, name: str) -> None:
    one = put(saver, name, namespace=name)
    put(saver, "another")
    assert store.skeleton(name, name).ids == (one,)
    assert store.checkpoint(name, name, one).header.thread_id == name
    assert [thread.thread_id for thread in store.threads(name).threads] == [name]


@pytest.mark.parametrize("name", ["a\0b", "\ud800"])
def test_a_name_that_can_not_be_in_a_database_is_not_found(saver: PostgresSaver, store: Store, name: str) -> None:
    put(saver, "a")
    assert store.skeleton(name).ids == ()
    assert store.headers("a", "", [name]) == []
    with pytest.raises(CheckpointNotFound):
        store.checkpoint("a", "", name)


def test_threads_come_in_pages_the_latest_change_first(saver: PostgresSaver, store: Store) -> None:
    for name in ("a", "b", "c", "d", "B2"):
        put(saver, name)
    first = store.threads(limit=3)
    assert [thread.thread_id for thread in first.threads] == ["B2", "d", "c"]
    rest = store.threads(limit=3, before=first.cursor)
    assert ([thread.thread_id for thread in rest.threads], rest.cursor) == (["b", "a"], None)
    assert [thread.thread_id for thread in store.threads("b").threads] == ["B2", "b"]


@pytest.mark.parametrize(
    ("make", "state"),
    [
        (histories.one_node, ThreadState.FINISHED),
        (histories.interrupted, ThreadState.INTERRUPTED),
        (histories.failed, ThreadState.FAILED),
        (histories.updates_before_any_run, ThreadState.UNFINISHED),
    ],
)
def test_the_state_tells_how_the_thread_was_left(saver: PostgresSaver, store: Store, make: Any, state: str) -> None:
    make(saver)
    (thread,) = store.threads().threads
    assert (thread.state, thread.checkpoints) == (state, len(store.skeleton("t").ids))


def test_namespaces_are_found_the_root_first(saver: PostgresSaver, store: Store) -> None:
    histories.subgraph_that_asks(saver)
    root, inner = store.namespaces("t")
    assert root == ""
    assert inner.startswith("sub:")


def test_a_thread_that_has_only_subgraphs_appears(saver: PostgresSaver, store: Store) -> None:
    one = put(saver, "lonely", namespace="sub:1")
    assert [(thread.thread_id, thread.latest_id) for thread in store.threads().threads] == [("lonely", one)]


def test_the_stamp_tells_of_new_checkpoints_and_new_writes_in_its_thread_alone(
    saver: PostgresSaver, store: Store
) -> None:
    one = put(saver, "t")
    stamps = [store.change_token("t")]
    put(saver, "another")
    assert store.change_token("t") == stamps[0]
    config: Any = {"configurable": {"thread_id": "t", "checkpoint_ns": "", "checkpoint_id": one}}
    for act in (
        lambda: saver.put_writes(config, [("log", 1)], "task"),
        lambda: saver.put_writes(config, [("__error__", "first")], "task"),
        lambda: saver.put_writes(config, [("__error__", "second")], "task"),
        lambda: put(saver, "t", namespace="sub:1"),
        lambda: put(saver, "t"),
        lambda: saver.delete_thread("t"),
    ):
        act()
        stamps.append(store.change_token("t"))
    assert len(set(stamps)) == len(stamps)


def test_the_stamp_of_the_store_tells_of_any_change(saver: PostgresSaver, store: Store) -> None:
    before = store.change_token()
    assert store.change_token() == before
    put(saver, "t")
    assert store.change_token() != before


def test_twenty_thousand_checkpoints_are_one_text(
    postgres: Server, url: str, saver: PostgresSaver, store: Store, asked: list[tuple[str, list[Any]]]
) -> None:
    name = "'1f000000-' || lpad(to_hex({0} / 4096), 4, '0') || '-6' || lpad(to_hex({0} % 4096), 3, '0')"
    rows = f"SELECT 't', {name.format('n')}, {name.format('(n - 1)')}, '{{}}' FROM generate_series(1, 20000) AS n"
    postgres.execute(
        url, f"INSERT INTO checkpoints (thread_id, checkpoint_id, parent_checkpoint_id, checkpoint) {rows}"
    )
    found = store.skeleton("t")
    assert len(found.ids) == 20_000
    assert list(found.ids) == sorted(found.ids)
    assert found.parents[1:] == found.ids[:-1]
    assert [len(rows) for _, rows in asked] == [1]


def test_headers_read_no_values_of_a_persons_channels(
    saver: PostgresSaver, store: Store, asked: list[tuple[str, list[Any]]]
) -> None:
    histories.chain_twice(saver)
    ids = store.skeleton("t").ids
    store.headers("t", "", ids)
    assert not any(isinstance(value, bytes) for _, rows in asked for row in rows for value in row if value)
    assert len(asked) <= 6


def test_a_value_that_did_not_change_is_read_once(
    saver: PostgresSaver, store: Store, asked: list[tuple[str, list[Any]]]
) -> None:
    histories.chain_twice(saver)
    ids = store.skeleton("t").ids
    values = [store.checkpoint("t", "", one).values for one in ids]
    read = [row[:2] for query, rows in asked if "unnest" in query and "substring" in query for row in rows]
    assert ("log",) in {row[:1] for row in read}
    assert len(read) == len(set(read))
    asked.clear()
    assert [store.checkpoint("t", "", one).values for one in ids] == values
    assert not any("type, blob" in query for query, _ in asked)


def test_a_thread_made_anew_with_the_same_versions_is_read_anew(
    postgres: Server, url: str, saver: PostgresSaver, store: Store
) -> None:
    histories.one_node(saver)
    last = store.skeleton("t").ids[-1]
    assert store.checkpoint("t", "", last).values["log"] == ["only"]
    kind, blob = saver.serde.dumps_typed(["ONLY"])
    postgres.execute(
        url, f"UPDATE checkpoint_blobs SET type = '{kind}', blob = '\\x{blob.hex()}' WHERE channel = 'log'"
    )
    assert store.checkpoint("t", "", last).values["log"] == ["ONLY"]


def test_the_size_of_a_row_is_that_of_its_text_and_its_values(
    postgres: Server, url: str, saver: PostgresSaver, store: Store
) -> None:
    histories.one_node(saver)
    (header,) = store.headers("t", "", store.skeleton("t").ids[-1:])
    ((text,),) = postgres.execute(
        url, "SELECT octet_length(checkpoint::text) FROM checkpoints ORDER BY checkpoint_id DESC LIMIT 1"
    )
    checkpoint = store.checkpoint("t", "", header.checkpoint_id)
    assert header.size == text + checkpoint.sizes["log"]
    assert checkpoint.sizes == {"n": 1, "log": len(saver.serde.dumps_typed(["only"])[1])}


def test_threads_may_read_at_the_same_time(saver: PostgresSaver, store: Store) -> None:
    histories.chain_twice(saver)
    ids = store.skeleton("t").ids
    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda one: store.checkpoint("t", "", one).header.checkpoint_id, ids * 5))
    assert found == list(ids * 5)
