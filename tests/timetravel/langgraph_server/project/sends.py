"""One node that hands out work with Send, and one that gathers it."""

import operator
from typing import Annotated, Any, TypedDict

from langgraph.graph import START, StateGraph
from langgraph.types import Send


class State(TypedDict):
    items: list[int]
    done: Annotated[list[int], operator.add]


def split(state: State) -> dict[str, Any]:
    return {"items": state["items"]}


def work(item: int) -> dict[str, Any]:
    return {"done": [item * 10]}


def gather(state: State) -> dict[str, Any]:
    return {"items": []}


builder = StateGraph(State)
builder.add_node(split)
builder.add_node(work)
builder.add_node(gather)
builder.add_edge(START, "split")
builder.add_conditional_edges("split", lambda state: [Send("work", item) for item in state["items"]], ["work"])
builder.add_edge("work", "gather")
graph = builder.compile()
