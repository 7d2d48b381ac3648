"""Your first thread: a graph, a thread id, and what is in the store afterwards."""

from ui.lessons.lesson import Lesson, Show, Step
from ui.lessons.practice.jobs import begin, finished, fresh, made

LESSON = Lesson(
    slug="first_thread",
    steps=(
        Step("run", begin("counter", {"target": 3}), when=fresh()),
        Step(
            "round",
            Show(lambda room: {"checkpoint": room.made_by("increment")[0].checkpoint_id, "tab": "changes"}),
            when=made("increment"),
        ),
        Step("first", Show(lambda room: {"checkpoint": room.ids()[0], "tab": "state"}), when=finished()),
    ),
    checks={
        "has_checkpoints": lambda room: len(room.ids()) > 1,
        "counted_to_three": lambda room: room.values().get("count") == 3,
        "is_finished": lambda room: room.finished(),
        "first_is_the_input": lambda room: [header.source for header in room.headers()][:1] == ["input"],
    },
)
