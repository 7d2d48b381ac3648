"""The state of one task in a few words, shown beside its writes. Pure."""

from collections.abc import Mapping

from ui.timetravel.ground.text.formatting import UNNAMED
from ui.timetravel.history.supersteps import Superstep, TaskOutcome, TaskState

_WORDS: Mapping[TaskState, str] = {
    TaskState.DUE: "due",
    TaskState.DONE: "done",
    TaskState.FAILED: "failed",
    TaskState.CANCELLED: "cancelled, since another task failed",
    TaskState.ASKS: "asks",
    TaskState.ANSWERED: "answered and done",
    TaskState.BY_HAND: "its writes were given by hand",
    TaskState.TAKEN_IN: "done",
    TaskState.LEFT_BEHIND: "left behind: the thread went on without it",
}
_NOTHING: Mapping[TaskState, str] = {
    TaskState.DUE: "It left nothing here, and runs when the thread is gone on with from here.",
    TaskState.TAKEN_IN: "It left no writes here: its result came from a cache, or the run saved only at its end.",
    TaskState.LEFT_BEHIND: "It left nothing here, and the thread went on without it.",
}


def task_state(step: Superstep, task_id: str) -> str:
    """The state of a task that left writes; empty where it is not a task of a node, such as a called function."""
    return next((_WORDS[one.state] for one in step.tasks if one.task_id == task_id), "")


def without_writes(step: Superstep) -> list[tuple[str, str]]:
    """The tasks of the superstep that left no writes on the checkpoint: the name and the state of each."""
    silent = [one for one in step.tasks if not one.task_id and one.state in _NOTHING]  # a damaged row has no id either
    return [(one.node or UNNAMED, _nothing(step, one)) for one in silent]


def _nothing(step: Superstep, one: TaskOutcome) -> str:
    if step.ended and one.state is TaskState.DUE:
        return "It left nothing here: the store does not say whether it ran."
    return _NOTHING[one.state]
