"""The tasks of a run: all of them if there are few enough to look at, else the first, the last, and counts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from ui.timetravel.model.runs import NodeRun, NodeState

FIRST = 2_000
"""The number of first tasks that stay listed."""
MOST = 4_000
"""The most tasks that are listed."""


class TaskLog:
    """The tasks of one run. Not safe to use from several threads."""

    def __init__(self) -> None:
        self._tasks: dict[str, NodeRun] = {}
        self._first: set[str] = set()
        self._ended: dict[str, None] = {}
        """Tasks after the first ones that have ended, in that order: they are dropped to make room."""
        self._unlisted: Counter[NodeState] = Counter()

    def listed(self) -> tuple[NodeRun, ...]:
        """The tasks that are kept one by one, in the order in which they began."""
        return tuple(self._tasks.values())

    def unlisted(self) -> Mapping[NodeState, int]:
        """The numbers of all other tasks, by their state."""
        return {state: number for state, number in self._unlisted.items() if number > 0}

    def start(self, task: NodeRun) -> None:
        """Add a task that has begun."""
        if len(self._tasks) >= MOST and task.task_id not in self._tasks:
            oldest = next(iter(self._ended), None)
            if oldest is None:
                self._unlisted[task.state] += 1
                return
            del self._ended[oldest]
            self._unlisted[self._tasks.pop(oldest).state] += 1
        if len(self._first) < FIRST:
            self._first.add(task.task_id)
        self._tasks[task.task_id] = task

    def end(self, task_id: str, when: float, state: NodeState, error: str) -> None:
        """Set the final state of a task, or correct it."""
        task = self._tasks.get(task_id)
        if task is None:
            if self._unlisted[NodeState.RUNNING] > 0:
                self._unlisted[NodeState.RUNNING] -= 1
                self._unlisted[state] += 1
            return
        told = error or (task.error if state is NodeState.HANDLED else "")
        self._tasks[task_id] = replace(task, ended=when, error=told, state=state)
        if task_id not in self._first:
            self._ended[task_id] = None

    def end_all(self, when: float, state: NodeState) -> None:
        """End every task that is still running, because the run has ended."""
        for task in self._tasks.values():
            if task.ended is None:
                self._tasks[task.task_id] = replace(task, ended=when, state=state)
        self._unlisted[state] += self._unlisted.pop(NodeState.RUNNING, 0)
