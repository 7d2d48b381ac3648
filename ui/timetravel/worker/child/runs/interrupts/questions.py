"""The questions of a checkpoint, and the answers that their tasks had when they asked.

A node that asks several questions in sequence has its answers in one write (`__resume__`), in the order of its
questions, and its last question in another. While it waits for an answer, the first write has one answer for each
earlier question. Once it has continued, LangGraph's savers for databases may lack the last one (put_writes of
langgraph-checkpoint-sqlite 3.0.3 and 3.1.2: a write that is saved with those of channels does not replace an older
one): tried with langgraph 0.6.11 to 1.2.22, `a` and `b` answered by id leave ["a"], and so does `a` alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from langgraph.types import Interrupt, PregelTask

from ...savers.internals.serializers import special_channels
from ...shared.reserved_names import ERROR, INTERRUPT, RESUME
from ..copy_checkpoint import NULL_TASK

Pending = Sequence[tuple[str, str, Any]]
"""Writes on a checkpoint: task id, channel and value."""


@dataclass(frozen=True)
class Question:
    """A question of a checkpoint, the last that its task asked. `answered`: the task has continued since.

    `direct`: the task asked it itself, rather than a task of a subgraph or function in it. `earlier`: the answers that
    the task had when it asked; if that is not `certain`, there may have been one more.
    """

    id: str
    value: Any
    task: PregelTask
    answered: bool
    direct: bool
    earlier: Sequence[Any]
    certain: bool


def questions(tasks: Iterable[PregelTask], pending: Pending) -> list[Question]:
    """The last questions of the tasks of a checkpoint, each once: a task repeats the question of one inside it."""
    found: dict[str, Question] = {}
    asking = {task for task, channel, _ in pending if channel == INTERRUPT}
    for task in tasks:
        history = _History(task, pending, alone=len(asking) == 1)
        for each in history.asked:
            name = str(getattr(each, "id", ""))
            found.setdefault(name, history.question(name, each.value))
    return list(found.values())


def next_id(task: PregelTask) -> str:
    """An id by which LangGraph accepts an answer to the next question that a task asks itself, in any version."""
    return _id(_namespace(task))


class _History:
    """The last question and the answers of one task, from its writes."""

    def __init__(self, task: PregelTask, pending: Pending, *, alone: bool) -> None:
        written = [(channel, value) for one, channel, value in pending if one == task.id]
        self._task = task
        self._answers = _items(written, RESUME)
        self._went_on = any(channel == ERROR or channel not in special_channels() for channel, _ in written)
        # An answer given without an id is a write of its own, of no particular task.
        self._last = (
            [value for one, channel, value in pending if (one, channel) == (NULL_TASK, RESUME)] if alone else []
        )
        self.asked = _items(written, INTERRUPT)

    def question(self, name: str, value: Any) -> Question:
        number = self._number(name)
        earlier, certain = self._earlier(number)
        return Question(name, value, self._task, self._went_on, number is not None, earlier, certain)

    def _number(self, name: str) -> int | None:
        """The number of answers according to a question's id, 0 where the id has none; None if it is not this task's.

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
    """A task's writes to a special channel, each of which may be one value or several."""
    for channel, value in written:
        if channel == wanted:
            return list(value) if isinstance(value, list | tuple) else [value]
    return []
