"""What a run does to a PostgreSQL database, and what it keeps to itself. What forks do is in test_worker_forking.py."""

import json
import textwrap
from pathlib import Path
from urllib.parse import quote

import pytest
from langgraph.checkpoint.postgres import PostgresSaver

from tests.support.postgres import Server
from ui.timetravel.model.jobs import Input, Job
from ui.timetravel.model.project import Project, load_project
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.worker.pool import WorkerPool

TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
GRAPH = "ALL ON ALL TABLES IN SCHEMA public"


@pytest.fixture
def url(postgres: Server) -> str:
    return postgres.database()


def everything_told(state: RunState) -> str:
    return repr((state, state.failure, state.output, state.notes))


def test_a_new_database_gets_langgraphs_tables(do, url, postgres):
    assert do("steps", Input({"topic": "x"}), store=url).status is RunStatus.FINISHED
    names = [name for (name,) in postgres.execute(url, TABLES)]
    assert names == ["checkpoint_blobs", "checkpoint_migrations", "checkpoint_writes", "checkpoints"]


def test_tables_of_an_older_version_are_left_as_they_are_and_a_sentence_says_what_to_do(do, url, postgres):
    with PostgresSaver.from_conn_string(url) as saver:
        saver.setup()
    postgres.execute(url, "ALTER TABLE checkpoint_writes DROP COLUMN task_path")
    postgres.execute(url, "DELETE FROM checkpoint_migrations WHERE v = 9")
    state = do("steps", Input({"topic": "x"}), store=url)
    assert state.failure is not None
    assert "checkpoint_writes.task_path" in state.failure.message
    assert "PostgresSaver.setup()" in state.failure.message
    columns = "SELECT count(*) FROM information_schema.columns WHERE column_name = 'task_path'"
    assert postgres.execute(url, columns) == [(0,)]


def test_a_role_that_may_only_read_is_refused_by_the_database_and_writes_nothing(do, url, postgres):
    with PostgresSaver.from_conn_string(url) as saver:
        saver.setup()
    state = do("steps", Input({"topic": "x"}), store=postgres.role(url, "SELECT ON ALL TABLES IN SCHEMA public"))
    assert state.failure is not None
    assert "permission denied" in state.failure.message
    assert postgres.execute(url, "SELECT count(*) FROM checkpoints") == [(0,)]


@pytest.mark.parametrize("wrong", ["", "x"])
def test_the_password_is_in_nothing_that_comes_back(do, url, postgres, tmp_path, wrong):
    with PostgresSaver.from_conn_string(url) as saver:
        saver.setup()
    secret = postgres.role(url, GRAPH, password="opensesame")
    project = project_of(
        tmp_path,
        f"""
        def tell(state):
            print("my store is", {secret!r}, "opensesame")
            raise ValueError({secret!r} + " opensesame")
        """,
    )
    with_workers = WorkerPool(project)
    try:
        job = Job("graph", secret.replace("opensesame", "opensesame" + wrong), "t", Input({}))
        state = with_workers.start(job).wait(30)
    finally:
        with_workers.close()
    assert state.status is RunStatus.FAILED
    assert "opensesame" not in everything_told(state)
    if not wrong:
        assert "my store is postgresql://" in state.output[0].text
        assert state.failure is not None
        assert state.failure.node == "tell"


def test_an_address_with_a_bare_slash_in_its_password_is_explained_without_it(do):
    state = do("steps", Input({}), store="postgresql://me:open/sesame@127.0.0.1:1/db")
    assert state.failure is not None
    assert "%2F" in state.failure.message
    assert "sesame" not in everything_told(state)
    assert state.failure.traceback == ""


def test_a_password_with_special_characters_is_hidden_however_it_is_written(do):
    state = do("steps", Input({}), store=f"postgresql://nobody:{quote('p@ss/wörd', safe='')}@127.0.0.1:1/db")
    assert state.failure is not None
    assert "can't be reached" in state.failure.message
    assert "wörd" not in everything_told(state)


def test_a_python_without_the_postgres_saver_is_told_what_to_install(tmp_path, url):
    project = project_of(tmp_path, "def tell(state):\n    pass")
    (tmp_path / "psycopg.py").write_text("raise ImportError(\"No module named 'psycopg'\")")
    workers = WorkerPool(project)
    try:
        state = workers.start(Job("graph", url, "t", Input({}))).wait(30)
    finally:
        workers.close()
    assert state.failure is not None
    assert "Install langgraph-checkpoint-postgres" in state.failure.message


def project_of(folder: Path, node: str) -> Project:
    text = "from langgraph.graph import START, StateGraph\nfrom typing_extensions import TypedDict\n\n"
    text += "class State(TypedDict, total=False):\n    x: int\n\n" + textwrap.dedent(node) + "\n"
    text += "graph = StateGraph(State).add_node(tell).add_edge(START, 'tell')\n"
    (folder / "graph.py").write_text(text)
    (folder / "langgraph.json").write_text(json.dumps({"dependencies": ["."], "graphs": {"graph": "./graph.py:graph"}}))
    return load_project(folder)
