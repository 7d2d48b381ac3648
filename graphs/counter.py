"""A loop that counts up to a target: the smallest graph with a history worth walking through.

The node increment runs again and again, and a conditional edge decides each time whether to go round once more. In the
debugger, step through the history: each round adds one checkpoint, and only count changes. Then pick a checkpoint
in the middle, change count or target there, and fork: the branch goes on from your number, and the first one stays as
it was. Run the same thread again with a higher target, and it counts on from where it had stopped.
"""

from typing import Annotated, Literal

from langgraph.graph import END, START, StateGraph
from parts.settings import pause
from pydantic import Field

# get_input_jsonschema() of langgraph 1.2.22 refuses typing's own TypedDict before Python 3.12.
from typing_extensions import TypedDict

DEFAULT_TARGET = 5


class CounterInput(TypedDict, total=False):
    """What a person gives."""

    target: Annotated[
        int, Field(description="Where to stop counting.", examples=[5, 12], default=DEFAULT_TARGET, ge=0, le=1000)
    ]


class CounterState(CounterInput, total=False):
    """What every checkpoint holds. No channel has a reducer: a new value replaces the old one."""

    count: Annotated[int, Field(description="How far we are.")]


def _target(state: CounterState) -> int:
    target = state.get("target")
    return DEFAULT_TARGET if target is None else target


def increment(state: CounterState) -> CounterState:
    """Add one to count, unless the target is reached already."""
    pause()
    count = state.get("count") or 0
    if count >= _target(state):
        print(f"{count} is there already")
        return {"count": count}
    print(f"{count} + 1 = {count + 1}")
    return {"count": count + 1}


def again_or_done(state: CounterState) -> Literal["again", "done"]:
    """Which way the conditional edge leads."""
    return "again" if (state.get("count") or 0) < _target(state) else "done"


builder = StateGraph(CounterState, input_schema=CounterInput)
builder.add_node("increment", increment)
builder.add_edge(START, "increment")
builder.add_conditional_edges("increment", again_or_done, {"again": "increment", "done": END})

graph = builder.compile(name="counter")
