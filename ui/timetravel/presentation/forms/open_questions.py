"""The questions of a checkpoint as a person is shown them: each once, with what tells it from others of its task."""

from collections.abc import Iterable, Sequence

from ui.timetravel.history.supersteps import TaskOutcome, answers_to
from ui.timetravel.model.checkpoints import Task
from ui.timetravel.model.jobs import Asked
from ui.timetravel.presentation.narration.tasks import how_answered


def questions_of(tasks: Sequence[Task], outcomes: Iterable[TaskOutcome]) -> list[Asked]:
    """Those that the tasks asked of which these are the outcomes."""
    wanted = {one.task_id for one in outcomes}
    return _each_once(task for task in tasks if task.task_id in wanted)


def what_became(outcomes: Iterable[TaskOutcome]) -> dict[str, str]:
    """What became of questions that wait no longer, by their ids, in a sentence each."""
    found: dict[str, str] = {}
    for one in outcomes:
        said = how_answered(one)
        found |= {question.id: said for question in one.questions if question.id not in found}
    return found


def _each_once(tasks: Iterable[Task]) -> list[Asked]:
    """What the tasks ask. A task repeats what a function's task in it asks, by the same id; old stores have no ids."""
    found: dict[object, Asked] = {}
    for task in tasks:
        for at, one in enumerate(task.interrupts):
            found.setdefault(
                one.id or (task.task_id, at), Asked(one.id, one.value, len(answers_to(task)), one.response_schema)
            )
    return list(found.values())
