"""The list of threads: each once with its state, whatever it is called; a click opens it."""

import pytest

from tests.components.conftest import THREADS, Drawn
from ui.components.sidebar.threads import thread_list
from ui.session import keys
from ui.session.view import NAMELESS, View

pytestmark = pytest.mark.usefixtures("looked_at")


def test_each_thread_has_a_row_with_its_state_and_the_one_that_changed_last_is_on_top(drawn: Drawn) -> None:
    (data,) = drawn(lambda: thread_list("loop"), View(thread="loop")).drawings("threads")
    rows = {row["id"]: row for row in data["threads"]}
    assert [row["name"] for row in data["threads"]] == [one or NAMELESS for one in reversed(THREADS)]
    assert data["selected"] == "loop"
    assert rows["failed"]["state"] == "failed"
    assert rows["asks"]["state"] == "interrupted"
    assert rows["loop"]["count"] == "6 checkpoints"


def test_a_click_opens_a_thread_at_its_latest_checkpoint_and_keeps_how_the_history_is_shown(drawn: Drawn) -> None:
    view = View(thread="failed", checkpoint="x", history="tree", tab="raw", channel="n", page=3, run="r")
    part = drawn(lambda: thread_list("failed"), view).tell("threads", clicked="loop")
    assert (part.view.thread, part.view.history, part.view.tab) == ("loop", "tree", "raw")
    assert (part.view.channel, part.view.page, part.view.run) == ("", 0, "")
    assert part.view.checkpoint > "1"
    assert part.app.query_params["thread"] == "loop"


def test_the_thread_whose_id_is_empty_is_opened_as_any_other(drawn: Drawn) -> None:
    part = drawn(lambda: thread_list("loop"), View(thread="loop")).tell("threads", clicked="")
    assert part.view.nameless
    assert part.view.checkpoint


def test_the_name_of_a_thread_is_given_as_it_is(drawn: Drawn) -> None:
    part = drawn(lambda: thread_list(""), View(nameless=True))
    assert "**bold** <b>x</b>" in [row["name"] for row in part.drawings("threads")[0]["threads"]]
    assert part.tell("threads", clicked="**bold** <b>x</b>").view.thread == "**bold** <b>x</b>"


def test_a_search_leaves_the_threads_with_these_letters_in_their_id(drawn: Drawn) -> None:
    part = drawn(lambda: thread_list("loop"), View(thread="loop"))
    part.app.text_input[0].set_value(" loo ").run()
    assert [row["id"] for row in part.drawings("threads")[0]["threads"]] == ["loop"]


def test_a_search_that_finds_nothing_says_so(drawn: Drawn) -> None:
    part = drawn(lambda: thread_list("loop"), View(thread="loop"))
    part.app.text_input[0].set_value("nothing is called so").run()
    assert part.says == "No thread has this in its id."
    assert part.drawings("threads") == []


def test_of_many_threads_the_first_are_shown_and_a_button_shows_more(drawn: Drawn) -> None:
    part = drawn(lambda: thread_list("loop"), View(thread="loop"), **{keys.THREADS_SHOWN: 2})
    assert len(part.drawings("threads")[0]["threads"]) == 2
    assert len(part.press("More threads").drawings("threads")[0]["threads"]) == len(THREADS)
    assert part.buttons == []
