"""Cleaning up: a plan first; then all but the newest checkpoints of a thread are deleted, and those are read as
before.
"""

from ui.lessons.lesson import Delete, Lesson, Show, Step
from ui.lessons.practice.classroom import Classroom
from ui.lessons.practice.jobs import begin, finished, fresh
from ui.timetravel.cleanup.plan import Plan, plan_checkpoints

KEPT = 3
TARGET = 6


def _plan(classroom: Classroom) -> Plan:
    return plan_checkpoints(classroom.source().store, classroom.thread(), keep_last=KEPT)


def _too_many(classroom: Classroom) -> bool:
    return classroom.finished() and len(classroom.ids()) > KEPT


def _begins_where_its_parent_went(classroom: Classroom) -> bool:
    headers = classroom.headers()
    return bool(headers) and headers[0].step > 0 and headers[0].parent_id not in classroom.ids()


LESSON = Lesson(
    slug="cleaning_up",
    steps=(
        Step("run", begin("counter", {"target": TARGET}), when=fresh()),
        Step("delete", Delete(_plan), when=_too_many),
        Step("oldest", Show(lambda classroom: {"checkpoint": classroom.ids()[0], "tab": "state"}), when=finished()),
    ),
    checks={
        "few_left": lambda classroom: len(classroom.ids()) == KEPT,
        "end_as_before": lambda classroom: classroom.finished() and classroom.values().get("count") == TARGET,
        "begins_later": _begins_where_its_parent_went,
    },
)
