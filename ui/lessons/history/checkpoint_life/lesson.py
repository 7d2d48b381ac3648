"""The life of checkpoints: one for each superstep, the step numbers -1, 0, 1 and so on, and parents."""

from ui.lessons.lesson import Lesson, Show, Step
from ui.lessons.practice.classroom import Classroom
from ui.lessons.practice.jobs import begin, finished, fresh, made, newest_after

TEXT = "The tide comes in.\nThe tide goes out.\nA crab walks sideways.\nNobody counts the waves."


def _steps_in_a_row(classroom: Classroom) -> bool:
    return [header.step for header in classroom.headers()] == [-1, 0, 1, 2, 3]


def _each_knows_its_parent(classroom: Classroom) -> bool:
    parents = [header.parent_id for header in classroom.headers()]
    return bool(parents) and parents == [None, *classroom.ids()[:-1]]


def _one_for_all_workers(classroom: Classroom) -> bool:
    found = classroom.made_by("worker")
    return len(found) == 1 and found[0].ran.count("worker") == 4


LESSON = Lesson(
    slug="checkpoint_life",
    steps=(
        Step("run", begin("map_reduce", {"text": TEXT}), when=fresh()),
        Step("input", Show(lambda classroom: {"checkpoint": classroom.ids()[0], "tab": "state"}), when=finished()),
        Step("taken_in", Show(lambda classroom: {"checkpoint": classroom.ids()[1], "tab": "changes"}), when=finished()),
        Step(
            "workers",
            Show(lambda classroom: {"checkpoint": newest_after("worker")(classroom), "tab": "raw"}),
            when=made("worker"),
        ),
    ),
    checks={
        "steps_in_a_row": _steps_in_a_row,
        "one_for_all_workers": _one_for_all_workers,
        "each_knows_its_parent": _each_knows_its_parent,
    },
)
