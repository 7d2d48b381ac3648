"""Time travel: run again from a chosen checkpoint, with the same values and with another one."""

from ui.lessons.lesson import Lesson, Show, Step
from ui.lessons.practice.classroom import Classroom
from ui.lessons.practice.jobs import begin, finished, first_due, fork, fresh, resume
from ui.timetravel.model.checkpoints import Header

GRAPH = "unstable_task"
CHOSEN = first_due("unstable")


def _heads(classroom: Classroom) -> list[Header]:
    """The end of each branch: the checkpoints that are not a parent."""
    headers = classroom.headers()
    parents = {header.parent_id for header in headers}
    return [header for header in headers if header.checkpoint_id not in parents]


def _results(classroom: Classroom) -> list[str]:
    return [str(classroom.values(head.checkpoint_id).get("result")) for head in _heads(classroom)]


LESSON = Lesson(
    slug="time_travel",
    steps=(
        Step("run", begin(GRAPH, {"data": "42 letters", "chance": 0}), when=fresh()),
        Step("again", resume(GRAPH, at=CHOSEN), when=finished()),
        Step("other", fork(GRAPH, CHOSEN, {"data": "7 parcels"}, as_node="stable"), when=finished()),
        Step("tree", Show(lambda classroom: {"history": "tree", "checkpoint": CHOSEN(classroom)}), when=finished()),
    ),
    checks={
        "three_branches": lambda classroom: len(_heads(classroom)) > 2,
        "before_once": lambda classroom: classroom.began()["stable"] == 1,
        "after_each_time": lambda classroom: classroom.began()["unstable"] == len(_heads(classroom)) > 1,
        "first_stays": lambda classroom: _results(classroom)[:1] == ["Done: sorted 42 letters, delivered 42 letters."],
        "other_value": lambda classroom: "Done: sorted 42 letters, delivered 7 parcels." in _results(classroom),
    },
)
