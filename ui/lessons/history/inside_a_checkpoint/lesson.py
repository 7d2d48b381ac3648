"""Inside a checkpoint: metadata, channels with their versions, versions seen, and the writes beside it."""

from ui.lessons.lesson import Lesson, Show, Step
from ui.lessons.practice.classroom import Classroom
from ui.lessons.practice.jobs import begin, first_due, fresh
from ui.timetravel.model.checkpoints import Checkpoint
from ui.timetravel.worker.child.shared.reserved_names import EDGE, ERROR

_EDGE = EDGE + "unstable"
MADE, BEFORE = first_due("unstable"), first_due("stable")
"""The checkpoint that the node `stable` made, and the one from which it ran."""


def _made(classroom: Classroom) -> Checkpoint | None:
    return classroom.checkpoint(MADE(classroom)) if classroom.due("unstable") else None


def _is_made(classroom: Classroom) -> bool:
    return bool(classroom.due("unstable"))


def _metadata_names_no_node(classroom: Classroom) -> bool:
    shown = _made(classroom)
    return (
        shown is not None and shown.header.source == "loop" and not {"writes", "thread_id"} & {*shown.header.metadata}
    )


def _unstable_has_not_seen_it(classroom: Classroom) -> bool:
    shown = _made(classroom)
    if shown is None:
        return False
    seen = shown.versions_seen.get("unstable", {}).get(_EDGE)
    return shown.next == ("unstable",) and shown.versions[_EDGE] != seen


def _error_is_beside(classroom: Classroom) -> bool:
    shown = _made(classroom)
    errors = [task.error for task in classroom.tasks(MADE(classroom))] if shown else []
    return shown is not None and any(errors) and ERROR not in shown.values


def _result_is_beside_the_parent(classroom: Classroom) -> bool:
    shown = _made(classroom)
    tasks = classroom.tasks(shown.header.parent_id or "") if shown else []
    return any(task.node == "stable" and "processed" in {write.channel for write in task.writes} for task in tasks)


LESSON = Lesson(
    slug="inside_a_checkpoint",
    steps=(
        Step("run", begin("unstable_task", {"data": "42 letters", "chance": 1}), when=fresh()),
        Step("raw", Show(lambda classroom: {"checkpoint": MADE(classroom), "tab": "raw"}), when=_is_made),
        Step("error", Show(lambda classroom: {"checkpoint": MADE(classroom), "tab": "writes"}), when=_is_made),
        Step("result", Show(lambda classroom: {"checkpoint": BEFORE(classroom), "tab": "writes"}), when=_is_made),
    ),
    checks={
        "metadata_names_no_node": _metadata_names_no_node,
        "unstable_has_not_seen_it": _unstable_has_not_seen_it,
        "error_is_beside": _error_is_beside,
        "result_is_beside_the_parent": _result_is_beside_the_parent,
    },
)
