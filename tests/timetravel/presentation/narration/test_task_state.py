"""What is said of each task beside what it wrote."""

from ui.timetravel.ground.text.formatting import UNNAMED
from ui.timetravel.history.supersteps import Superstep, TaskOutcome, TaskState
from ui.timetravel.presentation.narration.task_state import task_state, without_writes


def step(*tasks: TaskOutcome, ended: bool = False) -> Superstep:
    return Superstep(tasks=tasks, ended=ended, is_newest=not ended)


def test_a_task_that_left_something_is_told_by_its_state() -> None:
    told = step(TaskOutcome("a", TaskState.FAILED, "1"), TaskOutcome("b", TaskState.ASKS, "2"))
    assert [task_state(told, one) for one in ("1", "2", "of a called function")] == ["failed", "asks", ""]
    assert without_writes(told) == []


def test_tasks_that_left_nothing_are_told_by_their_nodes() -> None:
    silent = (TaskOutcome("a", TaskState.DUE), TaskOutcome("", TaskState.LEFT_BEHIND))
    assert [node for node, _ in without_writes(step(*silent))] == ["a", UNNAMED]


def test_where_a_step_was_made_the_store_does_not_say_whether_a_task_ran_that_left_nothing() -> None:
    ((_, said),) = without_writes(step(TaskOutcome("a", TaskState.DUE), ended=True))
    assert "does not say whether it ran" in said


def test_a_row_without_a_task_id_is_no_task_that_left_nothing() -> None:
    assert without_writes(step(TaskOutcome("a", TaskState.DONE, ""), TaskOutcome("b", TaskState.FAILED, ""))) == []
