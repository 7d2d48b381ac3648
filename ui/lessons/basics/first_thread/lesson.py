"""Your first thread: a graph, a thread id, and what is in the store afterwards."""

from ui.lessons.lesson import Lesson, Show, Step
from ui.lessons.practice.jobs import begin, finished, fresh, made

LESSON = Lesson(
    slug="first_thread",
    steps=(
        Step("run", begin("counter", {"target": 3}), when=fresh()),
        Step(
            "round",
            Show(lambda classroom: {"checkpoint": classroom.made_by("increment")[0].checkpoint_id, "tab": "changes"}),
            when=made("increment"),
        ),
        Step("first", Show(lambda classroom: {"checkpoint": classroom.ids()[0], "tab": "state"}), when=finished()),
    ),
    checks={
        "has_checkpoints": lambda classroom: len(classroom.ids()) > 1,
        "counted_to_three": lambda classroom: classroom.values().get("count") == 3,
        "is_finished": lambda classroom: classroom.finished(),
        "first_is_the_input": lambda classroom: [header.source for header in classroom.headers()][:1] == ["input"],
    },
)
