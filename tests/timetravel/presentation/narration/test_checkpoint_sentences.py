from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ui.timetravel.model.checkpoints import Gap, Header, Made
from ui.timetravel.presentation.narration.checkpoints import is_cut, made_by, sentence, what_happened, what_is_next

START = datetime(2026, 1, 31, 12, tzinfo=UTC)


def header(made: Made = Made.STEP, step: int = 3, after: float = 0, **more: Any) -> Header:
    sources = {Made.INPUT: "input", Made.EDIT: "update", Made.DROPPED: "update", Made.FORK: "fork", Made.COPY: "fork"}
    about = {"parent_id": None, "created_at": START + timedelta(seconds=after), "step": step, "gap": Gap.NONE} | more
    return Header("t", "", f"id{step}", size=100, **{"source": sources.get(made, "loop"), "made": made} | about)


def said(one: Header, parent: Header | None, original: Header | None = None) -> str:
    return f"Step {one.step}: {what_happened(one, parent, original)}; {what_is_next(one)}."


PARENT = header(step=2)


def test_an_input() -> None:
    one = header(Made.INPUT, -1, next=("__start__",))
    assert said(one, None) == "Step -1: a new input arrived; the input is taken in next."
    assert made_by(one) == "input"


def test_the_input_of_an_entrypoint_goes_right_to_its_node() -> None:
    assert said(header(Made.INPUT, -1, next=("work",)), None) == "Step -1: a new input arrived; next is work."


def test_the_step_that_takes_the_input_in() -> None:
    one = header(Made.START, 0, ran=("__start__",), changed=("topic",), next=("draft",))
    assert said(one, PARENT) == "Step 0: the input was taken in and set topic; next is draft."
    assert made_by(one) == "start"


def test_a_node_that_ran() -> None:
    one = header(after=1.23, ran=("draft",), changed=("draft", "logs"), next=("finalize",))
    assert said(one, PARENT) == "Step 3: draft ran for 1.2 s and changed draft and logs; next is finalize."
    assert made_by(one) == "draft"


def test_the_last_node_which_changed_nothing() -> None:
    one = header(after=0.002, ran=("check",))
    assert said(one, PARENT) == "Step 3: check ran for 2 ms and changed nothing; nothing is next: the run is finished."


def test_several_nodes_in_one_step() -> None:
    one = header(ran=("split", "work", "work"), changed=("log",), next=("a", "b"))
    assert said(one, PARENT) == ("Step 3: split and work × 2 ran for under 1 ms and changed log; next are a and b.")
    assert made_by(one) == "split and work × 2"


def test_one_node_that_is_due_several_times_is_one() -> None:
    assert said(header(Made.INPUT, next=("work",) * 3), None).endswith("next is work × 3.")


def test_without_a_parent_nobody_knows_how_long_it_took() -> None:
    assert "a ran and changed nothing" in said(header(ran=("__start__", "a")), None)


def test_where_the_store_does_not_say_that_one_run_went_on_the_time_is_the_most_that_it_took() -> None:
    assert "a ran for at most 3.0 s and changed nothing" in said(header(after=3, ran=("a",), gap=Gap.UNKNOWN), PARENT)


@pytest.mark.parametrize(
    ("parent", "gap", "where"),
    [
        (PARENT, Gap.RESUMED, "where the run had stopped"),
        (header(step=2, interrupted=("a",)), Gap.NONE, "where the run had stopped"),
        (header(step=2, failed=("a",)), Gap.UNKNOWN, "where the run had stopped"),
        (header(Made.EDIT, step=2), Gap.NONE, "the change by hand"),
        (header(Made.COPY, step=2), Gap.NONE, "the copy"),
    ],
    ids=["gone on with later", "an answer", "a new try", "an edit", "a copy"],
)
def test_the_time_that_somebody_was_waited_for_is_not_the_node_s(parent: Header, gap: Gap, where: str) -> None:
    text = said(header(after=7200, ran=("a",), gap=gap), parent)
    assert f"a ran and changed nothing, 2 h 0 min after step 2, {where}" in text


def test_a_run_goes_on_after_a_failure_that_an_error_handler_took_over() -> None:
    text = said(header(after=3, ran=("a",), gap=Gap.NONE), header(step=2, failed=("a",)))
    assert "a ran for 3.0 s and changed nothing" in text


def test_a_clock_that_was_set_back_tells_no_time() -> None:
    assert "a ran and changed nothing; " in said(header(after=-5, ran=("a",)), PARENT)


def test_a_result_without_writes_is_not_said_to_have_been_made_here() -> None:
    one = header(after=1, ran=("a",), changed=("n",), unwritten=("a",))
    assert "what a gave was taken in and changed n; its result left no writes, so it came from a cache" in said(
        one, PARENT
    )


def test_of_several_nodes_only_the_one_without_writes_may_have_come_from_a_cache() -> None:
    one = header(after=1, ran=("a", "b"), changed=("n",), unwritten=("b",))
    assert "a and b ran for 1.0 s and changed n; of b the result left no writes" in said(one, PARENT)


def test_several_steps_that_were_saved_as_one_take_no_time_and_leave_the_input_what_it_set() -> None:
    one = header(Made.SEVERAL, after=9, ran=("a", "b"), changed=("topic", "n"), by_input=("topic",), steps=4)
    assert said(one, PARENT).startswith(
        "Step 3: 4 steps were saved as one when the run ended; the input set topic; a and b ran and changed n; "
    )


