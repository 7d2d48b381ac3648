"""The truth of a thread: what was done to it, what its nodes did, and what LangGraph says of it afterwards, as data.

It is plain JSON, so that any LangGraph can tell it from an environment of its own (see player.py). Whatever a statement
of ours can be compared with is here: `Event`s are told by the nodes themselves while they run, `Deed`s by whoever did
something, `Snapshot`s and the `Live` state by LangGraph's `get_state_history` and `get_state`.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Event:
    """What a node did: "started", "done", "failed", "asked", "cancelled" or "killed", at a time, in the deed `deed`.

    `checkpoint` is the checkpoint that its task is due at, in `namespace`. `what` is what it raised, or asked, as text.
    `sent`: a Send started it, and no edge.
    """

    event: str
    node: str
    namespace: str
    checkpoint: str
    task: str
    deed: int
    at: float
    what: str = ""
    sent: bool = False


@dataclass(frozen=True)
class Deed:
    """What a person did: an operation of a program, at the head of the thread or at the checkpoint `at`.

    `channels` are those that it gives values for. `made` are the checkpoints that came of it, as pairs of namespace and
    id, in the order of their ids. `raised` is the name of the error that it ended in, empty if it ended well; "killed"
    where the process died.
    """

    kind: str
    how: str
    at: str | None
    inside: str
    as_node: str | None
    durability: str
    channels: tuple[str, ...]
    paused: tuple[str, ...]
    began: float
    ended: float
    raised: str = ""
    made: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Question:
    """What LangGraph says was asked. The id is empty where its version has none; the value is JSON text."""

    id: str
    value: str


@dataclass(frozen=True)
class TaskTold:
    """A task as LangGraph tells it. `done`: it has a result. `error` is the text of what it raised."""

    id: str
    name: str
    done: bool
    error: str | None
    asked: tuple[Question, ...]


@dataclass(frozen=True)
class Snapshot:
    """A checkpoint as `get_state_history` tells it: the record of its superstep."""

    namespace: str
    id: str
    parent: str | None
    source: str
    step: int | None
    next: tuple[str, ...]
    tasks: tuple[TaskTold, ...]


@dataclass(frozen=True)
class Live:
    """The present state of the thread as `get_state` tells it: what still has to run, and which questions are open."""

    id: str
    next: tuple[str, ...]
    open: tuple[Question, ...]


@dataclass(frozen=True)
class History:
    """The truth of one thread, its snapshots newest first in each namespace, as this LangGraph tells it.

    `live` is None where LangGraph can't say: two finished tasks of the step wrote to a channel that takes one value.
    """

    thread: str
    langgraph: str
    snapshots: tuple[Snapshot, ...] = ()
    live: Live | None = None
    deeds: tuple[Deed, ...] = ()
    events: tuple[Event, ...] = field(default=(), repr=False)

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "History":
        data = json.loads(text)
        live = data["live"]
        return cls(
            data["thread"],
            data["langgraph"],
            tuple(map(_snapshot, data["snapshots"])),
            Live(live["id"], tuple(live["next"]), _questions(live["open"])) if live else None,
            tuple(map(_deed, data["deeds"])),
            tuple(Event(**one) for one in data["events"]),
        )

    def of(self, namespace: str) -> Iterator[Snapshot]:
        """The snapshots of a namespace, newest first."""
        return (one for one in self.snapshots if one.namespace == namespace)

    @property
    def namespaces(self) -> list[str]:
        return sorted({one.namespace for one in self.snapshots})

    def events_of(self, task: str) -> list[str]:
        """What a task did, in the order of time. Its id is made from that of its checkpoint, among others."""
        return [one.event for one in self.events if one.task == task]

    def deed_of(self, namespace: str, checkpoint: str) -> tuple[int, Deed] | None:
        """What made a checkpoint, with its number; None for one that two runs at once may have made."""
        for number, deed in enumerate(self.deeds):
            if (namespace, checkpoint) in deed.made:
                return number, deed
        return None


def _questions(data: list[dict[str, str]]) -> tuple[Question, ...]:
    return tuple(Question(**one) for one in data)


def _snapshot(data: dict[str, Any]) -> Snapshot:
    tasks = tuple(TaskTold(**{**one, "asked": _questions(one["asked"])}) for one in data["tasks"])
    return Snapshot(**{**data, "next": tuple(data["next"]), "tasks": tasks})


def _deed(data: dict[str, Any]) -> Deed:
    made = tuple((one[0], one[1]) for one in data["made"])
    listed = {name: tuple(data[name]) for name in ("paused", "channels")}
    return Deed(**{**data, **listed, "made": made})
