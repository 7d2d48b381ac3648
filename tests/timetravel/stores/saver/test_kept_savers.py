"""What we read through a saver's public interface is what we read from the file that it holds, field by field."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.timetravel.stores.written import histories
from tests.timetravel.stores.written.histories import made
from ui.timetravel.model.checkpoints import Header, Task
from ui.timetravel.model.project import Project
from ui.timetravel.model.values import Typed
from ui.timetravel.stores import open_store
from ui.timetravel.stores.base import Store
from ui.timetravel.worker.resident.worker import ResidentWorker

PROJECTS = Path(__file__).parents[2] / "worker" / "projects"
SAVERS = ("own_memory", "own_sqlite", "own_async_sqlite", "own_sync", "own_async")
REFUSE_TO_LIST = ("own_sync", "own_async")

# A memory gives the stored value of a delta channel at every checkpoint of its version, a file only where it was put.
NOT_ALIKE = (histories.delta_stored_before_it_was_written,)
HISTORIES = {name: make for name, make in histories.HISTORIES.items() if make not in NOT_ALIKE}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file with all histories, each in the thread of its name."""
    folder = tmp_path_factory.mktemp("stores")
    for name, make in HISTORIES.items():
        made(make, folder / name)
    first, *others = HISTORIES
    whole = folder / "whole.sqlite"
    with sqlite3.connect(folder / first) as connection:
        connection.execute(f"VACUUM INTO '{whole}'")
    with sqlite3.connect(whole, isolation_level=None) as connection:
        for table in ("checkpoints", "writes"):
            connection.execute(f"UPDATE {table} SET thread_id = ?", (first,))
        for name in others:
            connection.execute("ATTACH ? AS one", (str(folder / name),))
            for table in ("checkpoints", "writes"):
                connection.execute(f"UPDATE one.{table} SET thread_id = ?", (name,))
                connection.execute(f"INSERT INTO main.{table} SELECT * FROM one.{table}")
            connection.execute("DETACH one")
    return whole


@pytest.fixture(scope="module", params=SAVERS)
def keeper(request: pytest.FixtureRequest, file: Path) -> Iterator[ResidentWorker]:
    graphs = {name: f"{PROJECTS / 'savers.py'}:{name}" for name in SAVERS}
    made = ResidentWorker(Project(PROJECTS, graphs, (PROJECTS,), {"STORE": str(file)}), graph=request.param)
    yield made
    made.close()


@pytest.fixture
def store(keeper: ResidentWorker) -> Store:
    return keeper.store()


@pytest.fixture
def direct(file: Path) -> Iterator[Store]:
    with open_store(str(file)) as opened:
        yield opened


def places(store: Store) -> Iterator[tuple[str, str]]:
    for name in HISTORIES:
        for namespace in store.namespaces(name):
            yield name, namespace


def test_the_same_threads_are_listed(keeper: ResidentWorker, store: Store, direct: Store) -> None:
    if keeper.graph in REFUSE_TO_LIST:
        assert store.threads().threads == ()
        assert any("does not list all of its threads" in note for note in store.notes)
        return
    assert store.threads(limit=100) == direct.threads(limit=100)


def test_one_thread_is_found_by_its_id(store: Store, direct: Store) -> None:
    names = [*HISTORIES, "no such thread"]
    assert [store.thread(name) for name in names] == [direct.thread(name) for name in names]


def test_pages_of_threads_are_cut_alike(keeper: ResidentWorker, store: Store, direct: Store) -> None:
    if keeper.graph in REFUSE_TO_LIST:
        pytest.skip("lists only the threads that were run here")
    ours, theirs = store.threads("in", 3), direct.threads("in", 3)
    assert ours == theirs
    assert store.threads("in", 3, ours.cursor) == direct.threads("in", 3, theirs.cursor)


def test_the_same_namespaces_and_skeletons_are_read(store: Store, direct: Store) -> None:
    for thread, namespace in places(direct):
        assert store.namespaces(thread) == direct.namespaces(thread)
        assert store.skeleton(thread, namespace) == direct.skeleton(thread, namespace)


def test_the_same_headers_are_read(keeper: ResidentWorker, store: Store, direct: Store) -> None:
    for thread, namespace in places(direct):
        ids = direct.skeleton(thread, namespace).ids
        ours, theirs = store.headers(thread, namespace, ids), direct.headers(thread, namespace, ids)
        assert [named(keeper, header) for header in ours] == [named(keeper, header) for header in theirs]


def named(keeper: ResidentWorker, header: Header) -> Header:
    """Without what only the path of a task tells, where the saver does not give it."""
    if keeper.in_memory:
        return header
    ran = () if header.source == "update" else header.ran
    known = {name: bool(getattr(header, name)) for name in ("failed", "interrupted", "waiting", "done")}
    return replace(header, **known, ran=ran, next=(), due=(), unwritten=())  # type: ignore[arg-type]


def test_the_same_states_are_read(keeper: ResidentWorker, store: Store, direct: Store) -> None:
    for thread, namespace in places(direct):
        for one in direct.skeleton(thread, namespace).ids:
            ours, theirs = store.checkpoint(thread, namespace, one), direct.checkpoint(thread, namespace, one)
            assert in_order(ours.values) == in_order(theirs.values)
            assert (ours.versions, ours.versions_seen) == (theirs.versions, theirs.versions_seen)
            assert (ours.sizes, ours.format, ours.notes) == (theirs.sizes, theirs.format, theirs.notes)


def in_order(value: Any) -> Any:
    """Sets in one order: the bytes of one that was built again may have another."""
    if isinstance(value, Typed) and value.name == "set":
        return replace(value, value=sorted(value.value, key=str))
    if isinstance(value, dict):
        return {key: in_order(each) for key, each in value.items()}
    return value


def test_the_same_writes_are_read(keeper: ResidentWorker, store: Store, direct: Store) -> None:
    for thread, namespace in places(direct):
        for one in direct.skeleton(thread, namespace).ids:
            ours, theirs = store.writes(thread, namespace, one), direct.writes(thread, namespace, one)
            assert told(keeper, ours) == told(keeper, theirs)


def told(keeper: ResidentWorker, tasks: list[Task]) -> list[Any]:
    """Without a path, an update of a task that asked can't be told from what the task wrote before."""
    if keeper.in_memory:
        return tasks
    found: dict[str, list[tuple[str, str]]] = {}
    for task in tasks:
        found.setdefault(task.task_id, []).extend((write.channel, str(write.value)) for write in task.writes)
    return {task: sorted(writes) for task, writes in found.items()}
