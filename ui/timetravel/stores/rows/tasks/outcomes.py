"""Works out how the tasks of one superstep ended, from the keys of their writes alone. Pure.

The rules are those of langgraph 1.2.22, pregel/_task_status.py: a task has finished if and only if it wrote to a
channel other than those that state its progress; a question that it asked is open until it has finished.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ui.timetravel.model.checkpoints import CheckpointId
from ui.timetravel.model.values import Plain
from ui.timetravel.stores.rows.checkpoint_outline import CheckpointOutline
from ui.timetravel.stores.rows.tasks.paths import (
    CONTROL,
    NULL_TASK,
    is_call,
    is_kept_at_exit,
    is_send,
    is_update,
    node_of,
    send_number,
)
from ui.timetravel.worker.child.shared.reserved_names import ERROR, INTERRUPT

_CANCELLED = "CancelledError("
"""The beginning of the error of a task that was cancelled because another one failed: the repr of asyncio's
exception.
"""


@dataclass(frozen=True, slots=True)
class WriteKey:
    """One row of writes without its value."""

    checkpoint_id: CheckpointId
    task_id: str
    path: str
    index: int
    channel: str

    @property
    def weight(self) -> int:
        """The number of characters in its names."""
        return len(self.task_id) + len(self.path) + len(self.channel)


@dataclass(slots=True)
class TaskOutline:
    """One task. `node` is empty where the store does not say which node it ran."""

    task_id: str
    path: str
    node: str
    channels: set[str] = field(default_factory=set)
    cancelled: bool = False
    by_hand: bool = False

    @property
    def place(self) -> int | None:
        """The index, among the checkpoint's Sends, of the Send that started it; None where no Send did."""
        return send_number(self.path)

    @property
    def finished(self) -> bool:
        """Whether it has a result, so that it does not run again."""
        return not self.channels <= CONTROL

    @property
    def failed(self) -> bool:
        """Whether it raised an error. Being cancelled is not a failure."""
        return ERROR in self.channels and not self.cancelled

    @property
    def asked(self) -> bool:
        """Whether it asked a question, answered or not."""
        return INTERRUPT in self.channels

    @property
    def waits(self) -> bool:
        """Whether it asked a question and has not continued with an answer."""
        return self.asked and not self.finished


def is_cancellation(error: Plain) -> bool:
    """Whether the error that a task left says that it was cancelled."""
    return isinstance(error, str) and error.startswith(_CANCELLED)


def task_outlines(
    keys: Iterable[WriteKey],
    outline: CheckpointOutline,
    step: int,
    ids: Mapping[str, str],
    errors: Mapping[tuple[CheckpointId, str], Plain],
) -> list[TaskOutline]:
    """The tasks that ran from a checkpoint of this outline and `step` and wrote something, in the order of their task
    paths.

    `ids` are the nodes by task id, for rows without paths. `errors` are the values of writes to "__error__", by the ids
    of checkpoint and task. Left out are the writes of a Command given as input, functions that a task called (their
    caller's writes say the same), and writes to delta channels that a run which saves only at its end leaves under the
    number of a superstep (langgraph 1.2.22, exit_delta_task_id).
    """
    found: dict[str, TaskOutline] = {}
    for key in sorted(keys, key=lambda k: (k.path, k.task_id, k.index)):
        if key.task_id == NULL_TASK or is_call(key.path) or is_kept_at_exit(key.path, key.task_id, step):
            continue
        one = found.setdefault(key.task_id, TaskOutline(key.task_id, key.path, name_of(key, outline, ids)))
        one.channels.add(key.channel)
        one.by_hand = one.by_hand or is_update(key.path, key.task_id, key.checkpoint_id)
        if not one.path or is_update(one.path, one.task_id, key.checkpoint_id):
            one.path = key.path
            one.node = one.node or name_of(key, outline, ids)
        if key.channel == ERROR:
            one.cancelled = is_cancellation(errors.get((key.checkpoint_id, key.task_id)))
    return list(found.values())


def name_of(key: WriteKey, outline: CheckpointOutline, ids: Mapping[str, str]) -> str:
    """The node of a task that wrote on a checkpoint of this outline; "" where it can't be found out.

    Stores without `task_path` (older ones, and those of LangGraph.js) do not name it. Then it is found by the task's
    id; where the checkpoint's own id has an unknown form, it is found if only one node is due.
    """
    if node := node_of(key.path, outline.sends if is_send(key.path) else ()):
        return node
    if key.path or key.task_id == NULL_TASK:
        return ids.get(key.task_id, "") if is_update(key.path, "", "") else ""
    if ids:
        return ids.get(key.task_id, "")
    unknown = outline.undecided or is_update("", key.task_id, key.checkpoint_id)
    due = set() if unknown else set(outline.next())
    return due.pop() if len(due) == 1 else ""


def unfinished(due: Sequence[str], sends: int, tasks: Iterable[TaskOutline]) -> list[str]:
    """Those of the nodes `due` whose task has no result yet. The first `sends` of `due` are those that Sends go to."""
    return without_task(due, sends, [(task.place, task.node) for task in tasks if task.finished])


def without_task(due: Sequence[str], sends: int, tasks: Sequence[tuple[int | None, str]]) -> list[str]:
    """Those of the nodes `due` that none of these tasks ran. The first `sends` of `due` are those that Sends go to.

    Each task is given as the index of its Send (None where no Send started it) and its node.
    """
    numbers = {place for place, _ in tasks if place is not None}
    names = Counter(node for place, node in tasks if place is None)
    left = []
    for at, node in enumerate(due):
        if at < sends and at in numbers:
            continue
        if names[node] > 0:
            names[node] -= 1
            continue
        left.append(node)
    return left
