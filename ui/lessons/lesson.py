"""The parts of a lesson: its steps, which do real work on threads of its own, and checks that read the store."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ui.lessons.practice.classroom import Classroom, LessonThread
from ui.timetravel.cleanup.plan import Plan
from ui.timetravel.model.jobs import RunRequest
from ui.timetravel.runs.retries.retry_policy import RetryPolicy


@dataclass(frozen=True, slots=True)
class StartRun:
    """Run a graph, or change its state, in the store of the step's thread. With `retries` it is repeated on failure."""

    request: Callable[[Classroom], RunRequest]
    retries: RetryPolicy | None = None


@dataclass(frozen=True, slots=True)
class Kill:
    """Kill the process of the run that is on."""


@dataclass(frozen=True, slots=True)
class RestartWorker:
    """End the worker that has the step's thread in its memory, and start another one."""


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete what is in a plan."""

    plan: Callable[[Classroom], Plan]


@dataclass(frozen=True, slots=True)
class Show:
    """Show something: the fields of the view to change, by the names of `View`'s fields ("checkpoint", "tab",
    "history", …).
    """

    changes: Callable[[Classroom], Mapping[str, Any]]


Action = StartRun | Kill | RestartWorker | Delete | Show


def always(classroom: Classroom) -> bool:
    """The condition of a step that can be done at any time."""
    del classroom
    return True


@dataclass(frozen=True, slots=True)
class Step:
    """One button. `name` is its name in the texts, `spot` the name of the thread that it works on.

    It can be pressed where `when` is true. `when` reads the store, so it stays true after a reload. While a run is on
    in the lesson, only a Kill can be pressed.
    """

    name: str
    action: Action
    spot: str = ""
    when: Callable[[Classroom], bool] = always


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson.

    `slug` is the name of its files and threads. `checks` are statements that must be true in the store at the end.
    """

    slug: str
    steps: tuple[Step, ...]
    checks: Mapping[str, Callable[[Classroom], bool]]
    spots: tuple[LessonThread, ...] = field(default=(LessonThread(),))

    def step(self, name: str) -> Step | None:
        """The step with this name; None where the lesson has none."""
        return next((step for step in self.steps if step.name == name), None)
