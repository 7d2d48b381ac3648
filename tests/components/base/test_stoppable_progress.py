"""A bar for what takes a while: nothing of it before that, how far it is, and a button that ends it."""

import pytest
import streamlit as st

import ui.components.base.stoppable_progress as module
from tests.components.conftest import Drawn
from ui.components.base.stoppable_progress import StoppableProgress


def work(on_stop: list[str], *, done: bool = False) -> None:
    progress = StoppableProgress(lambda: on_stop.append("stopped"))
    progress.show(0.25, "1 of *4* done")
    progress.show(7, "all done")
    if done:
        progress.done()
    st.caption("worked")


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AFTER", 0)
    monkeypatch.setattr(module, "_EVERY", 0)


def test_what_is_soon_over_draws_nothing(drawn: Drawn) -> None:
    part = drawn(lambda: work([]))
    assert part.buttons == []
    assert not part.app.get("progress")


@pytest.mark.usefixtures("at_once")
def test_what_lasts_says_how_far_it_is_and_no_more_than_all(drawn: Drawn) -> None:
    (bar,) = drawn(lambda: work([])).app.get("progress")
    assert (bar.proto.value, bar.proto.text) == (100, "all done")


@pytest.mark.usefixtures("at_once")
def test_stop_calls_what_was_given_for_it(drawn: Drawn) -> None:
    told: list[str] = []
    part = drawn(lambda: work(told))
    assert part.buttons == ["Stop"]
    part.press("Stop")
    assert told == ["stopped"]


@pytest.mark.usefixtures("at_once")
def test_once_it_is_done_nothing_of_it_is_left(drawn: Drawn) -> None:
    part = drawn(lambda: work([], done=True))
    assert part.buttons == []
    assert not part.app.get("progress")
