"""A second input on the same thread: it starts over, whether the thread was finished or had failed."""

from ui.lessons.classroom import Classroom, Spot
from ui.lessons.lesson import Lesson, Step
from ui.lessons.making import begin, finished, fresh, left, resume
from ui.timetravel.model import ThreadState

GRAPH = "unstable_task"
PASSES = {"data": "42 letters", "chance": 0, "node_log": ""}
PASSES_THE_THIRD_TIME = {"data": "42 letters", "chance": 0.7, "seed": 3, "node_log": ""}


def _inputs(room: Classroom, spot: str) -> int:
    return sum(header.source == "input" for header in room.headers(spot))


def _processed(room: Classroom, spot: str) -> list[str]:
    """What was done on a thread, in a word each: "sorted", "delivered"."""
    return [str(line).split()[0] for line in room.values(spot=spot).get("processed") or []]


def _failed_once(room: Classroom) -> bool:
    return _inputs(room, "failed") == 1 and left(ThreadState.FAILED, "failed")(room)


def _failed_twice(room: Classroom) -> bool:
    return _inputs(room, "failed") == 2 and left(ThreadState.FAILED, "failed")(room)


LESSON = Lesson(
    slug="second_invoke",
    spots=(Spot("finished"), Spot("failed")),
    steps=(
        Step("run", begin(GRAPH, PASSES, "finished"), "finished", fresh("finished")),
        Step("again", begin(GRAPH, PASSES, "finished"), "finished", finished("finished")),
        Step("fail", begin(GRAPH, PASSES_THE_THIRD_TIME, "failed"), "failed", fresh("failed")),
        Step("fail_again", begin(GRAPH, PASSES_THE_THIRD_TIME, "failed"), "failed", _failed_once),
        Step("resume", resume(GRAPH, "failed"), "failed", _failed_twice),
    ),
    checks={
        "every_input_ran": lambda room: room.began("finished")["stable"] == _inputs(room, "finished") > 1,
        "list_doubled": lambda room: _processed(room, "finished") == ["sorted", "delivered"] * 2,
        "failed_started_over": lambda room: room.began("failed")["stable"] == 2,
        "none_resumed": lambda room: _processed(room, "failed") == ["sorted", "sorted", "delivered"],
    },
)
