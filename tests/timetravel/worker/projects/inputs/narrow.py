"""A graph that takes less as input than it has as state."""

from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict


class Given(TypedDict, total=False):
    target: int
    label: str


class State(Given, total=False):
    count: int


def increment(state: State) -> State:
    return {"count": state.get("count", 0) + 1}


def again(state: State) -> str:
    return "increment" if state["count"] < state["target"] else END


builder = StateGraph(State, input_schema=Given)
builder.add_node("increment", increment)
builder.add_edge(START, "increment")
builder.add_conditional_edges("increment", again, ["increment", END])
graph = builder.compile()
