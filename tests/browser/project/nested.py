"""A subgraph inside a graph."""

from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict


class State(TypedDict, total=False):
    topic: str
    facts: str
    text: str


def search(state: State) -> State:
    return {"facts": f"facts on {state['topic']}"}


def check(state: State) -> State:
    return {"facts": state["facts"] + ", checked"}


inner = StateGraph(State)
inner.add_node("search", search)
inner.add_node("check", check)
inner.add_edge(START, "search")
inner.add_edge("search", "check")
inner.add_edge("check", END)


def write(state: State) -> State:
    return {"text": f"A text with {state['facts']}"}


builder = StateGraph(State)
builder.add_node("team", inner.compile(checkpointer=True))
builder.add_node("write", write)
builder.add_edge(START, "team")
builder.add_edge("team", "write")
builder.add_edge("write", END)
graph = builder.compile()
