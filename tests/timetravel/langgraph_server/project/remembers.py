"""A subgraph with a memory of its own, which goes on in every run of the thread."""

import operator
from typing import Annotated, TypedDict

from langgraph.graph import START, StateGraph


class State(TypedDict):
    log: Annotated[list[str], operator.add]


def note(state: State) -> State:
    return {"log": ["noted"]}


inside = StateGraph(State)
inside.add_node(note)
inside.add_edge(START, "note")

builder = StateGraph(State)
builder.add_node("inside", inside.compile(checkpointer=True))
builder.add_edge(START, "inside")
graph = builder.compile()
