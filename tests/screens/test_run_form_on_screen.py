"""What a run can go on with, as the form on the Run screen offers it. The threads are real ones, of the samples."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1.element_tree import Selectbox

from tests.screens.conftest import Screen
from tests.screens.small_stores import make, writes
from ui.new_store import make_store
from ui.session import sources
from ui.settings import sample_graphs
from ui.timetravel.worker.job import Input, Job, RunStatus

Open = Callable[..., Screen]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    make(tmp_path / "mine.sqlite", writes("here"), thread="nameless")
    return tmp_path / "mine.sqlite"


@pytest.fixture
def page(opened: Open, store: Path, monkeypatch: pytest.MonkeyPatch) -> Screen:
    monkeypatch.setenv("TIMETRAVEL_SAMPLE_PAUSE", "0")
    return opened(store, graphs_file=str(sample_graphs())).on("run").run(graph="counter")


def ran(graph: str, thread: str) -> None:
    """A thread that this graph made."""
    here = sources().source()
    assert here is not None
    assert here.runner is not None
    assert here.runner.start(Job(graph, here.target, thread, Input({}))).wait(60).status is RunStatus.FINISHED


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
        ran(graph, thread)
    choice = go_on(page)
    assert choice.options == ["new", "old", "nameless", "theirs (map_reduce)"]
    assert choice.value == "new"
    assert "was made by" not in page.says


def test_a_thread_of_another_graph_is_chosen_by_hand_only_and_with_a_warning(page: Screen) -> None:
    ran("map_reduce", "theirs")
    assert go_on(page).value == "nameless", "it may be this graph's"
    threads(page).select("theirs (map_reduce)").run()
    assert ("asks", "This thread was made by map_reduce. counter would go on in its state.") in page.lines
    assert can_run(page)


def test_where_all_threads_are_of_other_graphs_none_is_chosen(opened: Open, tmp_path: Path) -> None:
    make_store(tmp_path / "new.sqlite")
    page = opened(tmp_path / "new.sqlite", graphs_file=str(sample_graphs())).on("run").run(graph="counter")
    ran("map_reduce", "theirs")
    assert go_on(page).value is None
    assert not can_run(page)
