"""Make a big checkpoint store fast: `python -m scripts.make_big_store big.sqlite [--checkpoints N] [--branches N]`.

The thread "long" is one line of checkpoints, the thread "wide" has one checkpoint with many branches of three. The rows
are those of the loop that `graph` builds, written by LangGraph's own serializer straight into the tables of its SQLite
saver, so that LangGraph reads them as its own.
"""

import argparse
import json
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph

CHECKPOINTS, BRANCHES, BYTES = 100_000, 2_000, 4_096
LONG, WIDE = "long", "wide"
_BRANCH_LENGTH = 3
_TICKS_APART = 10_000
_TICKS_TO_1970 = 0x01B21DD213814000

Row = tuple[str, str, str | None, int, int]
"""Thread, id, parent's id, superstep, and the number that the state holds."""


class State(TypedDict, total=False):
    """What the loop counts, and something big beside it."""

    n: int
    text: str


def graph(saver: BaseCheckpointSaver[str]) -> Any:
    """The loop whose history the store holds."""
    made = StateGraph(State)
    made.add_node("step", lambda state: {"n": state["n"] + 1})
    made.add_edge(START, "step")
    made.add_conditional_edges("step", lambda state: "step" if state["n"] < CHECKPOINTS else END)
    return made.compile(checkpointer=saver)


def make(path: Path, checkpoints: int = CHECKPOINTS, branches: int = BRANCHES, size: int = BYTES) -> None:
    """Write the store to a new file at `path`; every checkpoint takes about `size` bytes."""
    with SqliteSaver.from_conn_string(str(path)) as saver:
        saver.setup()
        saver.conn.execute("PRAGMA synchronous=OFF")
        ticks = count(
            time.time_ns() // 100 + _TICKS_TO_1970 - (checkpoints + branches * 9) * _TICKS_APART, _TICKS_APART
        )
        serde = JsonPlusSerializer()
        for rows in (_line(checkpoints, ticks), _fan(branches, ticks)):
            for row in rows:
                _insert(saver, serde, row, "x" * max(0, size - 500))
        saver.conn.commit()


def _line(checkpoints: int, ticks: Iterator[int]) -> Iterator[Row]:
    parent = None
    for step in range(-1, checkpoints - 1):
        one = _id(next(ticks), step)
        yield LONG, one, parent, step, max(step, 0)
        parent = one


def _fan(branches: int, ticks: Iterator[int]) -> Iterator[Row]:
    parent: str | None = None
    for step in range(-1, 2):
        one = _id(next(ticks), step)
        yield WIDE, one, parent, step, max(step, 0)
        parent = one
    origin = parent
    for branch in range(branches):
        parent = origin
        for step in range(2, 2 + _BRANCH_LENGTH):
            one = _id(next(ticks), step)
            yield WIDE, one, parent, step, branch
            parent = one


def _insert(saver: SqliteSaver, serde: JsonPlusSerializer, row: Row, text: str) -> None:
    thread, one, parent, step, number = row
    kind, blob = serde.dumps_typed(_checkpoint(one, step, number, text))
    metadata = {"source": "input" if step < 0 else "loop", "step": step, "parents": {}}
    saver.conn.execute(
        "INSERT INTO checkpoints VALUES (?, '', ?, ?, ?, ?, ?)",
        (thread, one, parent, kind, blob, json.dumps(metadata).encode()),
    )
    node, writes = ("__start__", ("text", "branch:to:step")) if step < 0 else ("step", ("n", "branch:to:step"))
    for idx, channel in enumerate(writes):
        saver.conn.execute(
            "INSERT INTO writes VALUES (?, '', ?, ?, ?, ?, ?, ?, ?)",
            (thread, one, one, f"~__pregel_pull, {node}", idx, channel, *serde.dumps_typed(number)),
        )


def _checkpoint(one: str, step: int, number: int, text: str) -> dict[str, Any]:
    versions = {"__start__": _version(1)}
    values: dict[str, Any] = {"__start__": {"n": 0, "text": text}}
    seen: dict[str, Any] = {"__input__": {}}
    if step >= 0:
        newest = _version(step + 2)
        versions = {"__start__": _version(2), "n": newest, "text": _version(2), "branch:to:step": newest}
        values = {"n": number, "text": text, "branch:to:step": None}
        seen |= {"__start__": {"__start__": _version(1)}}
        seen |= {"step": {"branch:to:step": _version(step + 1)}} if step else {}
    updated = ["__start__"] if step < 0 else ["branch:to:step", "n"]
    return {
        "v": 4,
        "ts": "2026-01-01T00:00:00+00:00",
        "id": one,
        "channel_values": values,
        "channel_versions": versions,
        "versions_seen": seen,
        "updated_channels": updated,
    }


def _version(number: int) -> str:
    return f"{number:032}.0.5"


def _id(ticks: int, step: int) -> str:
    """A version-6 UUID of this time, as LangGraph makes them."""
    time_part = f"{ticks >> 28:08x}-{ticks >> 12 & 0xFFFF:04x}-6{ticks & 0xFFF:03x}"
    return f"{time_part}-{0x8000 | step & 0x3FFF:04x}-{ticks & 0xFFFFFFFFFFFF:012x}"


def main() -> None:
    """Read the command line and make the store."""
    parser = argparse.ArgumentParser(description="Make a big checkpoint store.")
    parser.add_argument("path", type=Path)
    parser.add_argument("--checkpoints", type=int, default=CHECKPOINTS)
    parser.add_argument("--branches", type=int, default=BRANCHES)
    options = parser.parse_args()
    if options.path.exists():
        parser.error(f"{options.path} is there already")
    make(options.path, options.checkpoints, options.branches)


if __name__ == "__main__":
    main()
