"""The rule by which a store is cleaned up, chosen by a person."""

import pytest

from tests.components.conftest import Drawn, Part
from ui.components.cleanup.form import EVERY, TITLES, clean_form
from ui.session.view import NAMELESS, View
from ui.timetravel.cleanup.rules import Rule, Selection

pytestmark = pytest.mark.usefixtures("looked_at")


def form(drawn: Drawn, view: View | None = None) -> tuple[Part, list[Rule]]:
    rules: list[Rule] = []
    return drawn(lambda: rules.append(clean_form(["loop", "", "**bold** <b>"])), view), rules


def test_at_first_it_is_about_whole_threads_that_are_a_month_old(drawn: Drawn) -> None:
    part, rules = form(drawn)
    assert rules == [Rule(Selection.THREADS, 30)]
    assert part.app.radio[0].options == list(TITLES.values())
    assert not part.app.selectbox
    assert "A thread that waits for an answer" in part.says


def test_single_checkpoints_are_chosen_by_days_of_one_thread_or_of_all(drawn: Drawn) -> None:
    part, rules = form(drawn)
    part.app.radio[0].set_value(Selection.OLD).run()
    assert part.app.selectbox[0].options == [EVERY, "loop", NAMELESS, "**bold** <b>"]
    assert rules[-1] == Rule(Selection.OLD, 30, None)
    part.app.number_input[0].set_value(7)
    part.app.selectbox[0].set_value("").run()
    assert rules[-1] == Rule(Selection.OLD, 7, "")


def test_the_last_checkpoints_are_kept_by_their_number(drawn: Drawn) -> None:
    part, rules = form(drawn)
    part.app.radio[0].set_value(Selection.BEYOND).run()
    assert part.app.number_input[0].min == 1
    assert rules[-1] == Rule(Selection.BEYOND, 20, None)


def test_the_thread_that_was_looked_at_is_chosen(drawn: Drawn) -> None:
    for view, thread in ((View(thread="loop"), "loop"), (View(nameless=True), "")):
        part, rules = form(drawn, view)
        part.app.radio[0].set_value(Selection.BEYOND).run()
        assert rules[-1].thread == thread
