"""A job of a dozen parts that takes its time, and tells how far it is while a part still runs.

Each part is one checkpoint and takes some seconds, with four custom progress events that the Run screen shows as they
come. Stop it in the middle, or end its process, and press Resume in the Debugger: it goes on with the part that had not
ended, and only the events of that part come a second time, since events are in no checkpoint. Each part counts in a
file outside the state how often it began (node_log names it), so one can see that no finished part ran again.
"""

import operator
from datetime import UTC, datetime
from typing import Annotated, Literal

from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from parts.node_runs import begin
from parts.settings import pause
from pydantic import Field

# get_input_jsonschema() of langgraph 1.2.22 refuses typing's own TypedDict before Python 3.12.
from typing_extensions import TypedDict

DEFAULT_PARTS = 12
QUARTERS = 4
"""Progress events in each part, one after each pause."""


class JobInput(TypedDict, total=False):
    """What a person gives."""

    name: Annotated[
        str, Field(description="What the job is called.", examples=["Night shift", "夜班 🌙"], default="Night shift")
    ]
    # A superstep a part, and LangGraph stops a run after a number of them (10,007 in 1.2.22).
    parts: Annotated[int, Field(description="How many parts it has.", default=DEFAULT_PARTS, ge=1, le=1000)]
    node_log: Annotated[
        str, Field(description="A file for a line each time a part begins; empty for the usual one.", default="")
    ]


class JobState(JobInput, total=False):
    """What every checkpoint holds."""

    done: Annotated[int, Field(description="Parts that ended.")]
    percent: Annotated[float, Field(description="How much of the job that is, 0 to 100.")]
    updated_at: Annotated[str, Field(description="When the last part ended: ISO 8601, UTC.")]
    log: Annotated[list[str], Field(description="A line for each part."), operator.add]
    result: Annotated[str, Field(description="What came of it.")]


def _parts(state: JobState) -> int:
    parts = state.get("parts")
    return DEFAULT_PARTS if parts is None else max(1, parts)


def prepare(state: JobState) -> JobState:
    """Begin at the first part, also when the thread has done the job before."""
    begin("prepare", state.get("node_log"))
    print(f"{state.get('name') or 'The job'}: {_parts(state)} parts")
    return {"done": 0, "percent": 0.0, "result": ""}


def work(state: JobState) -> JobState:
    """Do one part, a quarter at a time, and tell after each quarter how far the whole job is."""
    parts, part = _parts(state), (state.get("done") or 0) + 1
    begin(f"part {part}", state.get("node_log"))
    tell = get_stream_writer()
    for quarter in range(1, QUARTERS + 1):
        pause()
        percent = round(100 * (part - 1 + quarter / QUARTERS) / parts, 1)
        tell({"part": part, "of": parts, "quarter": quarter, "percent": percent})
    print(f"part {part} of {parts} is done")
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    percent = round(100 * part / parts, 1)
    return {"done": part, "percent": percent, "updated_at": now, "log": [f"part {part} of {parts}"]}


def again_or_done(state: JobState) -> Literal["again", "done"]:
    """Which way the conditional edge leads."""
    return "again" if (state.get("done") or 0) < _parts(state) else "done"


def finish(state: JobState) -> JobState:
    """Say that it is over."""
    begin("finish", state.get("node_log"))
    return {"result": f"{state.get('name') or 'The job'} is done, in {state.get('done') or 0} parts."}


builder = StateGraph(JobState, input_schema=JobInput)
builder.add_node("prepare", prepare)
builder.add_node("work", work)
builder.add_node("finish", finish)
builder.add_edge(START, "prepare")
builder.add_edge("prepare", "work")
builder.add_conditional_edges("work", again_or_done, {"again": "work", "done": "finish"})
builder.add_edge("finish", END)

graph = builder.compile(name="slow_job")
