"""A store, or a thread, of another program: what is run from it goes to the sandbox, and the screens say so before."""

import json
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import chdir, closing
from pathlib import Path
from typing import Any

import pytest

from tests.screens.conftest import Screen, last_run
from tests.screens.stores.small_stores import make, writes
from tests.support.old_langgraph import python_of
from ui import cli
from ui.timetravel.model.runs import RunStatus

Open = Callable[..., Screen]

CODE = """
from langgraph.graph import StateGraph
from typing_extensions import TypedDict
class State(TypedDict, total=False):
    value: str
    log: list
graph = StateGraph(State).add_node("work", lambda state: {"value": "new"}).add_edge("__start__", "work").compile()
"""
SAMPLE = f"{Path(__file__).resolve().parents[3] / 'graphs' / 'content_pipeline.py'}:graph"
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
        connection.execute("DELETE FROM writes WHERE thread_id = ?", (thread,))


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


def test_run_again_and_resume_lead_to_the_sandbox_and_the_store_stays(screen: Screen, store: Path, kind: str) -> None:
    before = rows(store)
    screen.on("debugger").run(thread="t")
    assert WORDS[kind] in screen.says
    assert "What you run from here goes to a copy in the local sandbox." in screen.says
    for label in ("Run again from here", "Resume"):
        screen.on("debugger").run(thread="t").click(label)
        run = last_run()
        assert (run.status, Path(run.job.store).name) == (RunStatus.FINISHED, "sb.sqlite")
    assert rows(store) == before


def test_a_fork_can_go_to_the_sandbox_alone(screen: Screen, kind: str) -> None:
    screen.on("debugger").run(thread="t", tab="fork")
    into = next(one for one in screen.app.get("button_group") if "Fork into" in one.label)
    assert [option.content for option in into.proto.options] == ["Sandbox"]
    assert WORDS[kind] in screen.says


def test_the_sidebar_and_the_command_call_the_store_read_only(screen: Screen, store: Path, tmp_path: Path) -> None:
    screen.on("debugger").run(thread="t")
    assert (
        "read-only, since LangGraph.js or an older LangGraph wrote it: runs and forks go to the sandbox" in screen.says
    )
    assert "runs and forks write to it" not in screen.says
    with chdir(tmp_path):
        options = cli.parser().parse_args([str(store), "--graph", f"{tmp_path / 'agent.py'}:graph"])
        assert cli.settle(options)[1] == frozenset()


def test_of_a_run_in_the_sandbox_long_term_memory_is_said_to_go_there(screen: Screen) -> None:
    screen.on("run").run()
    assert "sb.memory.sqlite, if the graph uses any." in screen.says
    assert "s.memory.sqlite beside the checkpoints" not in screen.says
    assert "In the sandbox, the graph's own long-term memory and cache are not written to." in screen.says


def test_a_new_thread_of_the_run_form_goes_to_the_sandbox(screen: Screen, store: Path, kind: str) -> None:
    before = rows(store)
    screen.on("run").run()
    assert f"This store {WORDS[kind]}" in screen.says
    screen.click("Run")
    assert Path(last_run().job.store).name == "sb.sqlite"
    assert rows(store) == before


def test_beside_it_a_thread_of_this_format_is_run_on(screen: Screen, store: Path, kind: str) -> None:
    make(store, writes("x"), thread="ours")
    screen.on("debugger").run(thread="ours")
    assert WORDS[kind] not in screen.says
    screen.on("run").run()
    assert WORDS[kind] not in screen.says


ASKS = """
from langgraph.graph import StateGraph
from langgraph.types import interrupt
from typing_extensions import TypedDict
class State(TypedDict, total=False):
    value: str
def work(state): return {"value": interrupt("Go on?")}
builder = StateGraph(State).add_node(work).add_edge("__start__", "work")
graph = builder.compile()
"""


def by_app(version: str, folder: Path) -> None:
    """A thread in which an app on an old LangGraph was asked something."""
    app = f"""
import sys; sys.path.insert(0, {str(folder)!r})
import agent
from langgraph.checkpoint.sqlite import SqliteSaver
with SqliteSaver.from_conn_string({str(folder / "s.sqlite")!r}) as saver:
    agent.builder.compile(checkpointer=saver).invoke({{"value": "a"}}, {{"configurable": {{"thread_id": "t"}}}})
"""
    subprocess.run([python_of(version), "-W", "ignore", "-c", app], check=True)


def by_javascript(folder: Path) -> None:
    """A thread in which an app on LangGraph.js was asked something: its tasks have ids that Python gives none."""
    path = folder / "s.sqlite"
    make(path, writes("x"))
    written_as(path, JS)
    with closing(sqlite3.connect(path)) as connection, connection:
        asked = json.dumps([{"id": "a" * 32, "value": "Go on?"}]).encode()
        row = ("t", one_after(connection, "t"), "js-task", "__interrupt__", "json", asked)
        columns = "(thread_id, checkpoint_id, task_id, channel, type, value, checkpoint_ns, idx)"
        connection.execute(f"INSERT INTO writes {columns} VALUES (?, ?, ?, ?, ?, ?, '', -3)", row)


@pytest.mark.parametrize("writer", ["0.2.74", "0.3.34", "js"])
def test_a_question_of_another_programs_thread_is_answered_in_the_sandbox(
    tmp_path: Path, opened: Open, writer: str
) -> None:
    (tmp_path / "agent.py").write_text(ASKS)
    by_javascript(tmp_path) if writer == "js" else by_app(writer, tmp_path)
    before = rows(tmp_path / "s.sqlite")
    specs = (f"{tmp_path / 'agent.py'}:graph",)
    screen = opened(tmp_path / "s.sqlite", graph_specs=specs, sandbox=str(tmp_path / "sb.sqlite"))
    screen.on("debugger").run(thread="t")
    assert "What you run from here goes to a copy in the local sandbox." in screen.says
    next(area for area in screen.app.text_area if area.label == "Your answer").set_value("yes").run()
    screen.click("Answer and go on")
    run = last_run()
    assert (run.status, Path(run.job.store).name) == (RunStatus.FINISHED, "sb.sqlite")
    assert rows(tmp_path / "s.sqlite") == before


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
