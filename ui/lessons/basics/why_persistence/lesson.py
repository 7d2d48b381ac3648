"""Why persistence: a run that fails in the middle, what it left in the store, and how another run continues."""

from ui.lessons.lesson import Lesson, Show, Step
from ui.lessons.practice.classroom import Classroom
from ui.lessons.practice.jobs import begin, fresh, left, made, newest_after, resume
from ui.timetravel.model.checkpoints import ThreadState

SEED = 2
"""With this seed the first try of the node `unstable` fails, and the second one succeeds."""


def _stable_was_saved(classroom: Classroom) -> bool:
    saved = classroom.made_by("stable")
    return bool(saved and classroom.values(saved[0].checkpoint_id).get("processed"))


LESSON = Lesson(
    slug="why_persistence",
    steps=(
        Step("run", begin("unstable_task", {"data": "42 letters", "seed": SEED}), when=fresh()),
        Step(
            "saved",
            Show(lambda classroom: {"checkpoint": newest_after("stable")(classroom), "tab": "state"}),
            when=made("stable"),
        ),
        Step("resume", resume("unstable_task"), when=left(ThreadState.FAILED)),
    ),
    checks={
        "failed_in_the_middle": lambda classroom: any("unstable" in header.failed for header in classroom.headers()),
        "stable_was_saved": _stable_was_saved,
        "only_the_failed_ran_again": lambda classroom: (
            (classroom.began()["stable"], classroom.began()["unstable"]) == (1, 2)
        ),
        "is_finished": lambda classroom: classroom.finished(),
    },
)
