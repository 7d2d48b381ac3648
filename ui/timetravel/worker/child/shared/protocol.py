"""The protocol between the debugger and its worker: one JSON object a line, both ways; and rules that both sides apply.

Only the standard library here.

To the worker, one job per process: {"do": "describe" | "rebuild" | "types" | "run", "project": {...}, "graph": name,
...}, then at most {"do": "stop"}; or {"do": "delete", "job": {"store": ..., "threads": [...]}} or {"do": "shrink",
"job": {"store": ...}}, for which no graph is imported.

Or {"do": "keep", "saver": "own" | "memory", ...} for a worker that stays, then any number of
{"do": "read" | "run" | "stop" | "describe" | "delete", ...} at once: a run and its stop name the `run`, all others have
an `id`.

Or {"do": "import", "spec": ..., "dependencies": [...], "surroundings": {...}} for one that imports a graph and stays:
where it can be forked, on its socket (streams/fork_server.py), else for any number of {"do": "describe" | "rebuild",
"id": ...}, and at the end at most one {"do": "run"}.

A fork first gets {"do": "enter", "folder": ..., "env": {...}}. End of input means that the debugger has ended: the
worker ends immediately.

From the worker, `event` says what it is:

    ready       python, langgraph, checkpoint, format   LangGraph is imported, the user's code is not: the versions,
                                                and that of the checkpoints that it writes ("v")
    unfit       message                         this Python can't be used
    loaded      notes                           the user's graph is imported and built
    load_error  message, traceback              ... or is not
    graph       info                            the answer to "describe"
    rebuilt     values, failed, by              the answer to "rebuild"
    types       lost, unsure                    the answer to "types"
    deleting    threads, checkpoints, bytes, rest, notes   what has been deleted so far
    deleted     as above                        the answer to "delete", or
                failure                         ... why it ended before all was deleted
    shrunk      before, after                   the answer to "shrink", or
                failure                         ... why it was not done
    started     id, node, ns, step, time        a task starts
    ended       id, time, how, error            a task ended: a `NodeState`, and what it raised
    output      kind, node, task, text          and left_out: how many characters are missing before it, if any are
    checkpoint  ns, id                          a checkpoint is in the store
    note        text
    end         status, interrupts, failure     the answer to "run"; of one that waits also next (the nodes that are
                                                due) and pauses (where it stopped by itself: node, how, whose)

From a worker that imports a graph and stays, the answers above with the `id` of their request, and before them:

    imported    forks, shared, exclusive        it is done; whether the process may be forked, what speaks against that,
                                                and what speaks against keeping it
                began, files, folders, ...      ... and what to look at in order to know whether it still holds

From a worker that keeps a saver, what belongs to a run names it in `run`, and there are:

    kept        saver, in_memory                the answer to "keep": the saver's class; whether it is an InMemorySaver
    changed     thread, ns, id                  something was written on this checkpoint, or anywhere in the thread
    reply       id, refused or what was asked   the answer to "read", "describe" or "delete"

A value is a pair [type, base64 of the bytes], as LangGraph's serializer calls them ("msgpack", ...).
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .reserved_names import OWN

READ_ONLY = "TIMETRAVEL_READ_ONLY"
"""The environment variable by which every process of the app knows that it was started with --read-only."""

Message = dict[str, Any]

MOST_BYTES = 64_000_000
"""The longest line: the other side reads no more at once."""

LEAST_LANGGRAPH = "0.6"
"""The oldest supported langgraph: earlier ones lack `durability` and the ids of questions."""
CHANGES_SINCE = "1.0.5"
"""Before this langgraph, `update_state` on a checkpoint takes in the writes of its tasks on the old branch, so that
they do not run on the changed state (tried with 0.6.11 and 1.0.5).
"""
DELTAS_SINCE = "1.2.13"
"""Before this langgraph, a fork inside a thread writes its changes of a delta channel into the old branch as well, and
the new branch has writes of the old one (tried with 1.2.12; langgraph issue 8551).
"""


ANSWERED_MEANWHILE = (
    "This question was answered meanwhile, or its run went on without it: nothing was sent. Look at the thread as it "
    "is now."
)
WHICH_QUESTION = "Several questions are asked, and the answer does not say which one it is for: nothing was sent."
NOTHING_DUE = "Nothing is due there, so nothing would run: the run is finished, or its thread is not there."


def too_old(version: str, least: str) -> bool:
    """Whether a version is lower than `least`. Their leading numbers are compared; an empty version is not too old."""
    found, needed = _numbers(version), _numbers(least)
    return bool(found) and found < needed


def _numbers(version: str) -> tuple[int, ...]:
    plain = re.match(r"\d+(\.\d+)*", version)
    return tuple(map(int, plain.group().split("."))) if plain else ()


def pack(message: Message) -> bytes:
    """A message as one line. A text that no encoding can hold (half a surrogate pair) is escaped."""
    return json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


def unpack(line: bytes | bytearray) -> Message:
    """The object in a line. Raises ValueError for anything else."""
    message = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError("a line of the wire must be a JSON object")
    return message


def too_long(message: Message, size: int) -> Message:
    """The message to send in place of one whose line would be longer than the other side accepts."""
    said = f"The answer has {size // 1_000_000:,} MB, more than the {MOST_BYTES // 1_000_000} MB that are sent at once."
    failure = {"type": "TooLong", "message": said, "traceback": ""}
    if message["event"] == "reply":
        return {"event": "reply", "id": message.get("id"), "refused": failure}
    which: Message = {name: message[name] for name in ("id", "run") if name in message}
    if message["event"] == "end":
        failed = {"status": "failed", "interrupts": [], "failure": {"node": "", **failure}}
        return {"event": "end", **failed, **which}
    return {"event": "load_error", **failure, **which}


def pack_value(kind: str, data: bytes) -> list[str]:
    """A serialized value in the form for a message."""
    return [kind, base64.b64encode(data).decode("ascii")]


def unpack_value(pair: list[str]) -> tuple[str, bytes]:
    """The serialization format's name and the bytes, from a message."""
    kind, data = pair
    return kind, base64.b64decode(data)


