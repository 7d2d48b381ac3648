"""Getting to a PostgreSQL database: what is said when that fails, without a password, and after a restart."""

import logging
import socket
import threading
import time
import traceback
from collections.abc import Callable
from urllib.parse import quote

import psycopg
import pytest
from langgraph.checkpoint.postgres import PostgresSaver

from tests.support.postgres import Server
from tests.timetravel.stores.postgres.test_postgres import READ
from tests.timetravel.stores.written import histories
from ui.timetravel.errors import NotAStore, StoreError, StoreNotFound, StoreUnreadable
from ui.timetravel.stores import open_store
from ui.timetravel.stores.postgres.address import Address
from ui.timetravel.stores.postgres.store import PostgresStore

SECRET = "s3cr3t+/word"


@pytest.fixture(scope="module")
def url(postgres: Server) -> str:
    made = postgres.database()
    with PostgresSaver.from_conn_string(made) as saver:
        saver.setup()
        histories.interrupted(saver)
    return made


def failure(target: str) -> StoreError:
    """The error that opening raises, which must come soon."""
    start = time.monotonic()
    with pytest.raises(StoreError) as caught:
        open_store(target)
    assert time.monotonic() - start < 8
    return caught.value


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_a_server_that_is_not_there_is_told_at_once() -> None:
    port = free_port()
    error = failure(f"postgresql://me@127.0.0.1:{port}/db")
    assert isinstance(error, StoreNotFound)
    assert f"No database server answers at host 127.0.0.1, port {port}: the connection was refused" in str(error)
    assert "Check host and port, and whether the server runs" in str(error)


def test_a_socket_that_is_not_there_is_told() -> None:
    assert "No database server answers" in str(failure("postgresql:///db?host=/nowhere"))


def test_an_unknown_host_is_told() -> None:
    error = failure("postgresql://me@no-such-host.invalid/db")
    assert isinstance(error, StoreNotFound)
    assert "no-such-host.invalid" in str(error)


def test_a_server_that_never_answers_is_given_up() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        error = failure(
            f"postgresql://me@127.0.0.1:{silent.getsockname()[1]}/db?connect_timeout=2"
        )  # the least that libpq takes
    assert isinstance(error, StoreUnreadable)
    assert "in time" in str(error)


def test_a_database_that_is_not_there_is_told(postgres: Server) -> None:
    error = failure(postgres.url("missing"))
    assert isinstance(error, StoreNotFound)
    assert "was reached, but it has no database missing. Check the name" in str(error)


def test_a_role_that_is_not_there_is_told(postgres: Server) -> None:
    error = failure(postgres.url(user="database_nobody"))
    assert isinstance(error, StoreUnreadable)
    assert "was reached, but it has no role database_nobody. Check the user" in str(error)


def test_a_server_of_something_else_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:

        def serve() -> None:
            caller, _ = other.accept()
            with caller:
                caller.recv(8)
                caller.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        serving = threading.Thread(target=serve)
        serving.start()
        error = failure(f"postgresql://me@127.0.0.1:{other.getsockname()[1]}/db")
        serving.join()
    assert isinstance(error, NotAStore)
    assert "is no PostgreSQL server. Check host and port." in str(error)


def test_a_wrong_password_and_none_are_told(postgres: Server, url: str) -> None:
    role = postgres.role(url, *READ, password="right")
    with open_store(role) as store:
        assert store.skeleton("t").ids
    assert "or the password. Check both" in str(failure(role.replace(":right@", ":wrong@")))
    assert "asks for a password" in str(failure(role.replace(":right@", "@")))


def test_a_role_without_rights_is_told_what_it_needs(postgres: Server, url: str) -> None:
    error = failure(postgres.role(url, *READ[:2]))
    assert isinstance(error, StoreUnreadable)
    assert "may not read the table checkpoint_writes" in str(error)
    assert "Grant it SELECT" in str(error)


def test_rights_that_are_taken_away_are_told(postgres: Server, url: str) -> None:
    role = postgres.role(url, *READ)
    with open_store(role) as store:
        postgres.execute(url, f"REVOKE SELECT ON checkpoints FROM {Address(role).user}")
        with pytest.raises(StoreUnreadable, match="may not read the table checkpoints"):
            store.skeleton("t")


def test_a_database_without_the_tables_is_told_in_one_sentence_with_what_to_do(postgres: Server) -> None:
    empty = postgres.database()
    error = failure(empty)
    assert isinstance(error, NotAStore)
    assert str(error) == (
        f"The database {Address(empty).title} has none of LangGraph's tables (checkpoints, checkpoint_blobs,"
        " checkpoint_writes). Check the database's name and schema, or make them with PostgresSaver.setup()."
    )


def test_the_schema_that_has_the_tables_is_told(postgres: Server) -> None:
    empty = postgres.database()
    postgres.execute(empty, "CREATE SCHEMA mine; CREATE TABLE mine.checkpoints (n int)")
    assert "For the schema mine add ?options=-csearch_path%3Dmine to the address." in str(failure(empty))