def test_a_step_of_which_the_store_lacks_the_writes() -> None:
    one = header(Made.UNKNOWN, changed=("log",), next=("b",))
    text = "Step 3: a step was made, which changed log; the store does not say which nodes ran; next is b."
    assert said(one, PARENT) == text
    assert made_by(one) == "step"


def test_where_the_parent_was_deleted_it_says_that_nothing_tells_which_node_ran() -> None:
    one = header(Made.UNKNOWN, changed=("log",), next=("b",), parent_id="id2")
    cut = "the history before it is not in the store, so the store does not say which node made it"
    assert said(one, None) == f"Step 3: {cut}; it wrote log; next is b."
    assert made_by(one, cut=True) == "not known"


@pytest.mark.parametrize(
    ("one", "text", "made"),
    [
        (header(Made.INPUT, next=("__start__",), parent_id="id2"), "a new input arrived", "input"),
        (header(Made.EDIT, changed=("n",), parent_id="id2"), "n was changed by hand", "edit"),
        (header(Made.FORK, parent_id="id2"), "a fork, to run again", "fork"),
        (header(Made.START, step=0, parent_id="id-1"), "the input was taken in", "start"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_needs_no_parent_is_told_though_that_was_deleted(one: Header, text: str, made: str) -> None:
    assert f": {text}; the history before it is not in the store; " in said(one, None)
    assert made_by(one, cut=True) == made


def test_a_history_is_cut_where_a_parent_is_named_that_the_store_lacks() -> None:
    one = header(parent_id="id2")
    assert is_cut(one, {"id3"})
    assert not is_cut(one, {"id2", "id3"})
    assert not is_cut(header(), {"id3"})


@pytest.mark.parametrize(
    ("changed", "ran", "text"),
    [
        (("n",), (), "n was changed by hand"),
        (("n", "log"), ("draft",), "n and log were changed by hand, as if draft had run"),
        ((), (), "an update by hand changed no value"),
    ],
)
def test_an_edit(changed: tuple[str, ...], ran: tuple[str, ...], text: str) -> None:
    assert said(header(Made.EDIT, ran=ran, changed=changed, next=("b",)), PARENT) == f"Step 3: {text}; next is b."


def test_an_edit_is_made_by_the_node_that_it_counts_as() -> None:
    assert made_by(header(Made.EDIT, ran=("draft",))) == "edit as draft"
    assert made_by(header(Made.EDIT)) == "edit"


def test_an_update_as_end_drops_what_was_due_and_is_not_called_a_finished_run() -> None:
    one = header(Made.DROPPED, dropped=("ask",))
    text = "Step 3: what was due (ask) was dropped by hand, with an update as END; nothing is next."
    assert said(one, PARENT) == text
    assert made_by(one) == "edit as END"


def test_a_fork_names_the_step_that_it_goes_back_to() -> None:
    one = header(Made.FORK, next=("b",))
    assert said(one, PARENT) == "Step 3: a fork of step 2, to run again from there; next is b."
    assert said(one, None) == "Step 3: a fork, to run again; next is b."
    assert made_by(one) == "fork"


def test_a_copy_names_the_step_that_it_is_a_copy_of_where_that_is_known() -> None:
    one = header(Made.COPY, next=("b",))
    assert said(one, PARENT, header(step=2)) == "Step 3: a copy of step 2; next is b."
    assert said(one, PARENT) == "Step 3: a copy of another checkpoint; next is b."


@pytest.mark.parametrize("source", ["", "rewind"])
def test_a_source_that_is_new_to_us_is_still_a_sentence(source: str) -> None:
    one = header(Made.UNKNOWN, source=source, next=("b",))
    text = "Step 3: a step was made; the store does not say which nodes ran; next is b."
    assert said(one, PARENT) == text
    assert made_by(one) == (source or "not known")


def test_an_old_format_that_does_not_tell_what_is_due_is_not_called_finished() -> None:
    assert said(header(ran=("a",), undecided=True), None).endswith("the store does not say whether anything is next.")


def test_where_a_task_is_known_to_be_open_something_is_next_even_if_it_has_no_name() -> None:
    one = header(ran=("a",), undecided=True)
    assert what_is_next(one, is_open=True) == "the store does not say what is next"


@pytest.mark.parametrize("name", ["_draft_", "草稿", "✍️ draft", "__a", "a" * 80])
def test_names_are_told_as_they_are(name: str) -> None:
    one = header(ran=(name,), next=(name,))
    assert f"{name} ran" in said(one, None)
    assert said(one, None).endswith(f"next is {name}.")
    assert made_by(one) == name


def test_a_header_alone_tells_of_each_node_that_asked_whether_it_waits() -> None:
    one = header(due=("a", "b"), next=("b",), done=("a",), interrupted=("a", "b"), waiting=("b",), is_newest=True)
    assert sentence(one, None, ("Sure?",)).endswith(
        "next is b. a asked, and was answered. b asks and waits for an answer: “Sure?” "
        "a is done and will not run again."
    )
    assert sentence(replace(one, is_newest=False), None).split(". ", 2)[-1].startswith("b asked, and was not answered")


def test_a_header_alone_tells_who_failed_and_who_was_cancelled() -> None:
    one = header(next=("a", "b"), failed=("a",), cancelled=("b",), is_newest=True)
    assert sentence(one, None, error="ValueError('no')").endswith(
        "Then a failed: ValueError('no'). b was cancelled: neither done nor failed."
    )
