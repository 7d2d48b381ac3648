"""Titles for the tasks that wrote on a checkpoint."""

from collections.abc import Sequence
from dataclasses import replace

from ui.session.permissions.graph_choice import description, graph_for
from ui.session.reads import cached_reads as reading
from ui.session.view import View
from ui.timetravel.ground.text.formatting import UNNAMED
from ui.timetravel.history.called_tasks import called_names, caller_of, is_called
from ui.timetravel.history.tree.tree import Tree
from ui.timetravel.model.checkpoints import Checkpoint, Task
from ui.timetravel.stores.rows.tasks.paths import handled_node, is_handler

MOST_CHILDREN = 4
"""The most checkpoints below one that are read to find what ran: each may be large."""


def task_titles(
    view: View, tree: Tree, shown: Checkpoint, tasks: Sequence[Task], titled: Sequence[Task] | None = None
) -> list[str]:
    """A title for each of the tasks `titled` (by default all): its node, or for a function that a task called the
    function's name, where that can be found out.
    """
    wanted = tasks if titled is None else titled
    names = _names(view, tree, shown, tasks) if any(is_called(task) for task in wanted) else {}
    return [_title(task, tasks, names) for task in wanted]


def _names(view: View, tree: Tree, shown: Checkpoint, tasks: Sequence[Task]) -> dict[str, str]:
    """The names of called functions by task id: from the next checkpoint, or if there is none from the graph's code."""
    below = tree.children(shown.header.checkpoint_id)[:MOST_CHILDREN]
    ran = list(dict.fromkeys(name for child in below for name in _seen(view, child)))
    found = called_names(shown.header, tasks, ran)
    if all(task.task_id in found for task in tasks if is_called(task)):
        return found
    info = description(graph_for(view.thread, shown.header.metadata).name)
    return called_names(shown.header, tasks, list(dict.fromkeys([*info.tasks, *ran]))) if info else found


def _seen(view: View, checkpoint_id: str) -> list[str]:
    return list(reading.checkpoint(replace(view.ref, checkpoint_id=checkpoint_id)).versions_seen)


def _title(task: Task, tasks: Sequence[Task], names: dict[str, str]) -> str:
    if is_handler(task.path):
        return f"error handler of {handled_node(task.path) or 'a node'}"
    if not is_called(task):
        return task.node or UNNAMED
    caller = caller_of(task, tasks)
    by = f", called by {names.get(caller.task_id) or caller.node}" if caller else ""
    if name := names.get(task.task_id):
        return f"{name}{by}"
    return f"A function{by}; the store does not say which"
