"""Inside a checkpoint: metadata, channels with their versions, versions seen, and the writes beside it."""

from ui.lessons.classroom import Classroom
from ui.lessons.lesson import Lesson, Look, Step
from ui.lessons.making import begin, first_due, fresh
from ui.timetravel.model import Checkpoint

ASKS = first_due("review")
"""The checkpoint that draft made: review ran from it, and asked."""


def _asking(room: Classroom) -> Checkpoint | None:
    return room.checkpoint(ASKS(room)) if room.due("review") else None


def _show(tab: str) -> Look:
    return Look(lambda room: {"checkpoint": ASKS(room), "tab": tab})


def _asked(room: Classroom) -> bool:
    return bool(room.due("review"))


def _metadata_names_no_node(room: Classroom) -> bool:
    shown = _asking(room)
    return (
        shown is not None and shown.header.source == "loop" and not {"writes", "thread_id"} & {*shown.header.metadata}
    )


def _review_has_not_seen_it(room: Classroom) -> bool:
    shown = _asking(room)
    if shown is None:
        return False
    seen = shown.versions_seen.get("review", {}).get("branch:to:review")
    return shown.next == ("review",) and shown.versions["branch:to:review"] != seen


def _question_is_beside(room: Classroom) -> bool:
    shown = _asking(room)
    tasks = room.tasks(ASKS(room)) if shown else []
    written = {write.channel for task in tasks for write in task.writes}
    return shown is not None and "__interrupt__" in written and "__interrupt__" not in shown.values


LESSON = Lesson(
    slug="inside_a_checkpoint",
    steps=(
        Step("run", begin("approval", {"recipient": "Ada"}), when=fresh()),
        Step("raw", _show("raw"), when=_asked),
        Step("state", _show("state"), when=_asked),
        Step("writes", _show("writes"), when=_asked),
    ),
    checks={
        "metadata_names_no_node": _metadata_names_no_node,
        "review_has_not_seen_it": _review_has_not_seen_it,
        "question_is_beside": _question_is_beside,
    },
)
