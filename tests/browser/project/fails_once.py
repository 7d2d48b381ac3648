"""A node that fails as long as a file called "mended" is not there."""

import os
from operator import add
from pathlib import Path
from typing import Annotated

from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict


class State(TypedDict, total=False):
    log: Annotated[list[str], add]


def prepare(state: State) -> State:
    return {"log": ["prepared"]}


def work(state: State) -> State:
    if not Path(os.environ["TIMETRAVEL_TEST_FOLDER"], "mended").exists():
        raise ConnectionError("the far end hung up")
    return {"log": ["worked"]}


builder = StateGraph(State)
builder.add_node("prepare", prepare)
builder.add_node("work", work)
builder.add_edge(START, "prepare")
builder.add_edge("prepare", "work")
builder.add_edge("work", END)
graph = builder.compile()
