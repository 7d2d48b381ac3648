"""A node that asks a person before the last one goes on."""

from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt
from typing_extensions import TypedDict


class State(TypedDict, total=False):
    draft: str
    verdict: str


def write(state: State) -> State:
    return {"draft": "Roses are blue."}


def review(state: State) -> State:
    return {"verdict": interrupt(f"Is this fit to print: {state['draft']}")}


builder = StateGraph(State)
builder.add_node("write", write)
builder.add_node("review", review)
builder.add_edge(START, "write")
builder.add_edge("write", "review")
builder.add_edge("review", END)
graph = builder.compile()
