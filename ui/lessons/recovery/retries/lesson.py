"""Retries: resume again and again, with a growing pause, until the run succeeds or a limit is reached."""

from ui.lessons.lesson import Lesson, Step
from ui.lessons.practice.classroom import LessonThread
from ui.lessons.practice.jobs import begin, fresh, left, resume
from ui.timetravel.model.checkpoints import ThreadState
from ui.timetravel.runs.retries.retry_policy import RetryPolicy

PASSES = "passes"
NEVER = "never"
LIMIT = 3

LESSON = Lesson(
    slug="retries",
    spots=(LessonThread(PASSES), LessonThread(NEVER)),
    steps=(
        Step("run", begin("unstable_task", {"data": "42 letters"}, PASSES), PASSES, when=fresh(PASSES)),
        Step(
            "retry",
            resume("unstable_task", PASSES, retries=RetryPolicy(5, first_pause=0.5, factor=2)),
            PASSES,
            when=left(ThreadState.FAILED, PASSES),
        ),
        Step(
            "give_up",
            begin(
                "unstable_task",
                {"data": "a letter without an address", "chance": 1},
                NEVER,
                retries=RetryPolicy(LIMIT, first_pause=0.3, factor=2),
            ),
            NEVER,
            when=fresh(NEVER),
        ),
    ),
    checks={
        "passed": lambda classroom: classroom.finished(PASSES) and classroom.began(PASSES)["unstable"] == 4,
        "stable_once": lambda classroom: classroom.began(PASSES)["stable"] == 1,
        "gave_up": lambda classroom: (
            classroom.state(NEVER) is ThreadState.FAILED and classroom.began(NEVER)["unstable"] == LIMIT
        ),
    },
)
