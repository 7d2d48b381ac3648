"""The questions of a checkpoint as a person sees them: each once, and distinguishable from others of the same task."""

from collections.abc import Iterable, Sequence

from ui.timetravel.history.supersteps import TaskOutcome, answers_to
from ui.timetravel.model.checkpoints import Task
from ui.timetravel.model.jobs import Asked
from ui.timetravel.presentation.narration.tasks import how_answered


def questions_of(tasks: Sequence[Task], outcomes: Iterable[TaskOutcome]) -> list[Asked]:
    """The questions that the tasks with these outcomes asked."""
    wanted = {one.task_id for one in outcomes}
    return _each_once(task for task in tasks if task.task_id in wanted)


def what_became(outcomes: Iterable[TaskOutcome]) -> dict[str, str]:
    """A sentence for each question that no longer waits, by its id."""
    found: dict[str, str] = {}
    for one in outcomes:
        said = how_answered(one)
        found |= {question.id: said for question in one.questions if question.id not in found}
    return found


def _each_once(tasks: Iterable[Task]) -> list[Asked]:
    """The questions that tasks ask.

    A task repeats those of functions called in it, with the same id; old stores have no ids.
    """
    found: dict[object, Asked] = {}
    for task in tasks:
        for at, one in enumerate(task.interrupts):
            found.setdefault(
                one.id or (task.task_id, at), Asked(one.id, one.value, len(answers_to(task)), one.response_schema)
            )
    return list(found.values())
