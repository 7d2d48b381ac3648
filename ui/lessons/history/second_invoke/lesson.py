"""A second input on the same thread: it starts over, whether the thread was finished or had failed."""

from collections.abc import Callable

from ui.lessons.lesson import Lesson, Step
from ui.lessons.practice.classroom import Classroom, LessonThread
from ui.lessons.practice.jobs import begin, fresh, resume
from ui.timetravel.model.checkpoints import ThreadState

GRAPH = "unstable_task"
PASSES = {"data": "42 letters", "chance": 0}
PASSES_THE_THIRD_TIME = {"data": "42 letters", "chance": 0.7, "seed": 3}


def _inputs(classroom: Classroom, spot: str) -> int:
    return sum(header.source == "input" for header in classroom.headers(spot))


def _processed(classroom: Classroom, spot: str) -> list[str]:
    """The steps that were done on a thread, in one word each: "sorted", "delivered"."""
    return [str(line).split()[0] for line in classroom.values(spot=spot).get("processed") or []]


def _after(inputs: int, state: ThreadState, spot: str) -> Callable[[Classroom], bool]:
    """Whether a thread was given this many inputs and was left in this state: the condition of a step."""
    return lambda classroom: _inputs(classroom, spot) == inputs and classroom.state(spot) is state


LESSON = Lesson(
    slug="second_invoke",
    spots=(LessonThread("finished"), LessonThread("failed")),
    steps=(
        Step("run", begin(GRAPH, PASSES, "finished"), "finished", fresh("finished")),
        Step("again", begin(GRAPH, PASSES, "finished"), "finished", _after(1, ThreadState.FINISHED, "finished")),
        Step("fail", begin(GRAPH, PASSES_THE_THIRD_TIME, "failed"), "failed", fresh("failed")),
        Step(
            "fail_again",
            begin(GRAPH, PASSES_THE_THIRD_TIME, "failed"),
            "failed",
            _after(1, ThreadState.FAILED, "failed"),
        ),
        Step("resume", resume(GRAPH, "failed"), "failed", _after(2, ThreadState.FAILED, "failed")),
    ),
    checks={
        "every_input_ran": lambda classroom: (
            classroom.began("finished")["stable"] == _inputs(classroom, "finished") > 1
        ),
        "list_doubled": lambda classroom: _processed(classroom, "finished") == ["sorted", "delivered"] * 2,
        "failed_started_over": lambda classroom: classroom.began("failed")["stable"] == 2,
        "none_resumed": lambda classroom: _processed(classroom, "failed") == ["sorted", "sorted", "delivered"],
    },
)
