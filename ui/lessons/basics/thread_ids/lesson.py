"""Thread ids: two threads side by side, of which one continues while the other stays unchanged."""

from ui.lessons.lesson import Lesson, Show, Step
from ui.lessons.practice.classroom import Classroom, LessonThread
from ui.lessons.practice.jobs import begin, finished, fresh


def _inputs(classroom: Classroom, spot: str) -> int:
    return sum(header.source == "input" for header in classroom.headers(spot))


def _a_waits(classroom: Classroom) -> bool:
    """Whether both threads ran once, so that thread a may run again."""
    return classroom.finished("a") and classroom.finished("b") and _inputs(classroom, "a") == 1


def _nothing_shared(classroom: Classroom) -> bool:
    a, b = set(classroom.ids("a")), set(classroom.ids("b"))
    return bool(a and b) and not a & b


LESSON = Lesson(
    slug="thread_ids",
    spots=(LessonThread("a"), LessonThread("b")),
    steps=(
        Step("run_a", begin("counter", {"target": 2}, "a"), spot="a", when=fresh("a")),
        Step("run_b", begin("counter", {"target": 3}, "b"), spot="b", when=fresh("b")),
        Step("go_on", begin("counter", {"target": 4}, "a"), spot="a", when=_a_waits),
        Step(
            "look_b", Show(lambda classroom: {"checkpoint": classroom.ids("b")[-1], "tab": "state"}), "b", finished("b")
        ),
    ),
    checks={
        "nothing_shared": _nothing_shared,
        "a_went_on": lambda classroom: classroom.values(spot="a").get("count") == 4 and _inputs(classroom, "a") == 2,
        "b_is_untouched": lambda classroom: (
            classroom.values(spot="b").get("count") == 3 and _inputs(classroom, "b") == 1
        ),
    },
)
