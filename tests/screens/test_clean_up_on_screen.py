"""The Clean up screen: what would go is shown first, and nothing is deleted without that."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.conftest import Screen
from tests.screens.stores.small_stores import asks, fails, make, writes
from tests.support.command import ROOT
from ui.services.create_store import make_store
from ui.timetravel.stores import open_store

Open = Callable[..., Screen]
COUNTER = f"{ROOT / 'graphs' / 'counter.py'}:graph"
OLD, BEYOND = "old", "beyond"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "store.sqlite"
    for thread in ("first", "second"):
        make(path, writes("done"), thread)
    make(path, asks, "waiting")
    return path


@pytest.fixture
def screen(opened: Open, store: Path) -> Screen:
    shown = opened(store, graph_specs=(COUNTER,)).on("clean").run()
    shown.app.number_input(key="clean_days_threads").set_value(0)
    return shown.run()


def delete(screen: Screen) -> Screen:
    """Press the button below the preview, and say yes."""
    return screen.click(next(label for label in screen.buttons if label.startswith("Delete "))).click("Delete now")


def offers_to_delete(screen: Screen) -> bool:
    return any(label.startswith("Delete") for label in screen.buttons)


def threads(path: Path) -> set[str]:
    with open_store(str(path)) as found:
        return {thread.thread_id for thread in found.threads().threads}


def rows(path: Path, thread: str) -> int:
    with open_store(str(path)) as found:
        return len(found.skeleton(thread).ids)


def tables(screen: Screen) -> str:
    return "\n".join(one.value.to_csv(index=False) for one in screen.app.dataframe)


def metrics(screen: Screen) -> dict[str, str]:
    return {one.label: one.value for one in screen.app.metric}


def test_what_is_in_the_store_is_told_first_and_nothing_can_be_deleted_yet(screen: Screen) -> None:
    assert metrics(screen)["Threads"] == "3"
    assert metrics(screen)["Checkpoints"] == "8"
    assert metrics(screen)["Idle for 30 days"] == "0"
    assert not offers_to_delete(screen)


def test_a_preview_names_what_goes_and_what_stays_and_deletes_nothing(screen: Screen, store: Path) -> None:
    screen.click("Preview")
    assert screen.crashes == []
    assert "6 checkpoints of 2 threads would go" in screen.says
    assert "2 branches would go" in screen.says
    assert '"the whole thread, 3 checkpoints"' in tables(screen)
    assert '"work, step 1"' in tables(screen)
    assert "waiting,the whole thread,It waits for an answer." in tables(screen)
    assert threads(store) == {"first", "second", "waiting"}


def test_a_branch_that_goes_alone_is_told_of_alone(opened: Open, tmp_path: Path) -> None:
    make(tmp_path / "one.sqlite", writes("done"))
    screen = opened(tmp_path / "one.sqlite").on("clean").run()
    screen.app.number_input(key="clean_days_threads").set_value(0)
    screen.run().click("Preview")
    assert "1 branch would go, named by its last checkpoint:" in screen.says


def test_what_the_preview_shows_goes_after_one_more_question_and_the_file_can_be_shrunk(
    screen: Screen, store: Path
) -> None:
    screen.click("Preview")
    screen.click("Delete 6 checkpoints of 2 threads")
    assert "From store.sqlite" in screen.says
    assert threads(store) == {"first", "second", "waiting"}
    screen.click("Delete now")
    assert screen.crashes == []
    assert "Deleted 6 checkpoints, 2 whole threads among them" in screen.says
    assert threads(store) == {"waiting"}
    assert not offers_to_delete(screen)
    assert metrics(screen)["Threads"] == "1"
    assert "SQLite keeps the room of what was deleted" in screen.says
    screen.click("Shrink the file")
    assert "The file was" in screen.says
    assert "Shrink the file" not in screen.buttons


def test_another_rule_makes_the_preview_invalid(screen: Screen) -> None:
    screen.click("Preview")
    screen.app.number_input(key="clean_days_threads").set_value(3)
    screen.run()
    assert "The rule is another one now." in screen.says
    assert not offers_to_delete(screen)


def test_a_thread_that_goes_on_makes_the_preview_invalid(screen: Screen, store: Path) -> None:
    screen.click("Preview")
    make(store, writes("again"), "first")
    screen.run()
    assert "Threads of this preview have changed since" in screen.says
    assert not offers_to_delete(screen)


def test_a_thread_that_went_on_while_the_person_thought_stays_as_it_is(screen: Screen, store: Path) -> None:
    screen.click("Preview")
    screen.click("Delete 6 checkpoints of 2 threads")
    make(store, writes("again"), "first")
    screen.click("Delete now")
    assert "Nothing was deleted." in screen.says
    assert threads(store) == {"first", "second", "waiting"}


def test_another_thread_that_goes_on_leaves_the_preview_valid(screen: Screen, store: Path) -> None:
    screen.click("Preview")
    make(store, fails, "new")
    delete(screen)
    assert threads(store) == {"waiting", "new"}


def test_all_but_the_last_checkpoints_of_one_thread_go(screen: Screen, store: Path) -> None:
    screen.app.radio(key="clean_which").set_value(BEYOND)
    screen.run()
    screen.app.number_input(key="clean_last").set_value(1)
    screen.app.selectbox(key="clean_thread").set_value("second")
    screen.run().click("Preview")
    assert "2 of 3 checkpoints" in tables(screen)
    delete(screen)
    assert [rows(store, thread) for thread in ("first", "second")] == [3, 1]


def test_what_is_left_of_a_history_says_that_the_rest_was_deleted(screen: Screen, store: Path) -> None:
    screen.app.radio(key="clean_which").set_value(BEYOND)
    screen.run()
    screen.app.number_input(key="clean_last").set_value(1)
    screen.app.selectbox(key="clean_thread").set_value("second")
    delete(screen.run().click("Preview"))
    screen.on("debugger").run(thread="second")
    assert screen.crashes == []
    assert (
        "Step 1: the history before it is not in the store, so the store does not say which node made it" in screen.says
    )
    assert "Its parent was deleted: compared with nothing." in screen.says
    assert "The path before step 1 is gone from the store." in screen.says
    assert '1,not known,"latest, deleted before"' in tables(screen)
    screen.run(thread="first")
    assert "gone from the store" not in screen.says
    assert "deleted before" not in tables(screen)


def test_the_newest_checkpoint_stays_however_old_and_says_so(screen: Screen, store: Path) -> None:
    screen.app.radio(key="clean_which").set_value(OLD)
    screen.run()
    screen.app.number_input(key="clean_days_old").set_value(0)
    screen.run().click("Preview")
    assert "5 checkpoints of 3 threads would go" in screen.says
    assert "first,1 checkpoint,the head of the thread" in tables(screen)


def test_a_rule_that_names_nothing_says_so(screen: Screen) -> None:
    screen.app.number_input(key="clean_days_threads").set_value(30)
    screen.run().click("Preview")
    assert "Nothing would go by this rule." in screen.says
    assert not offers_to_delete(screen)


def test_of_a_store_that_is_only_read_the_preview_alone_is_shown(opened: Open, store: Path) -> None:
    screen = opened(store).on("clean").run()
    screen.app.number_input(key="clean_days_threads").set_value(0)
    screen.run().click("Preview")
    assert "6 checkpoints of 2 threads would go" in screen.says
    assert "This store is only read, so nothing is deleted." in screen.says
    assert not offers_to_delete(screen)


def test_an_empty_store_has_nothing_to_clean(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "empty.sqlite"
    make_store(path)
    screen = opened(path, graph_specs=(COUNTER,)).on("clean").run()
    assert "There is nothing to clean up" in screen.says
    assert "Preview" not in screen.buttons


OWN_SAVER = """
import sqlite3
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import StateGraph

graph = StateGraph(dict).add_node("work", lambda state: state).add_edge("__start__", "work")
agent = graph.compile(checkpointer=SqliteSaver(sqlite3.connect({path!r}, check_same_thread=False)))
"""


def test_of_a_graphs_own_saver_whole_threads_alone_can_go(opened: Open, store: Path) -> None:
    code = store.parent / "agent.py"
    code.write_text(OWN_SAVER.format(path=str(store)))
    screen = opened(Path("saver:agent"), graph_specs=(f"{code}:agent",)).on("clean").run()
    assert screen.app.radio(key="clean_which").options == ["Whole threads that are old"]
    assert "whole threads only" in screen.says
    screen.app.number_input(key="clean_days_threads").set_value(0)
    delete(screen.run().click("Preview"))
    assert "Deleted 6 checkpoints, 2 whole threads among them" in screen.says
    assert threads(store) == {"waiting"}
    assert "Shrink the file" not in screen.buttons
