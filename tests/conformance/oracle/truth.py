"""What follows from the truth of a thread (see deeds.py): the questions that a comparison asks of it."""

from collections.abc import Iterator
from datetime import timedelta

from tests.conformance.programs.deeds import History, Snapshot, TaskTold
from tests.support.old_langgraph import VERSIONS

NO_JOURNAL = frozenset(("inner", "deep", "memory", "calls", "mended", "__start__"))
"""Nodes that keep no journal: those that are or call subgraphs, and LangGraph's own."""


def unlike(what: str, ours: object, truth: object) -> Iterator[str]:
    """A line where they differ."""
    if ours != truth:
        yield f"{what}: ours {ours!r}, in truth {truth!r}"


def is_silent(history: History) -> bool:
    """Whether the store of this LangGraph does not say which nodes are due before they have run once."""
    return history.langgraph.startswith("0.2.")


def is_edited(history: History, snapshot: Snapshot) -> bool:
    """Whether an update went on from it, in a LangGraph that leaves no mark on what an update writes for a due task."""
    below = any(one.parent == snapshot.id and one.source == "update" for one in history.snapshots)
    return below and history.langgraph < "1.2"


def is_done(history: History, task: TaskTold) -> bool:
    """Whether a task has its result. Until 1.2.12 at least LangGraph takes an answer for one, though more was asked."""
    events = history.events_of(task.id)
    asked_more = task.asked and events and "done" not in events
    return task.done and not (asked_more and history.langgraph in VERSIONS)


def was_done(history: History, task: TaskTold, number: int) -> bool:
    """Whether a task was done in a deed, or before it; of one that tells nothing LangGraph says whether it is done."""
    told = [one for one in history.events if one.task == task.id]
    if task.name == "shaky":  # it has a node that takes its errors over
        return any(one.event in ("done", "failed") and one.deed <= number for one in told)
    return any(one.event == "done" and one.deed <= number for one in told) or (task.done and not told)


def head_before(history: History, number: int) -> str | None:
    """The newest checkpoint of the root before a deed."""
    before = [one for deed in history.deeds[:number] for namespace, one in deed.made if not namespace]
    return max(before, default=None)


def at(history: History, namespace: str, checkpoint: str | None) -> Snapshot | None:
    """The snapshot of a checkpoint; None where LangGraph has none."""
    return next((one for one in history.of(namespace) if one.id == checkpoint), None)


def slowest(history: History, snapshot: Snapshot, number: int) -> timedelta:
    """How long the slowest node of a superstep ran in a deed, by its own clock."""
    began: dict[str, float] = {}
    longest = 0.0
    for one in history.events:
        if one.checkpoint == snapshot.id and one.deed == number:
            began.setdefault(one.task, one.at)
            longest = max(longest, one.at - began[one.task])
    return timedelta(seconds=longest)
