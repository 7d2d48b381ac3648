"""SQLite across restarts: a run waits in a file, and another process continues it."""

from ui.lessons.lesson import Lesson, Show, Step
from ui.lessons.practice.jobs import answer, begin, fresh, left
from ui.timetravel.model.checkpoints import ThreadState

REQUEST = {"request": "The library opens an hour later on Monday", "recipient": "Ada"}

LESSON = Lesson(
    slug="sqlite_restart",
    steps=(
        Step(
            "run",
            begin("approval", REQUEST),
            when=fresh(),
        ),
        Step(
            "look",
            Show(lambda classroom: {"checkpoint": classroom.ids()[-1], "tab": "state"}),
            when=left(ThreadState.INTERRUPTED),
        ),
        Step("go_on", answer("approval", "accept"), when=left(ThreadState.INTERRUPTED)),
    ),
    checks={
        "finished": lambda classroom: classroom.finished(),
        "two_processes": lambda classroom: len(classroom.processes()) == 2,
    },
)
