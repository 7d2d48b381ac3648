from datetime import UTC, datetime

from ui.timetravel.history.supersteps import Superstep, TaskOutcome, TaskState
from ui.timetravel.model.checkpoints import Header, Interrupt
from ui.timetravel.presentation.narration.tasks import what_follows, what_tasks_did

HEADER = Header("t", "", "id1", None, datetime(2026, 1, 31, 12, tzinfo=UTC), 1, "loop", 100, undecided=True)
ASKS = TaskOutcome("", TaskState.ASKS, "task", questions=(Interrupt("q", "Sure?"),))


def of(*tasks: TaskOutcome) -> Superstep:
    return Superstep(tasks, ended=False, is_newest=True)


def test_a_task_without_a_name_begins_a_sentence_like_any_words() -> None:
    text = "A task whose node the store does not name asks and waits for an answer: “Sure?”"
    assert what_tasks_did(HEADER, of(ASKS)) == [text]


def test_while_a_task_without_a_name_is_open_something_is_next() -> None:
    assert what_follows(HEADER, of(ASKS)) == "the store does not say what is next"
    assert what_follows(HEADER, of()) == "the store does not say whether anything is next"


def test_what_langgraph_js_aborted_and_saved_all_the_same_was_no_later_try() -> None:
    aborted = TaskOutcome("ok", TaskState.DONE, "task", error="AbortError: This operation was aborted")
    (text, _) = what_tasks_did(HEADER, of(aborted))
    assert text == "Then ok failed: AbortError: This operation was aborted. Its result was saved all the same."
