"""Crash recovery: the process is killed in the middle of a run, and nodes that had ended before never run again."""

from ui.lessons.lesson import Kill, Lesson, Step
from ui.lessons.practice.classroom import Classroom
from ui.lessons.practice.jobs import begin, fresh, made, resume
from ui.timetravel.model.checkpoints import ThreadState

PARTS = 4


def _was_cut_short(classroom: Classroom) -> bool:
    return classroom.state() is ThreadState.UNFINISHED


def _went_on_in_another_process(classroom: Classroom) -> bool:
    return len(classroom.processes()) == 2


def _at_most_the_part_that_was_cut_short_began_twice(classroom: Classroom) -> bool:
    began = sorted(classroom.began().values())
    return len(began) == PARTS + 2 and began[:-1] == [1] * (PARTS + 1) and began[-1] <= 2


LESSON = Lesson(
    slug="crash_recovery",
    steps=(
        Step("run", begin("slow_job", {"name": "Night shift 🌙", "parts": PARTS}), when=fresh()),
        Step("kill", Kill(), when=made("work")),
        Step("resume", resume("slow_job"), when=_was_cut_short),
    ),
    checks={
        "finished": lambda classroom: classroom.finished() and classroom.values().get("done") == PARTS,
        "two_processes": _went_on_in_another_process,
        "none_twice": _at_most_the_part_that_was_cut_short_began_twice,
    },
)
