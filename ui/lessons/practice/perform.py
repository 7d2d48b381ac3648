"""Does a step of a lesson for real, with the same workers as the rest of the app."""

from ui.lessons.lesson import Delete, Kill, RestartWorker, StartRun, Step
from ui.lessons.practice.classroom import Classroom
from ui.services.deletion import delete_plan
from ui.timetravel.runs.runner import LiveRun


def can_do(step: Step, classroom: Classroom) -> bool:
    """Whether a step can be done now."""
    if isinstance(step.action, Kill):
        return classroom.live(step.spot) is not None and step.when(classroom)
    return not classroom.any_live() and step.when(classroom)


def do(step: Step, classroom: Classroom) -> LiveRun | None:
    """Do a step, and return the run that it started, if it started one. A `Show` does nothing here.

    Raises StoreError, WorkerError.
    """
    match step.action:
        case StartRun(request, retries):
            return classroom.start(step.spot, request(classroom), retries)
        case Kill():
            if run := classroom.live(step.spot):
                run.kill()
        case RestartWorker():
            if keeper := classroom.source(step.spot).keeper:
                keeper.restart()
        case Delete(plan):
            delete_plan(classroom.source(step.spot), plan(classroom))
    return None
