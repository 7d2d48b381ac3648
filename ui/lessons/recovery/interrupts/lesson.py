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


def _asks(room: Classroom) -> bool:
    """Whether the thread has a question, answered or not."""
    return bool(_asked(room))


def _asked(room: Classroom) -> list[Task]:
    """The tasks that asked a question on the checkpoint that waits."""
    return [task for task in room.tasks(ASKING(room)) if task.interrupts] if room.due("review") else []


LESSON = Lesson(
    slug="interrupts",
    steps=(
        Step("ask", begin(GRAPH, REQUEST), when=fresh()),
        Step("question", Show(lambda room: {"checkpoint": ASKING(room), "tab": "writes"}), when=_asks),
        Step("no_answer", resume(GRAPH), when=waits),
        Step("accept", answer(GRAPH, "accept"), when=waits),
    ),
    checks={
        "asked": lambda room: len(_asked(room)) == 1,
        "answered": lambda room: any(w.channel == RESUME for task in _asked(room) for w in task.writes),
        "from_its_beginning": lambda room: room.began()["review"] > 1,
        "draft_once": lambda room: room.began()["draft"] == 1,
        "sent": lambda room: room.finished() and room.values().get("status") == "sent",
    },
)
