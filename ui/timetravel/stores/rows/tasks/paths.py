"""What the path of a task says: which task it was, and which node.

The forms of `task_path` are those of `task_path_str` in langgraph 1.2.22, pregel/_algo.py.
"""

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID, uuid5

from ui.timetravel.model.checkpoints import CONTROL_CHANNELS, CheckpointId
from ui.timetravel.worker.child.shared.reserved_names import INPUT, INTERRUPT, PULL, PUSH

NULL_TASK = "00000000-0000-0000-0000-000000000000"
"""The task id of writes that no task made: those of a `Command` given as input."""

CONTROL = CONTROL_CHANNELS

_PULL, _PUSH, _UPDATE = f"~{PULL}, ", f"~{PUSH}, ", f"~{INTERRUPT}, "
_DIGITS = 10
_HANDLER = ", node_error_handler, 0000000000"


def node_of(path: str, sends: Sequence[str] = ()) -> str:
    """The node that a task ran, "" where the path does not name it.

    `sends` are the nodes that the checkpoint's Sends go to, in order: the path of such a task holds an index. The path
    of a function called inside a task (functional API) contains its caller's path, and no name.
    """
    if path.endswith(_HANDLER):
        return ""
    if path.startswith(_PULL):
        return path.removeprefix(_PULL)
    number = send_number(path)
    return sends[number] if number is not None and number < len(sends) else ""


def send_number(path: str) -> int | None:
    """The index, among the checkpoint's Sends, of the Send that started a task; None where no Send did."""
    if not path.startswith(_PUSH) or path.endswith(_HANDLER):
        return None
    return number_in(path.removeprefix(_PUSH).split(",", 1)[0])


def number_in(digits: str) -> int | None:
    """The number in these digits of a path, as LangGraph writes it; None for any other text."""
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= _DIGITS else None


def is_handler(path: str) -> bool:
    """Whether the task is the error handler of a node that failed."""
    return path.endswith(_HANDLER)


def handled_node(path: str) -> str:
    """The node whose error handler a task is, "" where the path does not say."""
    return node_of(path.removesuffix(_HANDLER))


def is_send(path: str) -> bool:
    """Whether the task was started by a Send (and not by an edge, or by a call inside another task)."""
    return path.startswith(_PUSH) and path.removeprefix(_PUSH)[:1].isdecimal()


def is_call(path: str) -> bool:
    """Whether the task is a function called inside another task, which waits for its result (functional API)."""
    return path.startswith(_PUSH) and not is_send(path)


def is_update(path: str, task_id: str, checkpoint_id: CheckpointId) -> bool:
    """Whether these writes come from `update_state` rather than from a run.

    Before langgraph 1.2 such writes have no path; they are recognized by a task id that is made from the checkpoint's
    own id.
    """
    return path.startswith(_UPDATE) or (not path and task_id in update_tasks(checkpoint_id))


def is_kept_at_exit(path: str, task_id: str, step: int) -> bool:
    """Whether these are writes to delta channels that a run which saves only at its end left on the checkpoint of
    `step`.

    Their task id contains the number of a superstep, and for supersteps later than the next one so does their path: no
    task of that checkpoint's superstep made them (langgraph 1.2.22, exit_delta_task_id, exit_delta_late_task_id).
    """
    return path.startswith("~~") or task_id.startswith((f"{step + 1:08d}-", f"{step + 2:08d}-"))


@lru_cache(maxsize=1_000)  # called for each of thousands of tasks
def update_tasks(checkpoint_id: CheckpointId) -> frozenset[str]:
    """The task ids that `update_state` makes for an input or for a node that is not due (`_update_task_id`)."""
    try:
        origin = UUID(checkpoint_id)
    except ValueError:
        return frozenset()
    names = (INPUT, INTERRUPT, *(f"{INTERRUPT}:{i}" for i in range(1, 8)))
    return frozenset(str(uuid5(origin, name)) for name in names)
