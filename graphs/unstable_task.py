"""Three steps in a row (stable, unstable, finalize), of which the one in the middle fails as chance and a seed decide.

With the input as it is, unstable fails three times and passes the fourth time: run it, look in the Debugger at what
the failed step left in the last checkpoint, and press Resume until it passes. Stable does not run again, and node_runs
proves it: a file outside the state in which every step counts how often it began (node_log names it, and the graph's
node_runs.py says where it is otherwise). Chance and seed decide which tries fail, and nothing else does: the fourth try
passes after a restart and in another process too.
"""

import operator
import random
from typing import Annotated

from langgraph.graph import END, START, StateGraph
from parts.node_runs import begin, log_file
from parts.settings import pause
from pydantic import Field

# get_input_jsonschema() of langgraph 1.2.22 refuses typing's own TypedDict before Python 3.12.
from typing_extensions import TypedDict

DEFAULT_CHANCE = 0.7
DEFAULT_SEED = 1
"""With the chance above, tries 1 to 3 fail and tries 4 and 5 pass."""


class UnstableInput(TypedDict, total=False):
    """What a person gives."""

    data: Annotated[
        str,
        Field(description="What to process.", examples=["42 letters", "四十二封信 ✉️"], default="42 letters"),
    ]
    chance: Annotated[
        float,
        Field(description="How likely a try of unstable fails, 0 to 1.", default=DEFAULT_CHANCE, ge=0, le=1),
    ]
    seed: Annotated[
        int,
        Field(description="Another seed, other tries fail. With 1 and 0.7 the first three do.", default=DEFAULT_SEED),
    ]
    node_log: Annotated[
        str, Field(description="A file for a line each time a step begins; empty for the usual one.", default="")
    ]


class UnstableState(UnstableInput, total=False):
    """What every checkpoint holds."""

    processed: Annotated[list[str], Field(description="What each step did."), operator.add]
    log: Annotated[list[str], Field(description="A line for each step that ended."), operator.add]
    attempts: Annotated[int, Field(description="How often unstable was tried on this thread.")]
    node_runs: Annotated[str, Field(description="The file that counts how often each step began.")]
    result: Annotated[str, Field(description="What came of it.")]


def fails(chance: float, seed: int, attempt: int) -> bool:
    """Whether a try fails, counted from 1. The same three numbers always give the same answer."""
    return random.Random(f"{seed}/{attempt}").random() < chance


def _begin(state: UnstableState, node: str) -> int:
    """Count this run in the file, announce it, and take a moment."""
    times = begin(node, state.get("node_log"))
    print(f"run {times} of {node} on this thread")
    pause()
    return times


def _data(state: UnstableState) -> str:
    return (state.get("data") or "").strip() or "nothing"


def stable(state: UnstableState) -> UnstableState:
    """Always works. What it did is saved before unstable begins, so a resume does not repeat it."""
    _begin(state, "stable")
    return {
        "processed": [f"sorted {_data(state)}"],
        "log": ["stable: done"],
        "node_runs": str(log_file(state.get("node_log"))),
    }


def unstable(state: UnstableState) -> UnstableState:
    """Fails as chance and seed decide for this try. A try that failed leaves its error in the checkpoint, no state."""
    attempt = _begin(state, "unstable")
    chance, seed = state.get("chance"), state.get("seed")
    if fails(DEFAULT_CHANCE if chance is None else chance, DEFAULT_SEED if seed is None else seed, attempt):
        # No number: who counts the tries of one run counts otherwise than the file, which counts those of the thread.
        raise RuntimeError("unstable failed, as chance and seed decide. Resume, and only this step runs again.")
    return {
        "processed": [f"delivered {_data(state)}"],
        "log": [f"unstable: passed in run {attempt}"],
        "attempts": attempt,
    }


def finalize(state: UnstableState) -> UnstableState:
    """Say what was done."""
    _begin(state, "finalize")
    return {"result": f"Done: {', '.join(state.get('processed') or [])}.", "log": ["finalize: done"]}


builder = StateGraph(UnstableState, input_schema=UnstableInput)
builder.add_node("stable", stable)
builder.add_node("unstable", unstable)
builder.add_node("finalize", finalize)
builder.add_edge(START, "stable")
builder.add_edge("stable", "unstable")
builder.add_edge("unstable", "finalize")
builder.add_edge("finalize", END)

graph = builder.compile(name="unstable_task")
