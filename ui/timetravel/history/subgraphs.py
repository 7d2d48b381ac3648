"""What the outer graph of a subgraph, and the subgraphs of a graph, say about a superstep.

A subgraph's checkpoints are in the namespace "node:task_id" of the task that runs it (nested with "|"), and their
metadata name the outer checkpoint (langgraph 1.2.22, pregel/_loop.py); a subgraph with a memory of its own (compiled
with checkpointer=True) has the namespace "node", whichever task runs it.
"""

from dataclasses import replace

from ui.timetravel.history.supersteps import Superstep, TaskOutcome, TaskState, answers_to
from ui.timetravel.model.checkpoints import CheckpointId, Header, has_finished
from ui.timetravel.model.values import Plain
from ui.timetravel.stores.base import Store

_MOST = 20
"""The number of a subgraph's newest checkpoints that are searched for an answer."""


def is_over(store: Store, header: Header) -> bool:
    """Whether a checkpoint is in a subgraph that no task of the outer graph is waiting for. Raises StoreError.

    That is so when the task is done, or the thread continued from another checkpoint.
    """
    above, _, part = header.namespace.rpartition("|")
    if not header.namespace:
        return False
    parents = header.metadata.get("parents")
    parent = parents.get(above) if isinstance(parents, dict) else None
    if not isinstance(parent, str):
        return False
    found = store.headers(header.thread_id, above, [parent])
    if not found:
        return False
    node, _, task_id = part.partition(":")
    tasks = [task for task in store.writes(header.thread_id, above, parent) if task.task_id == task_id]
    if not found[0].is_newest or any(has_finished(task) for task in tasks):
        return True
    return (node not in found[0].next and bool(found[0].due)) or is_over(store, found[0])


def with_answers(store: Store, header: Header, step: Superstep) -> Superstep:
    """The superstep, completed with the answers to questions inside subgraphs, which are stored in the subgraphs'
    namespaces.
    """
    if not step.answer_waiting and not any(_lacks_answer(one) for one in step.tasks):
        return step
    namespaces = store.namespaces(header.thread_id)
    # A task in a subgraph may have taken it, which the outer graph's checkpoints do not show.
    inside = any(_is_inside(namespace, header, one) for one in step.tasks for namespace in namespaces)
    tasks = tuple(_with_answer(store, header, one, namespaces) for one in step.tasks)
    return replace(step, tasks=tasks, answer_waiting=step.answer_waiting and not inside)


def _is_inside(namespace: str, header: Header, one: TaskOutcome) -> bool:
    start = f"{header.namespace}|" if header.namespace else ""
    own, task = f"{start}{one.node}", f"{start}{one.node}:{one.task_id}"
    return namespace in (own, task) or namespace.startswith((f"{own}|", f"{task}|"))


def _lacks_answer(one: TaskOutcome) -> bool:
    return bool(one.questions) and not one.answers and one.state is TaskState.ANSWERED


def _with_answer(store: Store, header: Header, one: TaskOutcome, namespaces: list[str]) -> TaskOutcome:
    if not _lacks_answer(one):
        return one
    for namespace in namespaces:
        if _is_inside(namespace, header, one):
            answers = _answers(store, header.thread_id, namespace, {question.id for question in one.questions})
            if answers:
                return replace(one, answers=answers)
    return one


def _answers(store: Store, thread_id: str, namespace: str, questions: set[str]) -> tuple[Plain, ...]:
    for checkpoint_id in _newest(store, thread_id, namespace):
        for task in store.writes(thread_id, namespace, checkpoint_id):
            if questions & {question.id for question in task.interrupts} and (answers := answers_to(task)):
                return answers
    return ()


def _newest(store: Store, thread_id: str, namespace: str) -> list[CheckpointId]:
    return list(reversed(store.skeleton(thread_id, namespace).ids[-_MOST:]))
