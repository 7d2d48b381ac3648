"""The history of a state: the newest one, all of them, and the one found by its next nodes."""

from ui.lessons.lesson import Lesson, Show, Step
from ui.lessons.practice.classroom import Classroom
from ui.lessons.practice.jobs import begin, finished, first_due, fresh


def _newest_is_the_end(classroom: Classroom) -> bool:
    head = classroom.head()
    return head is not None and head.next == () and "final" in classroom.values()


def _in_order_of_time(classroom: Classroom) -> bool:
    times = [header.created_at for header in classroom.headers()]
    return len(times) > 1 and times == sorted(times)


def _before_the_draft(classroom: Classroom) -> bool:
    due = classroom.due("draft")
    held = classroom.values(due[0].checkpoint_id) if len(due) == 1 else {}
    return "outline" in held and "draft" not in held


LESSON = Lesson(
    slug="state_history",
    steps=(
        Step("run", begin("content_pipeline", {"topic": "How tides work"}), when=fresh()),
        Step("now", Show(lambda classroom: {"checkpoint": classroom.ids()[-1], "tab": "state"}), when=finished()),
        Step(
            "before_draft",
            Show(lambda classroom: {"checkpoint": first_due("draft")(classroom), "tab": "state"}),
            when=finished(),
        ),
        Step("tree", Show(lambda classroom: {"checkpoint": classroom.ids()[-1], "history": "tree"}), when=finished()),
    ),
    checks={
        "newest_is_the_end": _newest_is_the_end,
        "in_order_of_time": _in_order_of_time,
        "before_the_draft": _before_the_draft,
    },
)
