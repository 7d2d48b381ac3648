"""Parallel tasks: a Send for each line of a text, all of them in one superstep, and a reducer that gathers."""

from ui.lessons.lesson import Lesson, Show, Step
from ui.lessons.practice.classroom import Classroom
from ui.lessons.practice.jobs import begin, first_due, fresh, made, newest_after
from ui.timetravel.model.checkpoints import Task

TEXT = "The tide comes in.\nA crab walks sideways.\nNobody counts the waves."
SENDING = first_due("worker")
GATHERED = newest_after("worker")


def _workers(classroom: Classroom) -> list[Task]:
    """The tasks of the workers, by what they wrote on the checkpoint that they ran from."""
    return (
        [task for task in classroom.tasks(SENDING(classroom)) if task.node == "worker"]
        if classroom.due("worker")
        else []
    )


def _numbers(classroom: Classroom) -> list[int]:
    return [count["number"] for count in classroom.values().get("counts") or []]


LESSON = Lesson(
    slug="parallel_tasks",
    steps=(
        Step("run", begin("map_reduce", {"text": TEXT}), when=fresh()),
        Step("tasks", Show(lambda classroom: {"checkpoint": SENDING(classroom), "tab": "writes"}), when=made("worker")),
        Step(
            "gathered",
            Show(lambda classroom: {"checkpoint": GATHERED(classroom), "tab": "changes"}),
            when=made("worker"),
        ),
    ),
    checks={
        "three_tasks": lambda classroom: len(_workers(classroom)) == 3,
        "one_checkpoint": lambda classroom: len(classroom.made_by("worker")) == 1,
        "ran_once": lambda classroom: [classroom.began()[f"worker {number}"] for number in (1, 2, 3)] == [1, 1, 1],
        "in_order": lambda classroom: _numbers(classroom) == [1, 2, 3],
    },
)
