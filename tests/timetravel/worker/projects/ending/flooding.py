"""Nodes that print, send, raise or ask more than anybody could read; the input says how, and how much."""

import logging
import os
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path
from typing import TypedDict

from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.types import Send, interrupt


class State(TypedDict, total=False):
    how: str
    size: int
    result: bytes


class Silent(Exception):
    def __str__(self):
        raise RuntimeError("no text")


class Slow(Exception):
    def __str__(self):
        time.sleep(600)


def prints(size):
    while True:
        print("x" * size)


def prints_pieces(size):
    while True:
        print("y" * size, end="\r", flush=True)


def prints_one_line(size):
    print("begins" + "z" * size + "ends")


def writes_garbage(size):
    while True:
        sys.stdout.buffer.write(os.urandom(size))


def writes_past_python(size):
    while True:
        os.write(2, b"\x1b[31me" * size)


def has_a_child_that_prints(size):
    subprocess.run(["yes", "from a child"])


def sends_parts(size):
    while True:
        get_stream_writer()({"part": "p" * size})


def sends_one_part(size):
    get_stream_writer()({"text": "begins" + "c" * size + "ends", "list": list(range(size // 10)), "bytes": b"b" * size})


def raises_a_long_message(size):
    raise ValueError("begins" + "m" * size + "ends")


def raises_many_notes(size):
    error = ValueError("noted")
    error.__notes__ = [f"note {number}" for number in range(size)]
    raise error


def raises_from_many_causes(size):
    error = ValueError("the root")
    for number in range(size):
        caused = ValueError(f"cause {number}")
        caused.__cause__, error = error, caused
    raise error


def raises_a_group(size):
    raise ExceptionGroup("many", [ValueError(str(number)) for number in range(size)])


def raises_nested_groups(size):
    error = ValueError("innermost")
    for number in range(size):
        error = ExceptionGroup(f"group {number}", [error])
    raise error


def raises_deep(size):
    sys.setrecursionlimit(size + 10_000)
    _deep(size)


def _deep(size):
    if size:
        _deep(size - 1)
    raise ValueError("at the bottom")


def raises_without_text(size):
    raise Silent


def raises_with_endless_text(size):
    raise Slow


def asks(size):
    interrupt("begins" + "q" * size)


def returns(size):
    return {"result": b"r" * size}


def logs(size):
    while True:
        logging.getLogger("a.library").error("logged %s", "l" * size)
        warnings.warn("warned " + "w" * size, stacklevel=1)


def prints_escapes(size):
    while True:
        sys.stdout.write("\x1b]0;title\x07\x1b[2J\x1b[%d;1H\x1b[8m\b\b\r" * size)


def has_a_shown_repr(size):
    class Big:
        def __repr__(self):
            return "begins" + "R" * size + "ends"

    get_stream_writer()(Big())
    raise ValueError(Big())


def has_many_threads_that_print(size):
    for number in range(50):
        threading.Thread(target=prints, args=(size + number,), daemon=True).start()
    prints(size)


JUNK = (
    b"junk\n",
    b"\xff\xfe\n",
    b"[1, 2]\n",
    b"[" * 50_000 + b"\n",
    b'{"event": 3}\n',
    b'{"event": "nothing of the kind"}\n',
    b'{"event": "note", "text": {}}\n',
    b'{"event": "output", "kind": 1, "node": [], "task": {}, "text": []}\n',
    b'{"event": "started", "id": null}\n',
    b'{"event": "ended", "id": "x", "time": 1, "how": "nohow", "error": ""}\n',
    b'{"event": "end", "status": "no status", "interrupts": [], "failure": null}\n',
    b'{"event": "end", "status": "interrupted", "interrupts": [{"id": "", "value": ["msgpack", "%"]}]}\n',
    b"and no end of line",
)


def writes_to_our_pipe(size):
    """What a careless fork, or a hostile module, does to descriptors that it has not opened."""
    for number in range(3, 64):
        try:
            place = str(Path(f"/proc/self/fd/{number}").readlink())
        except OSError:
            continue
        for each in (
            (*JUNK, b"w" * size + b"\n", b'{"event":"end","failure":"' + b"w" * size)
            if place.startswith("pipe:")
            else ()
        ):
            try:
                while each:
                    each = each[os.write(number, each) :]
            except OSError:
                break
    print("still here")


WAYS = {
    function.__name__: function
    for function in (
        *(prints, prints_pieces, prints_one_line, writes_garbage, writes_past_python, has_a_child_that_prints),
        *(sends_parts, sends_one_part, raises_a_long_message, raises_many_notes, raises_from_many_causes),
        *(raises_a_group, raises_nested_groups, raises_deep, raises_without_text, raises_with_endless_text),
        *(asks, returns, logs, prints_escapes, has_a_shown_repr, has_many_threads_that_print, writes_to_our_pipe),
    )
}


def floods(state):
    if state["how"] in WAYS:
        return WAYS[state["how"]](state.get("size", 0)) or {}
    return {}


def spread(state):
    return [Send("one", {"how": ""}) for _ in range(state["size"])] if state["how"] == "sends many tasks" else END


def one(state):
    return {}


flooding = (
    StateGraph(State)
    .add_node(floods)
    .add_node(one)
    .add_edge(START, "floods")
    .add_conditional_edges("floods", spread, ["one", END])
    .compile()
)
