"""Whatever is done to the rows of a real history, all that a screen reads is a value or a sentence, soon, and the file
stays as it is; and a thread beside it reads as if nothing were."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langgraph.checkpoint.postgres import PostgresSaver

from tests.support.hostile.crawl import crawl
from tests.support.hostile.servers.scripted import Answer, Behaviour, Request, endpoint, ok, truth
from tests.support.hostile.servers.trial import Bounds, bounded, look, trouble
from tests.support.hostile.stores.any_history import HEALTHY, write
from tests.support.hostile.stores.any_rows import (
    POSTGRES,
    SQLITE,
    Damage,
    InPostgres,
    damages,
    json_values,
)
from tests.support.hostile.stores.read_damaged import HISTORIES, PROCESSOR_SECONDS, READ, Histories, sentences
from tests.support.postgres import Server
from ui.timetravel.stores import Store, open_store

quickly = settings(max_examples=20, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def histories(tmp_path_factory: pytest.TempPathFactory) -> Histories:
    return Histories(tmp_path_factory.mktemp("histories"), Random(1))


@quickly
@given(number=st.integers(0, HISTORIES - 1), todo=damages(SQLITE), bare=st.booleans())
def test_a_file(histories: Histories, number: int, todo: list[Damage], bare: bool) -> None:
    histories.check(number, todo, bare=bare)


@dataclass(frozen=True, repr=False)
class Database:
    """One that is open for damage, and for reading; and what its healthy thread reads as."""

    connection: psycopg.Connection[Any]
    store: Store
    healthy: str


@pytest.fixture(scope="module")
def database(postgres: Server) -> Iterator[Database]:
    """A database with real histories, and a copy of each table."""
    url = postgres.database()
    with PostgresSaver.from_conn_string(url) as saver:
        saver.setup()
        write(saver, Random(7))
        for table in POSTGRES:
            saver.conn.execute(f"UPDATE {table} SET thread_id = '{HEALTHY}' WHERE thread_id = 't'")
            saver.conn.execute(f"CREATE TABLE was_{table} AS TABLE {table}")
    with psycopg.connect(url, autocommit=True) as connection, open_store(url) as store:
        yield Database(connection, store, crawl(store, READ).threads[HEALTHY])


@settings(quickly, max_examples=5)
@given(todo=damages(POSTGRES))
def test_a_database(database: Database, todo: list[Damage]) -> None:
    for table in POSTGRES:
        database.connection.execute(f"TRUNCATE {table}; INSERT INTO {table} TABLE was_{table}")  # type: ignore[arg-type]
    for one in todo:
        one(InPostgres(database.connection))
    began = time.process_time()
    found = crawl(database.store, READ)
    assert time.process_time() - began < PROCESSOR_SECONDS
    assert found.threads[HEALTHY] == database.healthy
    sentences(found)


def answering(name: str, path: list[int], value: Any) -> Behaviour:
    """A server that tells the truth, but for any JSON at some place of one of its answers."""

    def behave(request: Request) -> Answer:
        told = truth(request)
        if endpoint(request) == name:
            told = changed(told, path, value)
        return iter([ok(json.dumps(told).encode())])

    return behave


def changed(whole: Any, path: list[int], value: Any) -> Any:
    if not path or not isinstance(whole, dict | list) or not whole:
        return value
    keys = list(whole) if isinstance(whole, dict) else range(len(whole))
    key = keys[path[0] % len(keys)]
    pairs = whole.items() if isinstance(whole, dict) else enumerate(whole)
    made = {at: changed(one, path[1:], value) if at == key else one for at, one in pairs}
    return made if isinstance(whole, dict) else list(made.values())


@settings(quickly, max_examples=8)
@given(
    name=st.sampled_from(["search", "thread", "state", "history"]),
    path=st.lists(st.integers(0, 12), max_size=4),
    value=json_values,
)
def test_a_server(name: str, path: list[int], value: Any) -> None:
    with bounded(Bounds()):
        assert trouble(answering(name, path, value), look, Bounds()) == ""
