"""Memory, SQLite, PostgreSQL: the same run in each, and what remains of it when the worker is restarted."""

from ui.lessons.lesson import Lesson, RestartWorker, Step
from ui.lessons.practice.classroom import LessonThread
from ui.lessons.practice.jobs import begin, finished, fresh
from ui.timetravel.model.targets import StoreKind

MEMORY, SQLITE, POSTGRESQL = "memory", "sqlite", "postgresql"
RUN = {"target": 2}

LESSON = Lesson(
    slug="which_store",
    spots=(
        LessonThread(MEMORY, StoreKind.MEMORY),
        LessonThread(SQLITE),
        LessonThread(POSTGRESQL, StoreKind.POSTGRESQL),
    ),
    steps=(
        Step("in_memory", begin("counter", RUN, MEMORY), MEMORY, when=fresh(MEMORY)),
        Step("in_sqlite", begin("counter", RUN, SQLITE), SQLITE, when=fresh(SQLITE)),
        Step("in_postgresql", begin("counter", RUN, POSTGRESQL), POSTGRESQL, when=fresh(POSTGRESQL)),
        Step("restart", RestartWorker(), MEMORY, when=finished(MEMORY)),
    ),
    checks={
        "gone": lambda classroom: classroom.ids(MEMORY) == (),
        "in_the_file": lambda classroom: classroom.values(spot=SQLITE).get("count") == RUN["target"],
        "in_the_database": lambda classroom: classroom.values(spot=POSTGRESQL).get("count") == RUN["target"],
    },
)
