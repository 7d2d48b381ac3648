"""A lesson's buttons, where what they need was changed elsewhere, or where nothing can be noted."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.conftest import Screen
from tests.screens.stores.small_stores import make, writes
from ui.lessons.practice.classroom import Classroom
from ui.lessons.progress import LessonProgress
from ui.screens import learn
from ui.session.context import sources
from ui.session.view import View

Open = Callable[..., Screen]


@pytest.fixture
def practice(tmp_path: Path) -> Path:
    """A practice store in which the first lesson's run is over."""
    path = tmp_path / "practice.sqlite"
    make(path, writes("after"), thread="first-thread-ab", name="increment")
    return path


@pytest.fixture
def screen(opened: Open, practice: Path) -> Screen:
    make(practice.with_name("s.sqlite"), writes("after"))
    sandbox = str(practice.with_name("sandbox.sqlite"))
    shown = opened(practice.with_name("s.sqlite"), page="learn", sandbox=sandbox)
    return shown.run(lesson="first_thread", attempt="ab")


def press(screen: Screen, step: str) -> Screen:
    next(one for one in screen.app.button if step in (one.key or "")).click().run()
    return screen


def test_a_step_whose_thread_went_in_another_tab_says_so(screen: Screen, practice: Path) -> None:
    with sqlite3.connect(practice) as connection:
        connection.execute("DELETE FROM checkpoints")
    connection.close()
    press(screen, "first_thread_round")
    assert screen.crashes == []
    assert "is not in the lesson's thread any more" in screen.says


def test_a_step_that_can_not_be_noted_is_done_all_the_same(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(LessonProgress, "_change", full)
    press(screen, "first_thread_first")
    assert screen.crashes == []
    assert "This was done, but can't be noted: No space left on device." in screen.says
    assert screen.app.query_params["tab"] == "state"


def test_the_next_step_can_be_taken_where_a_run_ended_while_the_page_was_drawn(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = learn._history

    def after_its_end(view: View, room: Classroom) -> None:
        for run in sources().runs.all():
            run.wait(60)
        drawn(view, room)

    screen.run(lesson="interrupts", attempt="cd")
    press(screen, "do_interrupts_ask")
    for run in sources().runs.all():
        run.wait(60)
    screen.run()
    monkeypatch.setattr(learn, "_history", after_its_end)
    press(screen, "do_interrupts_no_answer")
    assert not next(one for one in screen.app.button if one.key == "do_interrupts_accept").disabled
