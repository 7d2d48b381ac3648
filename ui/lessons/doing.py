"""Doing a step of a lesson for real: through the same workers as everything else in the app."""

from dataclasses import replace

from ui.lessons.classroom import Classroom
from ui.lessons.lesson import Kill, RestartWorker, Start, Step
from ui.timetravel.errors import WorkerError
from ui.timetravel.runner import LiveRun


def can_do(step: Step, classroom: Classroom) -> bool:
    """Whether a step can be done now."""
    if isinstance(step.action, Kill):
        return classroom.live(step.spot) is not None and step.when(classroom)
    return not classroom.any_live() and step.when(classroom)


def do(step: Step, classroom: Classroom) -> LiveRun | None:
    """Do a step, and give back the run that it started, if it started one. A `Look` does nothing here.

    Raises StoreError, WorkerError.
    """
    match step.action:
        case Start():
            return _start(step, step.action, classroom)
        case Kill():
            if run := classroom.live(step.spot):
                run.kill()
        case RestartWorker():
            if keeper := classroom.source(step.spot).keeper:
                keeper.restart()
    return None


def _start(step: Step, action: Start, classroom: Classroom) -> LiveRun:
    here = classroom.source(step.spot)
    if here.runner is None:
        raise WorkerError("The practice store can't be written to. Start the app in a folder that you may write to.")
    return here.runner.start(replace(action.job(classroom), store=here.target))
