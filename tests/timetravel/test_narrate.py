from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ui.timetravel.model import Header
from ui.timetravel.narrate import is_cut, made_by, sentence

START = datetime(2026, 1, 31, 12, tzinfo=UTC)


def header(source: str = "loop", step: int = 3, after: float = 0, **more: Any) -> Header:
    about = {"parent_id": None, "created_at": START + timedelta(seconds=after), "step": step, "source": source} | more
    return Header("t", "", f"id{step}", size=100, **about)


PARENT = header(step=2)


def test_an_input() -> None:
    one = header("input", -1, next=("__start__",))
    assert sentence(one, None) == "Step -1: a new input arrived; the input is taken in next."
    assert made_by(one) == "input"


def test_the_input_of_an_entrypoint_goes_right_to_its_node() -> None:
    assert sentence(header("input", -1, next=("work",)), None) == "Step -1: a new input arrived; next is work."


def test_the_step_that_takes_the_input_in() -> None:
    one = header(step=0, ran=("__start__",), changed=("topic",), next=("draft",))
    assert sentence(one, PARENT) == "Step 0: the input was taken in and set topic; next is draft."
    assert made_by(one) == "start"


def test_a_later_input_is_taken_in_too() -> None:
    one = header(step=7, ran=("__start__",), next=("draft",))
    assert sentence(one, PARENT) == "Step 7: the input was taken in; next is draft."
    assert made_by(one) == "start"


def test_a_node_that_ran() -> None:
    one = header(after=1.23, ran=("draft",), changed=("draft", "logs"), next=("finalize",))
    assert sentence(one, PARENT) == "Step 3: draft ran for 1.2 s and changed draft and logs; next is finalize."
    assert made_by(one) == "draft"


def test_the_last_node_which_changed_nothing() -> None:
    one = header(after=0.002, ran=("check",))
    assert (
        sentence(one, PARENT) == "Step 3: check ran for 2 ms and changed nothing; nothing is next: the run is finished."
    )


def test_several_nodes_in_one_step() -> None:
    one = header(ran=("split", "work", "work"), changed=("log",), next=("a", "b"))
    said = "Step 3: split and work × 2 ran for under 1 ms and changed log; next are a and b."
    assert sentence(one, PARENT) == said
    assert made_by(one) == "split and work × 2"


def test_one_node_that_is_due_several_times_is_one() -> None:
    assert sentence(header("input", next=("work",) * 3), None).endswith("next is work × 3.")


def test_without_a_parent_nobody_knows_how_long_it_took() -> None:
    assert "a ran and changed nothing" in sentence(header(ran=("__start__", "a")), None)


@pytest.mark.parametrize(
    "parent",
    [header(interrupted=("a",)), header(failed=("a",)), header("update")],
    ids=["an answer", "a new try", "an edit"],
)
def test_the_time_that_somebody_was_waited_for_is_not_the_node_s(parent: Header) -> None:
    assert "a ran and changed nothing" in sentence(header(after=7200, ran=("a",)), parent)


def test_a_clock_that_was_set_back_gives_no_negative_time() -> None:
    assert "a ran for under 1 ms" in sentence(header(after=-5, ran=("a",)), PARENT)


def test_a_step_of_which_the_store_lacks_the_writes() -> None:
    one = header(changed=("log",), next=("b",))
    said = "Step 3: a step was made, which changed log; the store does not say which nodes ran; next is b."
    assert sentence(one, PARENT) == said
    assert made_by(one) == "step"


def test_where_the_parent_was_deleted_it_says_that_nothing_tells_which_node_ran() -> None:
    one = header(changed=("log",), next=("b",), parent_id="id2")
    cut = "the history before it was deleted, so the store does not say which node made it"
    assert sentence(one, None) == f"Step 3: {cut}; it wrote log; next is b."
    assert sentence(replace(one, changed=()), None) == f"Step 3: {cut}; next is b."
    assert made_by(one, cut=True) == "not known"


@pytest.mark.parametrize(
    ("one", "said", "made"),
    [
        (header("input", next=("__start__",), parent_id="id2"), "a new input arrived", "input"),
        (header("update", changed=("n",), parent_id="id2"), "n was changed by hand", "edit"),
        (header("fork", parent_id="id2"), "a fork, to run again", "fork"),
        (header(step=0, parent_id="id-1"), "the input was taken in", "start"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_needs_no_parent_is_told_though_that_was_deleted(one: Header, said: str, made: str) -> None:
    assert f": {said}; the history before it was deleted; " in sentence(one, None)
    assert made_by(one, cut=True) == made


def test_a_history_is_cut_where_a_parent_is_named_that_the_store_lacks() -> None:
    one = header(parent_id="id2")
    assert is_cut(one, {"id3"})
    assert not is_cut(one, {"id2", "id3"})
    assert not is_cut(header(), {"id3"})


@pytest.mark.parametrize(
    ("changed", "ran", "said"),
    [
        (("n",), (), "n was changed by hand"),
        (("n", "log"), ("draft",), "n and log were changed by hand, as if draft had run"),
        ((), (), "the state was changed by hand"),
    ],
)
def test_an_edit(changed: tuple[str, ...], ran: tuple[str, ...], said: str) -> None:
    assert sentence(header("update", ran=ran, changed=changed, next=("b",)), PARENT) == f"Step 3: {said}; next is b."


def test_an_edit_is_made_by_the_node_that_it_counts_as() -> None:
    assert made_by(header("update", ran=("draft",))) == "edit as draft"
    assert made_by(header("update")) == "edit"


def test_a_fork_names_the_step_that_it_goes_back_to() -> None:
    one = header("fork", next=("b",))
    assert sentence(one, PARENT) == "Step 3: a fork of step 2, to run again from there; next is b."
    assert sentence(one, None) == "Step 3: a fork, to run again; next is b."
    assert made_by(one) == "fork"


@pytest.mark.parametrize("source", ["", "rewind"])
def test_a_source_that_is_new_to_us_is_still_a_sentence(source: str) -> None:
    said = "Step 3: a step was made; the store does not say which nodes ran; next is b."
    assert sentence(header(source, next=("b",)), PARENT) == said
    assert made_by(header(source)) == (source or "unknown")


def test_a_failure_comes_after_what_happened() -> None:
    one = header(ran=("a",), changed=("n",), next=("b",), failed=("b",))
    assert sentence(one, PARENT).endswith("next is b. Then b failed.")
    assert sentence(one, PARENT, error="ValueError('no')").endswith("Then b failed: ValueError('no').")


@pytest.mark.parametrize("error", ["It broke.", "Why?", "cut…"])
def test_an_error_that_ends_like_a_sentence_gets_no_second_full_stop(error: str) -> None:
    assert sentence(header(failed=("b",)), None, error=error).endswith(f"Then b failed: {error}")


def test_a_question_is_quoted() -> None:
    one = header(ran=("a",), next=("ask",), interrupted=("ask",))
    assert sentence(one, PARENT).endswith("next is ask. ask asks and waits for an answer.")
    assert sentence(one, PARENT, ("Go on?",)).endswith("ask asks and waits for an answer: “Go on?”")


def test_several_nodes_ask_together() -> None:
    one = header(next=("ask", "check"), interrupted=("ask", "check"))
    said = sentence(one, PARENT, ("Go on?", "Sure?"))
    assert said.endswith("ask and check ask and wait for an answer: “Go on?” “Sure?”")
