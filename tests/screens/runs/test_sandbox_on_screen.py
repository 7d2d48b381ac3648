"""A store that is only to be read: what is run from it goes to the sandbox, and the store stays as it is."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from langgraph.checkpoint.base import empty_checkpoint
from langgraph.checkpoint.sqlite import SqliteSaver

from tests.screens.conftest import Screen
from ui.timetravel.stores import open_store

Open = Callable[..., Screen]
AGENT = """
from langgraph.graph import StateGraph
from typing_extensions import TypedDict

class State(TypedDict, total=False):
    word: str
    said: str

def shout(state: State) -> State:
    return {"said": state["word"].upper()}

def whisper(state: State) -> State:
    return {"said": state["said"] + "…"}

graph = StateGraph(State).add_node(shout).add_node(whisper)
graph = graph.add_edge("__start__", "shout").add_edge("shout", "whisper")
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "agent.py").write_text(AGENT)
    found: dict[str, object] = {}
    exec(AGENT, found)
    path = tmp_path / "production.sqlite"
    with SqliteSaver.from_conn_string(str(path)) as saver:
        graph = found["graph"].compile(checkpointer=saver)  # type: ignore[attr-defined]
        graph.invoke({"word": "hello"}, {"configurable": {"thread_id": "t"}})
    return path


@pytest.fixture
def screen(opened: Open, store: Path) -> Screen:
    """The store, at the checkpoint from which `whisper` is due."""
    sandbox = str(store.parent / ".timetravel" / "sandbox.sqlite")
    spec = f"{store.parent / 'agent.py'}:graph"
    shown = opened(store, graph_specs=(spec,), sandbox=sandbox, sandboxed=True).on("debugger")
    with open_store(str(store)) as found:
        return shown.run(thread="t", checkpoint=found.skeleton("t").ids[2])


def threads(path: Path) -> list[str]:
    with open_store(str(path)) as store:
        return [thread.thread_id for thread in store.threads().threads]


def test_the_store_is_said_to_be_only_read(screen: Screen) -> None:
    assert "read-only: runs and forks go to the sandbox" in screen.says


def test_running_again_goes_to_the_sandbox_and_is_shown_there(screen: Screen, store: Path) -> None:
    screen.click("Run again from here").finished()
    assert "a local copy to try things in" in screen.says
    assert "Copied from thread t of production.sqlite." in screen.says
    (copy,) = threads(store.parent / ".timetravel" / "sandbox.sqlite")
    assert copy.startswith("t-")


def test_the_store_stays_byte_for_byte(screen: Screen, store: Path) -> None:
    before = store.read_bytes()
    screen.click("Run again from here").finished()
    assert store.read_bytes() == before
    assert threads(store) == ["t"]


def test_the_copy_can_be_compared_with_where_it_came_from(screen: Screen, store: Path) -> None:
    screen.click("Run again from here").finished().click("Compare with the origin")
    assert "of thread t in production.sqlite" in screen.says


def test_the_way_leads_back_to_the_original(screen: Screen, store: Path) -> None:
    screen.click("Run again from here").finished().click("Go to the original")
    assert screen.app.query_params["store"] == str(store)
    assert "read-only: runs and forks go to the sandbox" in screen.says


def test_the_run_that_made_it_is_told_of_until_it_is_dismissed(screen: Screen) -> None:
    screen.click("Run again from here").finished()
    assert "✔ Finished" in screen.run().says
    assert "Dismiss" in screen.buttons


def test_a_thread_that_went_before_the_press_is_said_to_be_gone(screen: Screen, store: Path) -> None:
    with sqlite3.connect(store) as connection:
        connection.execute("DELETE FROM checkpoints WHERE checkpoint_id = (SELECT max(checkpoint_id) FROM checkpoints)")
    connection.close()
    screen.run(thread="t")
    assert "Resume" in screen.buttons, "whisper is due at what is the latest checkpoint now"
    with sqlite3.connect(store) as connection:
        connection.execute("DELETE FROM checkpoints")
    connection.close()
    screen.click("Resume")
    assert screen.crashes == []
    assert "The thread t is not in this store any more" in screen.says


def test_a_graph_that_is_not_there_is_said_on_each_part_of_the_page_that_needs_it(opened: Open, store: Path) -> None:
    screen = (
        opened(store, graph_specs=(f"{store.parent / 'agent.py'}:nope",)).on("debugger").run(thread="t", tab="fork")
    )
    assert screen.crashes == []
    assert 'has no variable "nope"' in screen.says


def test_a_store_whose_log_would_be_lost_is_only_read_and_said_to_be_a_copy(opened: Open, store: Path) -> None:
    cut, log = store.with_name("cut.sqlite"), store.with_name("cut.sqlite-wal")
    with SqliteSaver.from_conn_string(str(store.with_name("whole.sqlite"))) as saver:
        saver.put({"configurable": {"thread_id": "t", "checkpoint_ns": ""}}, empty_checkpoint(), {"step": -1}, {})
        shutil.copy(store.with_name("whole.sqlite-wal"), log)
    cut.touch()
    screen = opened(cut, graph_specs=(f"{store.parent / 'agent.py'}:graph",), sandbox=str(store.parent / "sb.sqlite"))
    screen.on("debugger").run(thread="t")
    assert "read-only: runs and forks go to the sandbox" in screen.says
    assert "You see a copy of the store" in screen.says
    assert "the file itself is empty, and its log would be deleted" in screen.says
    assert (cut.stat().st_size, log.stat().st_size > 0) == (0, True)
