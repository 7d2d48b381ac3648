"""Your first thread: a graph, a thread id, and what is in the store afterwards."""

from ui.lessons.lesson import Lesson, Look, Step
from ui.lessons.making import begin, finished
from ui.timetravel.model import ThreadState

LESSON = Lesson(
    slug="first_thread",
    steps=(
        Step("run", begin("counter", {"target": 3})),
        Step("first", Look(lambda room: {"checkpoint": room.ids()[0]}), when=finished()),
    ),
    checks={
        "has_checkpoints": lambda room: len(room.ids()) > 1,
        "is_finished": lambda room: room.state() is ThreadState.FINISHED,
        "first_is_the_input": lambda room: [header.source for header in room.headers()][:1] == ["input"],
    },
)
