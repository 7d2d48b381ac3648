"""Interrupts: a node asks a person, the thread waits in the store, and an answer lets it continue."""

from ui.lessons.lesson import Lesson, Show, Step
from ui.lessons.practice.classroom import Classroom
from ui.lessons.practice.jobs import answer, begin, first_due, fresh, left, resume
from ui.timetravel.model.checkpoints import Task, ThreadState
from ui.timetravel.worker.child.shared.reserved_names import RESUME

GRAPH = "approval"
REQUEST = {"request": "The library opens an hour later on Monday", "recipient": "Ada"}
ASKING = first_due("review")

waits = left(ThreadState.INTERRUPTED)


def _asks(classroom: Classroom) -> bool:
    """Whether the thread has a question, answered or not."""
    return bool(_asked(classroom))


def _asked(classroom: Classroom) -> list[Task]:
    """The tasks that asked a question on the checkpoint that waits."""
    return [task for task in classroom.tasks(ASKING(classroom)) if task.interrupts] if classroom.due("review") else []


LESSON = Lesson(
    slug="interrupts",
    steps=(
        Step("ask", begin(GRAPH, REQUEST), when=fresh()),
        Step("question", Show(lambda classroom: {"checkpoint": ASKING(classroom), "tab": "writes"}), when=_asks),
        Step("no_answer", resume(GRAPH), when=waits),
        Step("accept", answer(GRAPH, "accept"), when=waits),
    ),
    checks={
        "asked": lambda classroom: len(_asked(classroom)) == 1,
        "answered": lambda classroom: any(w.channel == RESUME for task in _asked(classroom) for w in task.writes),
        "from_its_beginning": lambda classroom: classroom.began()["review"] > 1,
        "draft_once": lambda classroom: classroom.began()["draft"] == 1,
        "sent": lambda classroom: classroom.finished() and classroom.values().get("status") == "sent",
    },
)
