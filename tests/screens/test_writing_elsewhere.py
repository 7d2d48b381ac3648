"""A store, or a thread, of another program: what is run from it goes to the sandbox, and the screens say so before."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.screens.conftest import Screen
from tests.screens.small_stores import make, writes
from ui.session import sources
from ui.timetravel.worker.job import RunStatus

Open = Callable[..., Screen]

CODE = """
from langgraph.graph import StateGraph
from typing_extensions import TypedDict
class State(TypedDict, total=False):
    value: str
    log: list
graph = StateGraph(State).add_node("work", lambda state: {"value": "new"}).add_edge("__start__", "work").compile()
"""
SAMPLE = f"{Path(__file__).parents[2] / 'graphs' / 'content_pipeline.py'}:graph"
JS: dict[str, Any] = {"v": 4, "ts": "2026-11-21T12:54:12.793Z"}
OLD: dict[str, Any] = {"v": 2, "ts": "2024-11-21T12:54:12.793000+00:00"}
WORDS = {"js": "was written by LangGraph.js", "old": "was written by an older LangGraph (checkpoint format 2)"}


def written_as(path: Path, parts: dict[str, Any], thread: str = "t") -> None:
    """Have the rows of a thread be JSON, as another program writes them; the node "work" is due at the last one."""
    with closing(sqlite3.connect(path)) as connection, connection:
        query = "SELECT rowid, checkpoint_id FROM checkpoints WHERE thread_id = ? ORDER BY checkpoint_id"
        for rowid, one in connection.execute(query, (thread,)).fetchall()[:2]:
            checkpoint = {"id": one, "channel_values": {"value": "a", "branch:to:work": None}, "versions_seen": {}}
            checkpoint |= {"channel_versions": {"value": 2, "branch:to:work": 2}, **parts}
            blob = json.dumps(checkpoint).encode()
            connection.execute("UPDATE checkpoints SET type = 'json', checkpoint = ? WHERE rowid = ?", (blob, rowid))
        gone = "DELETE FROM checkpoints WHERE thread_id = ? AND checkpoint_id > ?"
        connection.execute(gone, (thread, one_after(connection, thread)))


def one_after(connection: sqlite3.Connection, thread: str) -> str:
    query = "SELECT checkpoint_id FROM checkpoints WHERE thread_id = ? ORDER BY checkpoint_id LIMIT 1 OFFSET 1"
    return str(connection.execute(query, (thread,)).fetchone()[0])


def rows(path: Path) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM checkpoints ORDER BY thread_id, checkpoint_id").fetchall()


@pytest.fixture(params=["js", "old"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def store(tmp_path: Path, kind: str) -> Path:
    path = tmp_path / "s.sqlite"
    make(path, writes("x"))
    written_as(path, JS if kind == "js" else OLD)
    return path


@pytest.fixture
def screen(tmp_path: Path, opened: Open, store: Path) -> Screen:
    (tmp_path / "agent.py").write_text(CODE)
    specs = (f"{tmp_path / 'agent.py'}:graph",)
    return opened(store, graph_specs=specs, sandbox=str(tmp_path / "sb.sqlite"))


def ended() -> Any:
    workers = sources().workers
    assert workers is not None
    return list(workers.runs.values())[-1].wait(30)


def test_run_again_and_resume_lead_to_the_sandbox_and_the_store_stays(screen: Screen, store: Path, kind: str) -> None:
    before = rows(store)
    screen.on("debugger").run(thread="t")
    assert WORDS[kind] in screen.says
    assert "What you run from here goes to a copy in the local sandbox." in screen.says
    for label in ("Run again from here", "Resume"):
        screen.on("debugger").run(thread="t").click(label)
        run = ended()
        assert (run.status, Path(run.job.store).name) == (RunStatus.FINISHED, "sb.sqlite")
    assert rows(store) == before


def test_a_fork_can_go_to_the_sandbox_alone(screen: Screen, kind: str) -> None:
    screen.on("debugger").run(thread="t", tab="fork")
    into = next(one for one in screen.app.get("button_group") if "Fork into" in one.label)
    assert [option.content for option in into.proto.options] == ["Sandbox"]
    assert WORDS[kind] in screen.says


def test_a_new_thread_of_the_run_form_goes_to_the_sandbox(screen: Screen, store: Path, kind: str) -> None:
    before = rows(store)
    screen.on("run").run()
    assert f"This store {WORDS[kind]}" in screen.says
    screen.click("Run")
    assert Path(ended().job.store).name == "sb.sqlite"
    assert rows(store) == before


def test_beside_it_a_thread_of_this_format_is_run_on(screen: Screen, store: Path, kind: str) -> None:
    make(store, writes("x"), thread="ours")
    screen.on("debugger").run(thread="ours")
    assert WORDS[kind] not in screen.says
    screen.on("run").run()
    assert WORDS[kind] not in screen.says


def test_a_task_is_neither_resumed_nor_rolled_back(tmp_path: Path, opened: Open) -> None:
    path = tmp_path / "s.sqlite"
    make(path, writes("x"))
    written_as(path, OLD)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE checkpoints SET metadata = ?", (b'{"graph_id": "content_pipeline"}',))
    screen = opened(path, graph_specs=(SAMPLE,)).on("tasks").run(thread="t")
    assert WORDS["old"] in screen.says
    assert next(one for one in screen.app.button if one.label == "Resume").disabled
    back = [one for one in screen.app.get("popover") if "Roll back" in one.proto.popover.label]
    assert [one.proto.popover.disabled for one in back] == [True]