def test_a_database_with_some_of_the_tables_is_told_which_are_missing(postgres: Server) -> None:
    half = postgres.database()
    postgres.execute(half, "CREATE TABLE songs (n int); CREATE TABLE checkpoints (n int)")
    error = failure(half)
    assert isinstance(error, NotAStore)
    assert "lacks checkpoint_blobs and checkpoint_writes, which" in str(error)
    assert "Its tables are: checkpoints, songs." in str(error)


def test_tables_of_somebody_else_are_told(postgres: Server) -> None:
    other = postgres.database()
    for table in ("checkpoints", "checkpoint_blobs", "checkpoint_writes"):
        postgres.execute(other, f"CREATE TABLE {table} (checkpoint_id int)")
    error = failure(other)
    assert isinstance(error, NotAStore)
    assert "a table checkpoints, but without the columns checkpoint, checkpoint_ns" in str(error)


def test_tables_that_are_dropped_while_the_store_is_open_are_told(postgres: Server) -> None:
    made = postgres.database()
    with PostgresSaver.from_conn_string(made) as saver:
        saver.setup()
    with open_store(made) as store:
        postgres.execute(made, "DROP TABLE checkpoints")
        with pytest.raises(NotAStore, match="lacks checkpoints, which"):
            store.threads()


def test_after_a_restart_it_reads_on(postgres: Server, url: str) -> None:
    with open_store(url) as store:
        before = store.skeleton("t")
        barrier = threading.Barrier(3)
        readers = [threading.Thread(target=lambda: (barrier.wait(), store.threads())) for _ in range(3)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        postgres.restart()
        assert store.skeleton("t") == before
        assert store.headers("t", "", before.ids)


def test_while_the_server_is_away_it_says_so_and_then_reads_on(postgres: Server, url: str) -> None:
    with open_store(url) as store:
        postgres.stop()
        try:
            for _ in range(2):
                with pytest.raises(StoreNotFound, match="refused"):
                    store.skeleton("t")
        finally:
            postgres.start()
        assert store.skeleton("t").ids


def test_what_takes_too_long_is_stopped(postgres: Server, url: str) -> None:
    slow = postgres.database()
    postgres.execute(
        slow,
        "CREATE VIEW checkpoints AS SELECT n::text AS thread_id, n::text AS checkpoint_ns, n::text AS checkpoint_id,"
        " '' AS parent_checkpoint_id, '{}'::jsonb AS checkpoint, '{}'::jsonb AS metadata"
        " FROM generate_series(1, 100000000000) AS n;"
        "CREATE TABLE checkpoint_blobs (thread_id text, checkpoint_ns text, channel text, version text, type text,"
        " blob bytea);"
        "CREATE TABLE checkpoint_writes (thread_id text, checkpoint_ns text, checkpoint_id text, task_id text, idx int,"
        " channel text, type text, blob bytea)",
    )
    with PostgresStore(slow, seconds=0.2) as store, pytest.raises(StoreUnreadable, match=r"longer than 0\.2 s"):
        store.threads()


def test_a_locked_table_is_told(url: str) -> None:
    with PostgresStore(url, seconds=0.3) as store, psycopg.connect(url) as other:
        other.execute("LOCK TABLE checkpoints")
        with pytest.raises(StoreUnreadable, match="locked by somebody else"):
            store.skeleton("t")
        other.rollback()
        assert store.skeleton("t").ids


def test_a_closed_store_says_so(url: str) -> None:
    store = open_store(url)
    store.close()
    store.close()
    with pytest.raises(StoreUnreadable, match="was closed"):
        store.skeleton("t")


def test_the_server_sees_who_reads(postgres: Server, url: str) -> None:
    with open_store(url):
        names = postgres.execute(
            url, "SELECT application_name FROM pg_stat_activity WHERE datname = current_database()"
        )
    assert ("timetravel",) in names


def texts_of(act: Callable[[], object]) -> str:
    """All that an error says, with its traceback, or the result's own words."""
    try:
        return repr(act())
    except StoreError as error:
        return f"{error!r} {error} {''.join(traceback.format_exception(error))}"


def test_the_password_is_nowhere(
    postgres: Server, url: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    role = postgres.role(url, *READ, password=SECRET)
    address = role.replace(f":{SECRET}@", f":{quote(SECRET, safe='')}@")
    said = []
    with open_store(address) as store:
        said += [store.name, store.title, repr(store), repr(vars(store)), *store.notes]
        postgres.restart()
        said.append(texts_of(lambda: store.skeleton("t")))
        postgres.stop()
        said.append(texts_of(lambda: store.skeleton("t")))
        postgres.start()
    for broken in (
        address.replace(quote(SECRET, safe=""), quote(SECRET + "x", safe="")),
        address.replace("127.0.0.1", "no-such-host.invalid"),
        address.replace(f":{postgres.port}", f":{free_port()}"),
        f"{address}x",
        f"{address}?sslmode=nonsense",
        f"{address}?connect_timeout=nonsense",
        f"{address}?sslpassword={quote(SECRET)}&nonsense=1",
    ):
        said.append(texts_of(lambda broken=broken: open_store(broken)))  # type: ignore[misc]
    out = capfd.readouterr()
    assert SECRET not in "".join([*said, caplog.text, out.out, out.err])
    assert quote(SECRET, safe="") not in "".join([*said, caplog.text, out.out, out.err])
    assert out.err == ""
