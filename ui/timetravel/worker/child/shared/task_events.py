"""How each task of a run starts and ends, worked out from the parts of LangGraph's stream: the "started" and "ended"
messages.

Only the standard library here: the debugger reads a server's stream with it, too.

Stream mode `tasks` leaves out some ends (langgraph 1.2.22, pregel/_loop.py). A task that the node cache answers, or
whose result was saved by an earlier run, is reported as started and then only by `updates`, marked `cached`, with its
node's name; a function called in a task that has its result already is not reported again at all; for an error handler
only the end is reported.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .reserved_names import DEFAULT_HANDLER, HANDLER


@dataclass
class _Task:
    id: str
    node: str
    namespace: str
    step: int
    started: float


@dataclass
class _Failure:
    task: _Task
    error: Any
    time: float


class TaskEvents:
    """Sends "started" and "ended" for the tasks of a stream. Each method takes one part of it, in their order.

    An "ended" for a task that has ended already replaces the earlier one: where several tasks of one node run and the
    cache answers some, LangGraph does not say which, so the first are assumed until one of them reports its own end.
    """

    def __init__(self, send: Callable[..., None]) -> None:
        """`send` is called with the event and its fields."""
        self._send = send
        self._steps: dict[str, int] = {}
        self._running: dict[str, _Task] = {}
        self._guessed: dict[str, _Task] = {}
        self._saved: set[str] = set()
        self._to_be_answered: Counter[tuple[str, str]] = Counter()
        self._last: dict[str, tuple[int, set[str]]] = {}
        self._failed_before: set[str] = set()
        self._failures: dict[str, _Failure] = {}

    @property
    def ran_last(self) -> Mapping[str, frozenset[str]]:
        """The nodes that ran in the last superstep of each namespace in which one ran."""
        return {namespace: frozenset(nodes) for namespace, (_, nodes) in self._last.items()}

    @property
    def running(self) -> Mapping[str, tuple[str, str]]:
        """Namespace and node of each task that is running, by its id."""
        return {one.id: (one.namespace, one.node) for one in self._running.values()}

    def knows_saved(self, tasks: Iterable[str]) -> None:
        """Set the ids of tasks whose result was saved before this run began: they do not run again."""
        self._saved.update(tasks)

    def checkpoint(self, namespace: str, step: int, tasks: Iterable[Mapping[str, Any]], now: float) -> None:
        """Process the newest checkpoint of a namespace; `tasks` are due at it, some with writes from before."""
        self._steps[namespace] = step + 1
        self._to_be_answered = Counter({key: n for key, n in self._to_be_answered.items() if key[0] != namespace})
        for one in [each for each in self._running.values() if each.namespace == namespace and each.step <= step]:
            self._end(one, "handled" if one.id in self._failed_before else "before", now)
        for task in tasks:
            if "result" in task:
                self._saved.add(str(task.get("id")))
            elif task.get("error"):
                self._failed_before.add(str(task.get("id")))

    def started(self, namespace: str, task_id: str, node: str, now: float) -> None:
        """Process the start of a task, which does not really run if its result was saved before."""
        task = _Task(task_id, node, namespace, self._steps.get(namespace, 0), now)
        self._begin(task)
        if task_id in self._saved:
            self._to_be_answered[namespace, node] += 1
            self._end(task, "before", now)

    def answered(self, namespace: str, node: str, now: float) -> None:
        """Process a result without a run: from the node cache, unless it was saved before."""
        if self._to_be_answered[namespace, node]:
            self._to_be_answered[namespace, node] -= 1
            return
        here = [one for one in self._running.values() if (one.namespace, one.node) == (namespace, node)]
        if here:
            self._guessed[here[0].id] = here[0]
            self._end(here[0], "cached", now)

    def ended(
        self, namespace: str, task_id: str, node: str, now: float, *, error: Any, text: str, how: str = "done"
    ) -> None:
        """Process the end of a task; `text` describes its `error`, which is None where there was none."""
        task = self._running.get(task_id)
        if task is None and task_id in self._guessed:
            task = self._guessed.pop(task_id)
            self._end(task, how, now, text)
            self.answered(namespace, node, now)
        elif task is None:
            task = _Task(task_id, node, namespace, self._steps.get(namespace, 0), self._handled_since(node, now))
            self._begin(task)
            self._end(task, how, now, text)
        else:
            self._end(task, how, now, text)
        if how == "failed":
            self._failures[task_id] = _Failure(task, error, now)
        elif is_handler(node):
            self._take_over(namespace, node, now)

    def failed_node(self, error: BaseException) -> str:
        """The innermost node whose task failed with this error, else with another one that no handler took."""
        found = [each for each in self._failures.values() if each.error is error] or [*self._failures.values()]
        return max(found, key=lambda each: _depth(each.task.namespace)).task.node if found else ""

    def innermost_failure(self) -> tuple[str, str]:
        """The id and the node of the innermost task that failed and was not handled; both empty where there is none."""
        found = [each.task for each in self._failures.values()]
        inner = max(found, key=lambda task: _depth(task.namespace), default=None)
        return (inner.id, inner.node) if inner else ("", "")

    @property
    def failed_tasks(self) -> Mapping[str, float]:
        """The ids of the tasks that failed and were not handled, with the times of their failures."""
        return {task: each.time for task, each in self._failures.items()}

    def _begin(self, task: _Task) -> None:
        if self._last.get(task.namespace, (None, set()))[0] != task.step:
            self._last[task.namespace] = (task.step, set())
        self._last[task.namespace][1].add(task.node)
        self._running[task.id] = task
        self._send("started", id=task.id, node=task.node, ns=task.namespace, step=task.step, time=task.started)

    def _end(self, task: _Task, how: str, now: float, text: str = "") -> None:
        self._running.pop(task.id, None)
        self._send("ended", id=task.id, time=now, how=how, error=text)

    def _handled_by(self, node: str) -> list[_Failure]:
        name = node.removeprefix(HANDLER)
        return [each for each in self._failures.values() if node == DEFAULT_HANDLER or each.task.node == name]

    def _handled_since(self, node: str, now: float) -> float:
        """When a handler began whose start was not reported: when the node failed."""
        failures = self._handled_by(node)
        return failures[0].time if failures else now

    def _take_over(self, namespace: str, node: str, now: float) -> None:
        for each in self._handled_by(node):
            if each.task.namespace == namespace:
                del self._failures[each.task.id]
                self._send("ended", id=each.task.id, time=each.time, how="handled", error="")
                return
        for one in [each for each in self._running.values() if each.id in self._failed_before]:
            if one.namespace == namespace and node in (HANDLER + one.node, DEFAULT_HANDLER):
                self._end(one, "handled", now)
                return


def is_handler(node: str) -> bool:
    """Whether LangGraph made this node from an error handler (langgraph 1.2.22, graph/state.py)."""
    return node == DEFAULT_HANDLER or node.startswith(HANDLER)


def _depth(namespace: str) -> int:
    return namespace.count("|") + 1 if namespace else 0
