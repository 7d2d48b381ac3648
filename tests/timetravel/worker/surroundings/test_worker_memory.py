"""Long-term memory of runs: where it lasts, and that a sandbox run leaves the graph's own, and its cache, alone."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from langgraph.store.postgres import PostgresStore

from tests.timetravel.worker.oracles.official import found
from ui.timetravel.model.jobs import Input, Job, Surroundings
from ui.timetravel.model.project import Project
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.stores.memory_files import memory_file
from ui.timetravel.worker.messages.wire import job_message
from ui.timetravel.worker.pool import WorkerPool
from ui.timetravel.worker.resident.worker import ResidentWorker

PROJECTS = Path(__file__).parents[1] / "projects"
NAMES = [
    *("without", "by_get_store", "by_runtime", "by_awaiting", "in_memory", "odd_in_memory", "global_in_memory"),
    *("own", "known_to_a_node", "outer", "functional", "indexed", "indexed_by_config", "cached"),
    *("in_postgres", "with_postgres"),
]


Remember = Callable[..., Any]


def project_in(folder: Path, **more: Any) -> Project:
    graphs = {name: f"{PROJECTS / 'remembering.py'}:{name}" for name in NAMES}
    return Project(PROJECTS, graphs, (PROJECTS,), {"REMEMBERING_FOLDER": str(folder)}, **more)


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("production")


@pytest.fixture(scope="module")
def memory_workers(production: Path) -> Iterator[WorkerPool]:
    made = WorkerPool(project_in(production))
    yield made
    made.close()


@pytest.fixture
def runs(memory_workers: WorkerPool, tmp_path: Path) -> Callable[..., RunState]:
    def run(graph: str, fact: str = "", *, thread: str = "", **more: Any) -> RunState:
        value: Any = fact if graph == "functional" else {"fact": fact}
        store = str(more.pop("store", tmp_path / "store.sqlite"))
        job = Job(graph, store, thread or f"{graph}-{fact}", Input(value), **more)
        return memory_workers.start(job).wait(60)

    return run


@pytest.fixture
def remember(runs: Callable[..., RunState], tmp_path: Path) -> Remember:
    """Run the graph with a fact, and give what it then knows."""

    def known(graph: str, fact: str = "", **more: Any) -> Any:
        state = runs(graph, fact, **more)
        assert state.status is RunStatus.FINISHED, state.failure
        values = found(str(more.get("store", tmp_path / "store.sqlite")), f"{graph}-{fact}").checkpoint[
            "channel_values"
        ]
        return values["known"] if "known" in values else values["__end__"]

    return known


@pytest.fixture
def aside(tmp_path: Path) -> Surroundings:
    return Surroundings(str(tmp_path / "sandbox.memory.sqlite"), aside=True)


def rows(file: Path) -> list[Any]:
    if not file.exists():
        return []
    with sqlite3.connect(file) as connection:
        return connection.execute("SELECT prefix, key FROM store ORDER BY 1, 2").fetchall()


class TestAGraphWithoutAStore:
    @pytest.mark.parametrize("graph", ["without", "by_get_store", "by_runtime", "by_awaiting"])
    def test_gets_one_that_lasts_from_run_to_run_in_a_file_beside_the_checkpoints(self, remember, graph, tmp_path):
        assert remember(graph, "tea") == ["tea"]
        assert remember(graph, "milk") == ["milk", "tea"]
        assert rows(tmp_path / "store.memory.sqlite") == [("facts", "milk"), ("facts", "tea")]

    def test_makes_no_file_where_nothing_is_put(self, remember, tmp_path):
        assert remember("without") == []
        assert sorted(file.name for file in tmp_path.iterdir()) == ["store.sqlite"]

    def test_puts_nothing_into_the_file_of_the_checkpoints(self, remember, tmp_path):
        remember("without", "tea")
        with sqlite3.connect(tmp_path / "store.sqlite") as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert tables == {"checkpoints", "writes"}

    def test_keeps_it_in_the_worker_where_the_checkpoints_are_in_its_memory(self, production):
        keeper = ResidentWorker(project_in(production), target="memory:")
        try:
            for fact in ("tea", "milk"):
                state = keeper.start(Job("without", "memory:", fact, Input({"fact": fact}))).wait(30)
                assert state.status is RunStatus.FINISHED, state.failure
            store = keeper.store()
            latest = store.skeleton("milk").latest
            assert latest
            assert store.checkpoint("milk", "", latest).values["known"] == ["milk", "tea"]
        finally:
            keeper.close()

    def test_is_searched_by_meaning_as_langgraph_json_says(self, production, tmp_path):
        index = {"dims": 5, "embed": f"{PROJECTS / 'remembering.py'}:embed", "fields": ["text"]}
        workers = WorkerPool(project_in(production, store={"index": index}))
        try:
            for fact in ("bbbb", "aaab", "aaaa", "cccc", ""):
                job = Job("indexed_by_config", str(tmp_path / "s.sqlite"), f"t{fact}", Input({"fact": fact}))
                state = workers.start(job).wait(30)
                assert state.status is RunStatus.FINISHED, state.failure
        finally:
            workers.close()
        assert found(str(tmp_path / "s.sqlite"), "t").checkpoint["channel_values"]["known"] == ["aaaa", "aaab"]


class TestAnInMemoryStoreThatAGraphBrings:
    @pytest.mark.parametrize("graph", ["in_memory", "global_in_memory"])
    def test_lasts_from_run_to_run_over_what_the_module_puts_into_it(self, remember, graph):
        assert remember(graph, "tea") == ["seed", "tea"]
        assert remember(graph, "milk") == ["milk", "seed", "tea"]
        assert remember(graph, "-seed") == ["milk", "tea"]
        assert remember(graph) == ["milk", "tea"]

    def test_is_searched_by_meaning_across_runs_and_embeds_nothing_twice(self, remember):
        for fact in ("bbbb", "aaab", "cccc"):
            remember("indexed", fact)
        assert remember("indexed", "aaaa") == ["aaaa", "aaab"]
        assert remember("indexed") == ["aaaa", "aaab"]

    def test_takes_a_value_that_is_no_json_for_one_run_which_is_told(self, runs, remember):
        assert remember("odd_in_memory", "x") == ["object"]
        assert any("no JSON" in note for note in runs("odd_in_memory", "y").notes)


class TestAStoreOfTheGraphsOwn:
    def test_is_used_as_it_is(self, remember, production, tmp_path):
        remember("own", "coffee")
        assert ("facts", "coffee") in rows(production / "production-memory.sqlite")
        assert not (tmp_path / "store.memory.sqlite").exists()

    @pytest.mark.parametrize("graph", ["own", "outer", "functional", "known_to_a_node"])
    def test_is_read_and_not_written_by_a_sandbox_run(self, remember, production, graph, aside):
        remember("own", "before")
        file = production / "production-memory.sqlite"
        before = rows(file)
        known = remember(graph, f"new-{graph}", surroundings=aside)
        assert {"before", f"new-{graph}"} <= set(known)
        assert "before" not in remember(graph, "-before", surroundings=aside)
        assert f"new-{graph}" in remember(graph, "", surroundings=aside)
        assert rows(file) == before

    def test_is_read_as_ever_by_the_next_run_outside_the_sandbox(self, remember, aside):
        remember("own", "before")
        remember("own", "-before", surroundings=aside)
        assert "before" in remember("own")


class TestInTheSandbox:
    @pytest.mark.parametrize("graph", ["in_postgres", "with_postgres"])
    def test_a_store_in_a_database_is_read_and_not_written(self, postgres, production, tmp_path, graph, aside):
        url = postgres.database()
        with PostgresStore.from_conn_string(url) as store:
            store.setup()
            store.put(("facts",), "before", {"text": "before"})
        project = project_in(production)
        workers = WorkerPool(replace(project, env={**project.env, "REMEMBERING_DATABASE": url}))
        try:
            job = Job(graph, str(tmp_path / "s.sqlite"), "t", Input({"fact": "new"}), surroundings=aside)
            state = workers.start(job).wait(60)
        finally:
            workers.close()
        assert state.status is RunStatus.FINISHED, state.failure
        assert found(str(tmp_path / "s.sqlite")).checkpoint["channel_values"]["known"] == ["before", "new"]
        with PostgresStore.from_conn_string(url) as store:
            assert [item.key for item in store.search(("facts",))] == ["before"]

    def test_so_is_the_store_that_langgraph_json_names(self, production, tmp_path, aside):
        store = {"path": f"{PROJECTS / 'remembering.py'}:by_name"}
        workers = WorkerPool(project_in(production, store=store))
        file, path = production / "named-memory.sqlite", str(tmp_path / "s.sqlite")
        try:
            for fact, around in (("tea", None), ("milk", aside)):
                state = workers.start(Job("without", path, fact, Input({"fact": fact}), surroundings=around)).wait(60)
                assert state.status is RunStatus.FINISHED, state.failure
        finally:
            workers.close()
        assert found(path, "milk").checkpoint["channel_values"]["known"] == ["milk", "tea"]
        assert rows(file) == [("facts", "tea")]

    def test_memory_is_read_through_to_that_of_the_store_that_the_run_came_from(self, remember, tmp_path):
        remember("without", "tea")
        below = str(tmp_path / "store.memory.sqlite")
        aside = Surroundings(str(tmp_path / "sandbox.memory.sqlite"), below, aside=True)
        assert remember("without", "milk", surroundings=aside) == ["milk", "tea"]
        assert remember("without", "-tea", surroundings=aside) == ["milk"]
        assert rows(tmp_path / "store.memory.sqlite") == [("facts", "tea")]

    def test_so_is_that_of_an_in_memory_store_as_runs_outside_left_it(self, remember, tmp_path):
        remember("in_memory", "tea")
        remember("in_memory", "-seed")
        below = str(tmp_path / "store.memory.sqlite")
        aside = Surroundings(str(tmp_path / "sandbox.memory.sqlite"), below, aside=True)
        assert remember("in_memory", "milk", surroundings=aside) == ["milk", "tea"]
        assert remember("in_memory", "-tea", surroundings=aside) == ["milk"]
        assert remember("in_memory", "") == ["tea"]
        odd = Surroundings(aside.memory_file, below, aside=True)
        assert remember("odd_in_memory", "x", surroundings=odd) == ["object"]

    def test_a_cache_of_nodes_is_neither_read_nor_written(self, runs, production, aside):
        counted = production / "counted.txt"
        cache = production / "production-cache.sqlite"
        runs("cached", "a")
        before = cache.read_bytes()
        runs("cached", "b", surroundings=aside)
        runs("cached", "a", thread="again", surroundings=aside)
        assert counted.read_text() == "xxx"
        with sqlite3.connect(cache) as connection:
            assert connection.execute("SELECT count(*) FROM cache").fetchone() == (1,)
        assert before[:16] == cache.read_bytes()[:16]


class TestTheFile:
    def test_is_beside_a_file_in_the_apps_folder_for_a_database_and_nowhere_for_what_keeps_its_own(self, tmp_path):
        assert memory_file(str(tmp_path / "a.sqlite")) == str(tmp_path / "a.memory.sqlite")
        named = memory_file("postgresql://ann:secret@host/db", tmp_path)
        assert Path(named).parent == tmp_path
        assert "secret" not in named
        assert named != memory_file("postgresql://ann:secret@host/other", tmp_path)
        assert [memory_file(target, tmp_path) for target in ("memory:", "saver:x", "http://localhost:2024")] == [""] * 3

    def test_is_named_in_every_job_and_a_run_that_brings_something_is_a_sandbox_run(self):
        told = job_message(Job("g", "/a/b.sqlite", "t", Input({})))["surroundings"]
        assert told["memory_file"] == "/a/b.memory.sqlite"
        assert not told["aside"]