def fingerprint(places: Iterable[tuple[str, str]]) -> str:
    """A text that identifies a set of checkpoints, each a namespace and an id, in whatever order."""
    told = json.dumps(sorted(map(list, places)), ensure_ascii=True)
    return hashlib.sha256(told.encode("ascii")).hexdigest()


def resume_value(values: Mapping[str, Any], asked: Sequence[str]) -> Any:
    """The argument of `Command(resume=...)` for answers by their questions' ids: that mapping, or the only value.

    None and {} would not count as answers if passed alone, so they are passed by the id of the only question.
    """
    if len(values) != 1:
        return values
    ((name, value),) = values.items()
    if len(asked) > 1 and name:
        return values
    if value in (None, {}) and len(asked) == 1:
        return {asked[0]: value}
    return value


def unwritable(number: int, javascript: bool, ours: int, whose: str) -> str:
    """Why nothing may be written beside a checkpoint; empty where it may be.

    `number` is its format ("v"), `ours` the format that this LangGraph writes; 0: not known. `whose` is the
    sentence's subject: the thread, or the store. LangGraph before 0.5 raises KeyError 'pending_sends' on format 4, and
    LangGraph.js "Unknown serialization type: msgpack" on whatever Python writes (both tried).
    """
    if javascript:
        return (
            f"{whose} was written by LangGraph.js, whose app can't read what LangGraph for Python writes, so it is "
            "only read here. To write to it, run it with LangGraph.js."
        )
    if 0 < number < ours:
        return (
            f"{whose} was written by an older LangGraph (checkpoint format {number}), whose app can't read the format "
            f"{ours} that the LangGraph here writes, so it is only read here. Once an app with a newer LangGraph has "
            f"written format {ours} to it, it can be run on here, too."
        )
    if number > ours > 0:
        return (
            f"{whose} was written by a newer LangGraph (checkpoint format {number}) than the one here, which knows "
            f"formats up to {ours}, so it is only read here. To write to it, name a Python with that LangGraph by "
            "--python."
        )
    return ""


def asks_other_first(questions: Sequence[str]) -> str:
    """A sentence for an answer to a question that is not asked yet, because the run asks these first."""
    asks = ", ".join(f"“{each}”" for each in questions) or "nothing"
    return (
        f"The run starts over here, and asks something else first: {asks}. Your answer was not given, since it is for "
        "another question. Answer this one first."
    )


def no_such_node(missing: Sequence[str], graph: str, nodes: Iterable[str]) -> str:
    """Why nothing can continue where these nodes are due, and the graph has others; empty where none is missing."""
    if not missing:
        return ""
    are, them = ("is", "that node") if len(missing) == 1 else ("are", "those nodes")
    own = ", ".join(name for name in nodes if not name.startswith(OWN))
    return (
        f"{', '.join(missing)} {are} due, and the graph “{graph}” has no such node (its nodes: {own or 'none'}). "
        f"Run a graph that has {them}, or change the state as one of its own nodes."
    )


def unsafe_change(langgraph: str) -> str:
    """Why a checkpoint from which something ran can't be edited in its own thread; empty where it can."""
    if not too_old(langgraph, CHANGES_SINCE):
        return ""
    return (
        f"With langgraph {langgraph}, a change of a checkpoint from which something ran already mixes in what that "
        f"wrote on the old branch. Fork into a new thread, or run with langgraph {CHANGES_SINCE} or later."
    )


def unsafe_deltas(langgraph: str) -> str:
    """Why a graph with delta channels can't be forked inside a thread; empty where it can."""
    if not too_old(langgraph, DELTAS_SINCE):
        return ""
    return (
        f"This graph has delta channels, and langgraph {langgraph} would change the old branch's as well when it forks "
        f"inside a thread. Fork into a new thread, or run with langgraph {DELTAS_SINCE} or later."
    )


AMBIGUOUS = (
    "LangGraph can't tell which node this change counts as having come from, since several nodes ran last or none did. "
    "Choose a node: the nodes after it run next."
)
"""Why an edit that names no node is refused."""


def lost_before_the_first_node(names: Iterable[str]) -> str:
    """Why an edit of these channels is refused: START passes on only what the graph takes as input."""
    return (
        "No node has run yet here, so only what the graph takes as input can be changed: "
        f"{', '.join(names)} would be lost. Choose a later checkpoint, "
        "or a node in “Change made as”: the nodes after it run next."
    )
