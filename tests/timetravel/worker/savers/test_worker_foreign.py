"""Rows of LangGraph.js, and of checkpoint formats that this LangGraph would break for the app that wrote them."""

import json
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.old_langgraph import python_of
from tests.support.postgres import Server
from tests.timetravel.stores.written.written_rows import written
from tests.timetravel.worker.oracles.official import both_stores, everything
from ui.timetravel.model.jobs import Edits, Input, Job, Resume
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.stores import open_store

Do = Callable[..., RunState]

JS_ROWS = Path(__file__).parents[2] / "stores" / "written" / "langgraph_js.json"
ROLL_BACK = {"edits": Edits({}, as_node="__copy__"), "run": False}
WAYS: list[dict[str, Any]] = [
    {},
    {"action": Resume()},
    {"action": Resume(), "edits": Edits({"topic": "x"})},
    {"action": Resume(), **ROLL_BACK},
    {"action": Resume(), "copy_to": "new"},
]

APP = """
import sys
from typing import TypedDict
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import START, StateGraph
class State(TypedDict):
    topic: str
graph = StateGraph(State).add_node("work", lambda state: {"topic": "done"}).add_edge(START, "work")
with SqliteSaver.from_conn_string(sys.argv[1]) as saver:
    compiled, config = graph.compile(checkpointer=saver), {"configurable": {"thread_id": "t"}}
    if sys.argv[2] == "write":
        compiled.invoke({"topic": "a"}, config)
    print(compiled.get_state(config).values)
"""


@pytest.fixture
def mark(request: pytest.FixtureRequest, store: str) -> Callable[..., None]:
    """Have the rows of a thread, all of them or its newest, be as another program writes them."""

    def change(thread: str = "t", *, newest: bool = False, **parts: Any) -> None:
        last = " AND checkpoint_id = (SELECT max(checkpoint_id) FROM checkpoints WHERE thread_id = '{0}')"
        where = ("thread_id = '{0}'" + (last if newest else "")).format(thread)
        if store.startswith("postgresql://"):
            server: Server = request.getfixturevalue("postgres")
            merged = json.dumps(parts)
            server.execute(store, f"UPDATE checkpoints SET checkpoint = checkpoint || '{merged}' WHERE {where}")
            return
        with closing(sqlite3.connect(store)) as connection, connection:
            for rowid, one in connection.execute(
                f"SELECT rowid, checkpoint_id FROM checkpoints WHERE {where}"
            ).fetchall():
                blob = json.dumps(
                    {"v": 4, "id": one, "channel_values": {}, "channel_versions": {}, "versions_seen": {}, **parts}
                ).encode()
                connection.execute(
                    "UPDATE checkpoints SET type = 'json', checkpoint = ? WHERE rowid = ?", (blob, rowid)
                )

    return change


JS: dict[str, Any] = {"ts": "2026-11-21T12:54:12.793Z"}
OLD: dict[str, Any] = {"v": 1, "ts": "2024-06-01T12:00:00+00:00"}
NEWER: dict[str, Any] = {"v": 9}


@both_stores
@pytest.mark.parametrize(
    ("parts", "says"),
    [
        (JS, "was written by LangGraph.js"),
        (OLD, "was written by an older LangGraph (checkpoint format 1)"),
        (NEWER, "was written by a newer LangGraph (checkpoint format 9)"),
    ],
    ids=["js", "old", "newer"],
)
def test_nothing_is_written_to_a_thread_of_another_program(
    do: Do, store: str, mark: Any, parts: Any, says: str
) -> None:
    do("steps", Input({"topic": "x"}))
    mark(**parts)
    before = everything(store)
    with open_store(store) as opened:
        (header,) = opened.headers("t", "", [opened.skeleton("t").ids[-1]])
    assert (header.javascript, header.format) == (parts is JS, parts.get("v", 4))
    for way in WAYS if (parts is JS and "postgres" not in store) else WAYS[:1]:
        ended = do("steps", **way)
        assert ended.status is RunStatus.FAILED
        assert f"The thread “t” {says}" in ended.failure.message
    assert everything(store) == before


@both_stores
@pytest.mark.parametrize("parts", [JS, OLD], ids=["js", "old"])
def test_a_store_with_nothing_but_rows_of_another_program_gets_no_new_thread(
    do: Do, store: str, mark: Any, parts: Any
) -> None:
    do("steps", Input({"topic": "x"}))
    mark(**parts)
    ended = do("steps", Input({"topic": "x"}), thread_id="another")
    assert "This store was written by" in ended.failure.message


@both_stores
def test_a_thread_of_this_format_is_run_on_beside_those_of_other_programs(do: Do, mark: Any) -> None:
    for thread in ("t", "js", "old"):
        do("steps", Input({"topic": "x"}), thread_id=thread)
    mark("js", **JS)
    mark("old", **OLD)
    assert do("steps", Input({"topic": "y"})).status is RunStatus.FINISHED
    assert do("steps", Input({"topic": "y"}), thread_id="another").status is RunStatus.FINISHED
    assert do("steps", Input({"topic": "y"}), thread_id="js").status is RunStatus.FAILED
    assert do("steps", Input({"topic": "y"}), thread_id="old").status is RunStatus.FAILED


@both_stores
def test_a_thread_whose_newest_checkpoint_is_of_this_format_is_run_on(do: Do, store: str, mark: Any) -> None:
    do("steps", Input({"topic": "x"}))
    mark(**OLD)
    assert do("steps", Input({"topic": "x"})).status is RunStatus.FAILED
    mark(newest=True, v=4, ts="2026-06-01T12:00:00+00:00")
    assert do("steps", Input({"topic": "x"})).status is RunStatus.FINISHED


def test_a_store_of_langgraph_js_keeps_its_bytes_and_its_tables(workers: Any, tmp_path: Path) -> None:
    path = written(json.loads(JS_ROWS.read_text(encoding="utf-8")), tmp_path / "js.sqlite")
    before = path.read_bytes()
    with open_store(str(path)) as store:
        thread = store.threads().threads[0].thread_id
        head = store.skeleton(thread).ids[-1]
        assert store.headers(thread, "", [head])[0].javascript
    for job in (
        Job("steps", str(path), thread, Resume()),
        Job("steps", str(path), thread, Resume(), checkpoint_id=head),
        Job("steps", str(path), "a new one", Input({"topic": "x"})),
    ):
        assert "LangGraph.js" in workers.start(job).wait(30).failure.message
    assert path.read_bytes() == before
    assert not path.with_name("js.sqlite-wal").exists()


@pytest.mark.parametrize("version", ["0.2.74", "0.3.34"])
def test_the_app_that_wrote_an_old_format_reads_its_thread_afterwards(do: Do, store: str, version: str) -> None:
    def app(what: str) -> str:
        command = [python_of(version), "-W", "ignore", "-c", APP, store, what]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    said = app("write")
    for way in WAYS[::2]:
        assert "an older LangGraph" in do("steps", **way).failure.message
    assert app("read") == said


def test_what_an_old_langgraph_that_can_be_driven_wrote_is_run_on(do: Do, store: str) -> None:
    subprocess.run([python_of("0.6.11"), "-W", "ignore", "-c", APP, store, "write"], check=True)
    assert do("steps", Input({"topic": "x"})).status is RunStatus.FINISHED
