"""Finds the names of functions that were called inside a task (`@task` of the functional API). Pure.

A store does not keep the names beside their writes. But the checkpoint that the superstep made names all that ran in
its versions seen, and the id of such a task is a hash of its name and of where it was called (langgraph 1.2.22,
pregel/_algo.py, `prepare_push_task_functional`). So for each name the possible ids can be computed and compared.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

import xxhash

from ui.timetravel.model.checkpoints import Header, Task
from ui.timetravel.stores.rows.tasks.paths import number_in
from ui.timetravel.worker.child.shared.reserved_names import PUSH

_PUSH = f"~{PUSH}, "
MOST_TRIES = 50_000
"""The most names that are tried, for all tasks together: each takes some ten microseconds."""


def is_called(task: Task) -> bool:
    """Whether a task is a function that another task called."""
    return task.path.startswith(f"{_PUSH}~")


def caller_of(task: Task, tasks: Iterable[Task]) -> Task | None:
    """The task that called this one, if it left something on the checkpoint too; else None."""
    return next((other for other in tasks if other.path == _place(task.path)[0]), None)


def called_names(header: Header, tasks: Sequence[Task], names: Collection[str]) -> dict[str, str]:
    """The name of each called task of a checkpoint, by its id, as far as one of these `names` fits.

    If there are very many tasks and names, only the first ones are tried with each other.
    """
    left = MOST_TRIES
    known = {task.path: f"{task.node}:{task.task_id}" for task in tasks if task.node}
    found: dict[str, str] = {}
    for task in sorted(filter(is_called, tasks), key=lambda task: len(task.path)):  # callers come first
        left -= len(names)
        if left < 0:
            break
        for name in names:
            if _task_id(header, task.path, name, known) == task.task_id:
                found[task.task_id] = name
                known[task.path] = f"{known[_place(task.path)[0]]}|{name}:{task.task_id}"
    return found


def _task_id(header: Header, path: str, name: str, callers: Mapping[str, str]) -> str:
    """The id that a function of this name has if it was called at this place; empty where that is not known.

    `callers` are the namespaces that calls are made in, "node:task_id" for each level, by the path of the task.
    """
    caller, number = _place(path)
    above = callers.get(caller)
    try:
        origin = UUID(header.checkpoint_id).bytes
    except ValueError:
        return ""
    which = number_in(number)
    if above is None or which is None:
        return ""
    place = "|".join(filter(None, (header.namespace, above, name)))
    parts = (place, str(header.step + 1), name, PUSH, caller, str(which))
    digest = xxhash.xxh3_128_hexdigest(origin + "".join(parts).encode("utf-8", "surrogatepass"))
    return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}"


def _place(path: str) -> tuple[str, str]:
    """The path of the calling task, and the number of the call in it."""
    caller, _, number = path.removeprefix(_PUSH).rpartition(", ")[0].rpartition(", ")
    return caller, number
