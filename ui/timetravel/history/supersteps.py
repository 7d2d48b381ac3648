"""One superstep: every task that is due or ran from a checkpoint, and how it ended. Pure.

LangGraph keeps the writes on the checkpoint (pregel/_task_status.py in langgraph 1.2.22 defines their meaning). The
rest follows from what was saved after it: a checkpoint that was made of those writes, or something else instead.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ui.timetravel.model.checkpoints import Header, Interrupt, Made, Task, has_finished, is_internal
from ui.timetravel.model.values import Plain
from ui.timetravel.stores.rows.tasks.outcomes import is_cancellation, without_task
from ui.timetravel.stores.rows.tasks.paths import (
    NULL_TASK,
    is_call,
    is_handler,
    is_kept_at_exit,
    is_update,
    send_number,
    update_tasks,
)
from ui.timetravel.worker.child.shared.reserved_names import RESUME

STEPS = frozenset((Made.START, Made.STEP, Made.SEVERAL, Made.UNKNOWN))
"""The ways in which the checkpoint at the end of a superstep can have come to be."""


class TaskState(StrEnum):
    """How one task ended, or what it waits for."""

    DUE = "due"
    """It runs when the thread continues from here."""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    """It was cancelled because another task of the superstep failed: neither done nor failed."""
    ASKS = "asks"
    """Its question waits for an answer."""
    ANSWERED = "answered"
    """It asked a question, got an answer, and is done."""
    BY_HAND = "by hand"
    """It did not finish; its writes were given with `update_state`."""
    TAKEN_IN = "taken in"
    """Its result is in the next checkpoint, but it left no writes: it came from a cache, or the run saved only at its
    end.
    """
    LEFT_BEHIND = "left behind"
    """It did not finish, and the thread continued without it."""


@dataclass(frozen=True, slots=True)
class TaskOutcome:
    """One task. `task_id` is empty where it left no writes, `node` where the store does not say which node it ran.

    `questions` are those that it asked last. `answers` are the answers it was given, as far as they are stored: if
    there were several questions, the last answer may be missing (langgraph-checkpoint-sqlite 3.1.2, `put_writes`).
    `error` is the error that it raised, even if a later try succeeded. `handled`: the node's error handler took over.
    """

    node: str
    state: TaskState
    task_id: str = ""
    error: Plain = None
    questions: tuple[Interrupt, ...] = ()
    answers: tuple[Plain, ...] = ()
    handled: bool = False

    @property
    def was_cancelled(self) -> bool:
        """Whether it was cancelled because another task failed, however it ended later."""
        return is_cancellation(self.error)


@dataclass(frozen=True, slots=True)
class Superstep:
    """The tasks that ran from one checkpoint, those of Sends first, in the order in which LangGraph applies their
    writes.

    `ended`: a later checkpoint was made of their writes. If not, `left_for` is the checkpoint below this one that was
    made instead. `untaken`: all of them have results, and no checkpoint has been made of these yet; then `contested`
    has the channels that several of them wrote to, with the nodes. `answer_waiting`: an answer is stored for the next
    run to take.
    """

    tasks: tuple[TaskOutcome, ...]
    ended: bool
    is_newest: bool
    left_for: Header | None = None
    untaken: bool = False
    contested: Mapping[str, tuple[str, ...]] | None = None
    answer_waiting: bool = False

    def of(self, *states: TaskState) -> list[TaskOutcome]:
        """The tasks that are in one of these states."""
        return [task for task in self.tasks if task.state in states]


def superstep(header: Header, tasks: Sequence[Task], children: Sequence[Header], *, is_over: bool = False) -> Superstep:
    """Work out how the tasks from the checkpoint of `header` ended.

    `tasks` are the writes on it, `children` the checkpoints whose parent it is, oldest first. `is_over`: it is in a
    subgraph that the outer graph is no longer waiting for.
    """
    # A run that saved only at its end may have begun with a new input rather than with the due nodes.
    ends = [child for child in children if child.made in STEPS and not child.took_input]
    others = [child for child in children if child not in ends]
    instead = next((child for child in others if child.made is not Made.FORK), others[0] if others else None)
    ran = frozenset(node for end in ends for node in end.ran)
    handlers = any(is_handler(task.path) for task in tasks)
    view = _View(header, bool(ends), instead if not ends else None, is_over, ran, handlers)
    tasks = [task for task in tasks if not _is_no_task(task, header)]
    began = [view.outcome(task) for task in _merged(tasks)]
    all_tasks = (*began, *(view.nothing_left(node) for node in _without_task(header, began, tasks)))
    finished = [task for task in _merged(tasks) if has_finished(task)]
    untaken = not ends and not header.undecided and _is_untaken(header, tasks, finished, has_children=bool(children))
    return Superstep(
        tasks=all_tasks,
        ended=bool(ends),
        is_newest=header.is_newest and not is_over,
        left_for=instead if not ends else None,
        untaken=untaken,
        contested=_contested(finished) if untaken else None,
        answer_waiting=_answer_waiting(tasks) and not children,
    )


def _is_untaken(header: Header, tasks: Sequence[Task], finished: Sequence[Task], *, has_children: bool) -> bool:
    """Whether all tasks are done, and no checkpoint was made of their writes.

    A run that saves only at its end saves a checkpoint even if it can't apply the writes: they are then stored beside
    it, and its versions seen are as if the nodes had run and were no longer due (`apply_writes` in langgraph 1.2.22
    raises after it has noted the versions).
    """
    if header.due:
        return not has_children and len(finished) >= len(header.due) and not header.next
    by_runs = [task for task in finished if not is_update(task.path, "", "")]
    sent_on = any(write.channel != RESUME for task in tasks if task.task_id == NULL_TASK for write in task.writes)
    return bool(by_runs) and not sent_on


@dataclass(frozen=True, slots=True)
class _View:
    """What is known of the checkpoints after the superstep."""

    header: Header
    ended: bool
    instead: Header | None
    is_over: bool
    ran: frozenset[str]
    handlers: bool

    def outcome(self, task: Task) -> TaskOutcome:
        state = self._state(task)
        handled = self.handlers and state is TaskState.FAILED
        return TaskOutcome(task.node, state, task.task_id, task.error, task.interrupts, answers_to(task), handled)

    def nothing_left(self, node: str) -> TaskOutcome:
        if self.ended:
            return TaskOutcome(node, TaskState.TAKEN_IN if node in self.ran else TaskState.DUE)
        return TaskOutcome(node, TaskState.LEFT_BEHIND if self._is_past(node) else TaskState.DUE)

    def _state(self, task: Task) -> TaskState:
        finished, cancelled = has_finished(task), is_cancellation(task.error)
        if finished and is_update(task.path, "", ""):
            return TaskState.BY_HAND
        if self.handlers and task.error is not None and not finished and not cancelled:
            return TaskState.FAILED
        if task.interrupts and (finished or (self.ended and task.node in self.ran)):
            return TaskState.ANSWERED
        if finished or (self.ended and task.node in self.ran):
            return TaskState.DONE
        if cancelled:
            return TaskState.CANCELLED
        if task.error is not None and (not task.interrupts or _answered(task)):
            return TaskState.FAILED
        if task.interrupts:
            open_here = self.header.is_newest and not self.is_over and not self.instead
            return TaskState.ASKS if open_here else TaskState.LEFT_BEHIND
        return TaskState.LEFT_BEHIND if self._is_past(task.node) else TaskState.DUE

    def _is_past(self, node: str) -> bool:
        if self.is_over:
            return True
        return self.instead is not None and (self.instead.made is not Made.EDIT or node not in self.instead.due)


def _is_no_task(task: Task, header: Header) -> bool:
    """Whether these writes are of no task: an update counted as a node that was not due, or a run kept its writes
    here.
    """
    at_exit = is_kept_at_exit(task.path, task.task_id, header.step)
    # Before langgraph 1.2 an update as an input left its writes on the new checkpoint, under an id made from its
    # parent's.
    places = (header.checkpoint_id, header.parent_id or "")
    return at_exit or any(task.task_id in update_tasks(one) for one in places)


def _merged(tasks: Iterable[Task]) -> list[Task]:
    """The tasks of nodes. A task that an update finished, which the store keeps in two parts, is joined to one."""
    found: dict[str, Task] = {}
    for task in tasks:
        if task.task_id == NULL_TASK or is_call(task.path) or is_handler(task.path):
            continue
        known = found.get(task.task_id)
        if known is None:
            found[task.task_id] = task
            continue
        by_hand = task if is_update(task.path, "", "") else known
        found[task.task_id] = replace(
            by_hand,
            node=known.node or task.node,
            writes=(*known.writes, *task.writes),
            error=known.error if known.error is not None else task.error,
            interrupts=known.interrupts or task.interrupts,
        )
    return list(found.values())


def _without_task(header: Header, began: Sequence[TaskOutcome], tasks: Sequence[Task]) -> list[str]:
    """The due nodes whose task left no writes on the checkpoint."""
    numbers = {task.task_id: number for task in tasks if (number := send_number(task.path)) is not None}
    return without_task(header.due, header.sends, [(numbers.get(one.task_id), one.node) for one in began])


def _contested(tasks: Sequence[Task]) -> dict[str, tuple[str, ...]]:
    wrote: defaultdict[str, list[str]] = defaultdict(list)
    for task in tasks:
        for channel in dict.fromkeys(write.channel for write in task.writes):
            if not is_internal(channel):
                wrote[channel].append(task.node)
    return {channel: tuple(nodes) for channel, nodes in wrote.items() if len(nodes) > 1}


def _answer_waiting(tasks: Iterable[Task]) -> bool:
    """Whether an answer was given that no task has taken yet: until then it is a write of no task."""
    given = any(write.channel == RESUME for task in tasks if task.task_id == NULL_TASK for write in task.writes)
    taken = any(write.channel == RESUME for task in tasks if task.task_id != NULL_TASK for write in task.writes)
    return given and not taken


def _answered(task: Task) -> bool:
    return any(write.channel == RESUME for write in task.writes)


def answers_to(task: Task) -> tuple[Plain, ...]:
    """The answers that a task was given, in order, as far as they are stored with it."""
    values = [write.value for write in task.writes if write.channel == RESUME]
    return tuple(one for value in values for one in (value if isinstance(value, list) else [value]))
