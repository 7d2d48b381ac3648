"""What to call the tasks that wrote on a checkpoint."""

from collections.abc import Sequence
from dataclasses import replace

from ui import reading
from ui.graph_choice import description, graph_for
from ui.timetravel.called_tasks import called_names, caller_of, is_called
from ui.timetravel.model import Checkpoint, Task
from ui.timetravel.stores._paths import handled_node, is_handler
from ui.timetravel.tree import Tree
from ui.timetravel.words import UNNAMED
from ui.view import View


def task_titles(view: View, tree: Tree, shown: Checkpoint, tasks: Sequence[Task]) -> list[str]:
    """A title for each task: its node, or for a function that a task called its name, where something tells it."""
    names = _names(view, tree, shown, tasks) if any(is_called(task) for task in tasks) else {}
    return [_title(task, tasks, names) for task in tasks]


def _names(view: View, tree: Tree, shown: Checkpoint, tasks: Sequence[Task]) -> dict[str, str]:
    """By task id: from what the next checkpoint says that ran, and where it is not there, from the graph's code."""
    ran = {name for child in tree.children(shown.header.checkpoint_id) for name in _seen(view, child)}
    found = called_names(shown.header, tasks, ran)
    if all(task.task_id in found for task in tasks if is_called(task)):
        return found
    info = description(graph_for(view.thread, shown.header.metadata).name)
    return called_names(shown.header, tasks, {*ran, *info.tasks}) if info else found


def _seen(view: View, checkpoint_id: str) -> list[str]:
    return list(reading.checkpoint(replace(view.place, checkpoint=checkpoint_id)).versions_seen)


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
