"""Of very much a screen shows a part, says what it leaves out, and offers a way to it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.conftest import Screen
from tests.soak.slow_stores import copies_of_one_value, nodes_that_are_due, nodes_that_saw_channels, tasks
from tests.support.hostile.stores.stores import DECLARED, in_sqlite
from ui.components.checkpoint.changes.cards import MOST as CARDS
from ui.components.fields.long_choice import MOST as OFFERED

Open = Callable[..., Screen]


@pytest.fixture(scope="module")
def many_tasks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return in_sqlite(tasks(CARDS + 60), tmp_path_factory.mktemp("tasks") / "tasks.sqlite", layout=DECLARED)


def test_the_first_tasks_are_drawn_and_more_where_they_are_asked_for(opened: Open, many_tasks: Path) -> None:
    screen = opened(many_tasks, page="debugger").run(thread="t", tab="writes")
    assert len(_tasks(screen)) == CARDS
    assert "60 more tasks not drawn yet." in screen.says
    screen.click("Draw more")
    assert len(_tasks(screen)) == CARDS + 60
    assert "not drawn yet" not in screen.says


def test_channels_beyond_the_first_are_found_by_their_names(opened: Open, tmp_path: Path) -> None:
    store = in_sqlite(nodes_that_are_due(OFFERED + 20), tmp_path / "due.sqlite", layout=DECLARED)
    screen = opened(store, page="debugger").run(thread="t", tab="state")
    assert len(screen.app.selectbox(key="channel").options) == OFFERED
    assert "The first 300 of 321 channels are offered below." in screen.says
    screen.app.text_input(key="channel_sought").set_value("n319").run()
    assert screen.crashes == []
    assert any("n319" in one for one in screen.app.selectbox(key="channel").options)


def test_each_channel_is_told_with_the_nodes_that_have_seen_its_version(opened: Open, tmp_path: Path) -> None:
    store = in_sqlite(nodes_that_saw_channels(5), tmp_path / "seen.sqlite", layout=DECLARED)
    screen = opened(store, page="debugger").run(thread="t", tab="raw")
    table = screen.app.dataframe[-1].value
    assert dict(zip(table["Channel"], table["Seen by"], strict=True))["c3"] == "node 3, node 8"


def _tasks(screen: Screen) -> list[dict[str, object]]:
    return [one for one in screen.drawings("plain_text") if one["lines"] and one["lines"][0]["text"].startswith("n")]


def test_an_error_and_a_state_that_are_too_large_are_told_in_words(opened: Open, tmp_path: Path) -> None:
    store = in_sqlite(copies_of_one_value(1_200_000), tmp_path / "large.sqlite", layout=DECLARED)
    screen = opened(store, page="debugger").run(thread="t", tab="state")
    assert "Then node failed: [left out: of its" in screen.says
    assert "Some of its channels are left out: it is too large to be read as a whole." in screen.says
    assert "$opaque" not in screen.says
