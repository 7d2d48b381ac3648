"""The wire between the debugger and its worker: one JSON object a line, both ways; and what both sides do alike.

Only the standard library here.

To the worker, one job per process: {"do": "describe" | "rebuild" | "run", "project": {...}, "graph": name, ...}, then
at most {"do": "stop"}; or {"do": "delete", "job": {"store": ..., "threads": [...]}} or {"do": "shrink", "job":
{"store": ...}}, for which no graph is imported.
Or {"do": "keep", "saver": "own" | "memory", ...} for a worker that stays, then any number of
{"do": "read" | "run" | "stop" | "describe" | "delete", ...} at once: a run and its stop name the `run`, all others have
an `id`. End of input means that the debugger is gone: the worker ends at once.

From the worker, `event` says what it is:

    ready                                       LangGraph is imported, the user's code is not
    unfit       message                         this Python can't be used
    loaded      notes                           the user's graph is imported and built
    load_error  message, traceback              ... or is not
    graph       info                            the answer to "describe"
    rebuilt     values, failed                  the answer to "rebuild"
    deleting    threads, checkpoints, bytes, rest, notes   what is gone so far
    deleted     as above                        the answer to "delete", or
                failure                         ... why it ended before all was deleted
    shrunk      before, after                   the answer to "shrink", or
                failure                         ... why it was not done
    started     id, node, ns, step, time        a task starts
    ended       id, time, how, error            a task ended: a `NodeState`, and what it raised
    output      kind, node, task, text
    checkpoint  ns, id                          a checkpoint is in the store
    note        text
    end         status, interrupts, failure     the answer to "run"; of one that waits also next (the nodes that are
                                                due) and pauses (where it stopped by itself: node, how, whose)

From a worker that stays, what belongs to a run names it in `run`, and there are:

    kept        saver, in_memory                the answer to "keep": the saver's class; whether it is an InMemorySaver
    changed     thread, ns, id                  something was written on this checkpoint, or anywhere in the thread
    reply       id, refused or what was asked   the answer to "read", "describe" or "delete"

A value is a pair [type, base64 of the bytes], as LangGraph's serializer calls them ("msgpack", ...).
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Message = dict[str, Any]


def pack(message: Message) -> bytes:
    """One line of the wire. A text that no encoding can hold (half a surrogate pair) arrives escaped."""
    return json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


def unpack(line: bytes) -> Message:
    """The object on a line. Raises ValueError for anything else."""
    message = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError("a line of the wire must be a JSON object")
    return message


def pack_value(kind: str, data: bytes) -> list[str]:
    """A serialized value, ready for a message."""
    return [kind, base64.b64encode(data).decode("ascii")]


def unpack_value(pair: list[str]) -> tuple[str, bytes]:
    """The serializer's type and bytes again."""
    kind, data = pair
    return kind, base64.b64decode(data)


def fingerprint(places: Iterable[tuple[str, str]]) -> str:
    """One text for a set of checkpoints, each a namespace and an id, whatever their order: another set has another."""
    told = json.dumps(sorted(map(list, places)), ensure_ascii=True)
    return hashlib.sha256(told.encode("ascii")).hexdigest()


def resume_value(values: Mapping[str, Any], asked: Sequence[str]) -> Any:
    """What `Command(resume=...)` takes for answers by their questions' ids: that mapping, or the only value.

    None and {} would not count as answers when given alone, so they go by the id of the only question.
    """
    if len(values) != 1:
        return values
    ((name, value),) = values.items()
    if len(asked) > 1 and name:
        return values
    if value in (None, {}) and len(asked) == 1:
        return {asked[0]: value}
    return value


def lost_before_the_first_node(names: Iterable[str]) -> str:
    """Why a change of these channels is refused: START passes on only what the graph takes as input."""
    return (
        "No node has run yet here, so only what the graph takes as input can be changed: "
        f"{', '.join(names)} would be lost. Choose a later checkpoint, "
        "or a node in “Change made as”: the nodes after it run next."
    )
