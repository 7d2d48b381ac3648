"""The questions of a checkpoint, and the answers that their tasks had when they asked.

A node that asks several things, one after the other, has its answers in one write (`__resume__`), in the order of its
questions, and its last question in another. While it waits for an answer, the write has one for each question before.
Once it has gone on, LangGraph's savers for databases may lack the last one (put_writes of langgraph-checkpoint-sqlite
3.0.3 and 3.1.2: a write that comes along with those of channels does not replace an older one): tried with langgraph
0.6.11 to 1.2.22, `a` and `b` answered by id leave ["a"], and so does `a` alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from langgraph.checkpoint.base import WRITES_IDX_MAP
from langgraph.types import Interrupt, PregelTask

from ...shared.reserved_names import ERROR, INTERRUPT, RESUME
from ..copy_checkpoint import NULL_TASK

Pending = Sequence[tuple[str, str, Any]]
"""Writes on a checkpoint: task id, channel and value."""


@dataclass(frozen=True)
class Question:
    """A question of a checkpoint, the last that its task asked. `answered`: the task has gone on since.

    `direct`: the task asked it itself, and not a subgraph's or a function's task in it. `earlier`: the answers that the
    task had when it asked; where that is not `certain`, there may have been one more than these.
    """

    id: str
    value: Any
    task: PregelTask
    answered: bool
    direct: bool
    earlier: Sequence[Any]
    certain: bool


def questions(tasks: Iterable[PregelTask], pending: Pending) -> list[Question]:
    """The questions that the tasks of a checkpoint asked last, each once: a task repeats what one in it asks."""
    found: dict[str, Question] = {}
    asking = {task for task, channel, _ in pending if channel == INTERRUPT}
    for task in tasks:
        history = _History(task, pending, alone=len(asking) == 1)
        for each in history.asked:
            name = str(getattr(each, "id", ""))
            found.setdefault(name, history.question(name, each.value))
    return list(found.values())


def next_id(task: PregelTask) -> str:
    """An id by which LangGraph takes an answer for the next question that a task asks itself, whatever its version."""
    return _id(_namespace(task))


class _History:
    """What one task asked last and was answered, by its writes."""

    def __init__(self, task: PregelTask, pending: Pending, *, alone: bool) -> None:
        written = [(channel, value) for one, channel, value in pending if one == task.id]
        self._task = task
        self._answers = _items(written, RESUME)
        self._went_on = any(channel == ERROR or channel not in WRITES_IDX_MAP for channel, _ in written)
        # An answer that was given without an id is a write of its own, of no task in particular.
        self._last = (
            [value for one, channel, value in pending if (one, channel) == (NULL_TASK, RESUME)] if alone else []
        )
        self.asked = _items(written, INTERRUPT)

    def question(self, name: str, value: Any) -> Question:
        number = self._number(name)
        earlier, certain = self._earlier(number)
        return Question(name, value, self._task, self._went_on, number is not None, earlier, certain)

    def _number(self, name: str) -> int | None:
        """The number of answers that the id of a question tells, 0 where it tells none; None if it isn't this task's.

        Since langgraph 1.2.13 or later the id has the number (1.2.22, types.py, `_interrupt_id`; 1.2.12 does not).
        """
        if name == next_id(self._task):
            return 0
        for number in range(1, len(self._answers) + 1):
            if name == _id(f"{_namespace(self._task)}|{number}"):
                return number
        return None

    def _earlier(self, number: int | None) -> tuple[Sequence[Any], bool]:
        answers = self._answers
        if not self._went_on or not answers:
            return answers, True
        if number:
            return answers[:number], True
        if self._last and self._last[0] != answers[-1]:
            return answers, True
        return answers[:-1], False


def _namespace(task: PregelTask) -> str:
    return f"{task.name}:{task.id}"


def _id(namespace: str) -> str:
    return str(Interrupt.from_ns(None, namespace).id)


def _items(written: Iterable[tuple[str, Any]], wanted: str) -> list[Any]:
    """What a task wrote to a special channel, which may be one value or several."""
    for channel, value in written:
        if channel == wanted:
            return list(value) if isinstance(value, list | tuple) else [value]
    return []
