"""Inside a checkpoint: metadata, channels with their versions, versions seen, and the writes beside it."""

from ui.lessons.lesson import Lesson, Show, Step
from ui.lessons.practice.classroom import Classroom
from ui.lessons.practice.jobs import begin, first_due, fresh
from ui.timetravel.model.checkpoints import Checkpoint
from ui.timetravel.worker.child.shared.reserved_names import EDGE, ERROR

_EDGE = EDGE + "unstable"
MADE, BEFORE = first_due("unstable"), first_due("stable")
"""The checkpoint that the node `stable` made, and the one from which it ran."""


def _made(room: Classroom) -> Checkpoint | None:
    return room.checkpoint(MADE(room)) if room.due("unstable") else None


def _is_made(room: Classroom) -> bool:
    return bool(room.due("unstable"))


def _metadata_names_no_node(room: Classroom) -> bool:
    shown = _made(room)
    return (
        shown is not None and shown.header.source == "loop" and not {"writes", "thread_id"} & {*shown.header.metadata}
    )


def _unstable_has_not_seen_it(room: Classroom) -> bool:
    shown = _made(room)
    if shown is None:
        return False
    seen = shown.versions_seen.get("unstable", {}).get(_EDGE)
    return shown.next == ("unstable",) and shown.versions[_EDGE] != seen


def _error_is_beside(room: Classroom) -> bool:
    shown = _made(room)
    errors = [task.error for task in room.tasks(MADE(room))] if shown else []
    return shown is not None and any(errors) and ERROR not in shown.values


def _result_is_beside_the_parent(room: Classroom) -> bool:
    shown = _made(room)
    tasks = room.tasks(shown.header.parent_id or "") if shown else []
    return any(task.node == "stable" and "processed" in {write.channel for write in task.writes} for task in tasks)


LESSON = Lesson(
    slug="inside_a_checkpoint",
    steps=(
        Step("run", begin("unstable_task", {"data": "42 letters", "chance": 1}), when=fresh()),
        Step("raw", Show(lambda room: {"checkpoint": MADE(room), "tab": "raw"}), when=_is_made),
        Step("error", Show(lambda room: {"checkpoint": MADE(room), "tab": "writes"}), when=_is_made),
        Step("result", Show(lambda room: {"checkpoint": BEFORE(room), "tab": "writes"}), when=_is_made),
    ),
    checks={
        "metadata_names_no_node": _metadata_names_no_node,
        "unstable_has_not_seen_it": _unstable_has_not_seen_it,
        "error_is_beside": _error_is_beside,
        "result_is_beside_the_parent": _result_is_beside_the_parent,
    },
)
