"""What a lesson is: threads of its own, steps that do the real thing on them, and checks that look at the store."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ui.lessons.practice.classroom import Classroom, LessonThread
from ui.timetravel.cleanup.plan import Plan
from ui.timetravel.model.jobs import Job
from ui.timetravel.runs.retries.retry_policy import RetryPolicy


@dataclass(frozen=True, slots=True)
class StartRun:
    """Run a graph, or change its state, where the step's thread is. With `retries` it is tried again when it fails."""

    job: Callable[[Classroom], Job]
    retries: RetryPolicy | None = None


@dataclass(frozen=True, slots=True)
class Kill:
    """End the process of the run that goes on, at once."""


@dataclass(frozen=True, slots=True)
class RestartWorker:
    """End the worker in whose memory the step's thread is, and start another one."""


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete what a plan names."""

    plan: Callable[[Classroom], Plan]


@dataclass(frozen=True, slots=True)
class Show:
    """Show something: what of the view changes, by the names of `View`'s fields ("checkpoint", "tab", "history", …)."""

    changes: Callable[[Classroom], Mapping[str, Any]]


Action = StartRun | Kill | RestartWorker | Delete | Show


def always(classroom: Classroom) -> bool:
    """For a step that can be done at any time."""
    del classroom
    return True


@dataclass(frozen=True, slots=True)
class Step:
    """One button. `name` is what the texts call it, `spot` names the thread that it is about.

    It can be pressed where `when` holds, which looks at the store, so that it holds after a reload, too. While a run
    goes on in the lesson, only a Kill can be pressed.
    """

    name: str
    action: Action
    spot: str = ""
    when: Callable[[Classroom], bool] = always


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson. `slug` names its files and its threads. `checks` say what must hold in the store at the end."""

    slug: str
    steps: tuple[Step, ...]
    checks: Mapping[str, Callable[[Classroom], bool]]
    spots: tuple[LessonThread, ...] = field(default=(LessonThread(),))

    def step(self, name: str) -> Step | None:
        """The step of this name; None where the lesson has none."""
        return next((step for step in self.steps if step.name == name), None)
