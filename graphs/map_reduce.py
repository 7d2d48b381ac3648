"""Many workers side by side: split sends each line of a text to a worker of its own, and gather adds up the counts.

Run it and watch: the number of workers is known only when split has run, and all of them run in one superstep. In the
Debugger, the checkpoint before gather has one task for each line, and counts, which has a reducer, takes what they
wrote. Name a line in fail_at: its worker fails the first time, while what the others wrote is kept beside the
checkpoint, so that Resume runs the one that failed and no other.
"""

import operator
from typing import Annotated, Any

from langgraph.graph import END, START, StateGraph
from langgraph.types import Send
from parts.node_runs import begin
from parts.settings import pause
from pydantic import Field

# get_input_jsonschema() of langgraph 1.2.22 refuses typing's own TypedDict before Python 3.12.
from typing_extensions import TypedDict

TEXT = """The tide comes in, the tide goes out.
潮水涨了，潮水又退了。🌊
A crab walks sideways and is right.
Nobody counts the waves."""


class Line(TypedDict):
    """What one worker gets: a line, its number from 1, whether it shall fail, and the file that counts runs."""

    number: int
    text: str
    fails: bool
    node_log: str


class Count(TypedDict):
    """What one worker found in its line."""

    number: int
    letters: int
    longest: str


class MapInput(TypedDict, total=False):
    """What a person gives."""

    text: Annotated[
        str, Field(description="A text of several lines; each gets a worker.", examples=[TEXT], default=TEXT)
    ]
    fail_at: Annotated[
        int,
        Field(description="The line whose worker fails the first time it is tried; 0 for none.", default=0, ge=0),
    ]
    node_log: Annotated[
        str, Field(description="A file for a line each time a worker begins; empty for the usual one.", default="")
    ]


class MapState(MapInput, total=False):
    """What every checkpoint holds."""

    lines: Annotated[list[str], Field(description="The lines that are not empty.")]
    counts: Annotated[list[Count], Field(description="What the workers found; each adds one."), operator.add]
    total: Annotated[int, Field(description="Letters in all lines.")]
    report: Annotated[str, Field(description="What gather makes of the counts.")]


def split(state: MapState) -> MapState:
    """Take the text apart."""
    pause()
    lines = [line.strip() for line in (state.get("text") or "").splitlines() if line.strip()]
    print(f"{len(lines)} lines, so {len(lines)} workers")
    return {"lines": lines}


def to_workers(state: MapState) -> list[Send] | str:
    """A Send for each line; straight on to gather where there is none."""
    fail_at, node_log = state.get("fail_at") or 0, state.get("node_log") or ""
    return [
        Send("worker", Line(number=number, text=text, fails=number == fail_at, node_log=node_log))
        for number, text in enumerate(state.get("lines") or [], start=1)
    ] or "gather"


def worker(line: dict[str, Any]) -> MapState:
    """Count the letters of one line. It gets a Line, and sees nothing of the state."""
    # Not annotated as a Line: LangGraph would make a channel of each of its fields.
    times = begin(f"worker {line['number']}", line.get("node_log"))
    pause()
    if line.get("fails") and times == 1:
        raise RuntimeError(f"The worker of line {line['number']} failed. Resume, and it runs again, alone.")
    letters = sum(each.isalpha() for each in line["text"])
    print(f"line {line['number']}: {letters} letters")
    longest = max(line["text"].split(), key=len, default="")
    return {"counts": [{"number": line["number"], "letters": letters, "longest": longest}]}


def gather(state: MapState) -> MapState:
    """Add up. A second run on the thread adds to counts, so only as many are taken as there are lines now."""
    pause()
    lines = state.get("lines") or []
    counts = sorted((state.get("counts") or [])[-len(lines) :] if lines else [], key=lambda count: count["number"])
    total = sum(count["letters"] for count in counts)
    rows = [f"{count['number']}. {count['letters']} letters, longest: {count['longest']}" for count in counts]
    print(f"{total} letters in all")
    return {"total": total, "report": "\n".join([*rows, f"{total} letters in {len(lines)} lines."])}


builder = StateGraph(MapState, input_schema=MapInput)
builder.add_node("split", split)
builder.add_node("worker", worker)
builder.add_node("gather", gather)
builder.add_edge(START, "split")
builder.add_conditional_edges("split", to_workers, ["worker", "gather"])
builder.add_edge("worker", "gather")
builder.add_edge("gather", END)

graph = builder.compile(name="map_reduce")
