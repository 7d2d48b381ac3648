"""What a run can go on with, as the form on the Run screen offers it. The threads are real ones, of the samples."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1.element_tree import Selectbox

from tests.screens.conftest import Screen
from tests.screens.stores.small_stores import make, writes
from ui.services.create_store import make_store
from ui.services.settings import sample_graphs
from ui.session.context import sources
from ui.timetravel.model.jobs import Input, RunRequest
from ui.timetravel.model.runs import RunStatus
from ui.timetravel.runs.runner import LiveRun

Open = Callable[..., Screen]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    make(tmp_path / "mine.sqlite", writes("here"), thread="nameless")
    return tmp_path / "mine.sqlite"


@pytest.fixture
def page(opened: Open, store: Path, monkeypatch: pytest.MonkeyPatch) -> Screen:
    monkeypatch.setenv("TIMETRAVEL_SAMPLE_PAUSE", "0")
    return opened(store, graphs_file=str(sample_graphs())).on("run").run(graph="counter")


def started(graph: str, thread: str) -> LiveRun:
    """A run that came to its end: of the sample's own example, where it has one."""
    here = sources().source()
    assert here is not None
    assert here.runner is not None
    said = {"messages": [{"role": "user", "content": "What is 12 * (3 + 4), and what are tides?"}]}
    given = said if graph == "chat_agent" else {}
    run = sources().runs.start(here, RunRequest(graph, thread, Input(given)))
    assert run.wait(60).status is RunStatus.FINISHED
    return run


def go_on(page: Screen) -> Selectbox:
    """The choice of threads, which comes with "Existing thread"."""
    page.app.segmented_control(key="thread_kind").set_value("Existing thread").run()
    assert page.crashes == []
    return threads(page)


def threads(page: Screen) -> Selectbox:
    return next(box for box in page.app.selectbox if box.label == "Thread to go on with")


def can_run(page: Screen) -> bool:
    return not next(button for button in page.app.button if button.label == "Run").disabled


def test_the_threads_of_the_graph_come_first_and_the_newest_of_them_is_chosen(page: Screen) -> None:
    for graph, thread in (("counter", "old"), ("counter", "new"), ("map_reduce", "theirs")):
        started(graph, thread)
    choice = go_on(page)
    assert choice.options == ["new", "old", "nameless", "theirs (map_reduce)"]
    assert choice.value == "new"
    assert "was made by" not in page.says


def test_a_thread_of_another_graph_is_chosen_by_hand_only_and_with_a_warning(page: Screen) -> None:
    started("map_reduce", "theirs")
    assert go_on(page).value == "nameless", "it may be this graph's"
    threads(page).select("theirs (map_reduce)").run()
    assert ("asks", "This thread was made by map_reduce. counter would go on in its state.") in page.lines
    assert can_run(page)


def test_where_all_threads_are_of_other_graphs_none_is_chosen(opened: Open, tmp_path: Path) -> None:
    make_store(tmp_path / "new.sqlite")
    page = opened(tmp_path / "new.sqlite", graphs_file=str(sample_graphs())).on("run").run(graph="counter")
    started("map_reduce", "theirs")
    assert go_on(page).value is None
    assert not can_run(page)


def test_after_a_turn_another_input_goes_to_the_same_thread_again_and_again(page: Screen) -> None:
    started("chat_agent", "elsewhere")
    run = started("chat_agent", "talk")
    page.run(run=run.id)
    for _ in range(2):
        page.click("Another input on this thread")
        assert page.crashes == []
        assert page.app.segmented_control(key="thread_kind").value == "Existing thread"
        assert threads(page).value == "talk"
        page.click("Run")
        turn = sources().runs.get(page.app.query_params["run"])
        assert turn is not None
        assert turn.wait(60).job.thread_id == "talk"
        page.run()
    assert "✔ Finished" in page.says
    page.click("New run")
    assert page.app.segmented_control(key="thread_kind").value == "New thread"


def test_an_answer_that_its_node_prints_stands_in_the_output_once(page: Screen) -> None:
    page.run(run=started("chat_agent", "talk").id)
    assert page.says.count("Scripted, from the tools: 12 * (3 + 4) = 84.") == 1
    assert "agent: Scripted, from the tools" in page.says, "the print stays"
