"""Run a graph under a thread id, and list what it saved."""

from typing import TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph


class State(TypedDict):
    count: int


def increment(state: State) -> State:
    return {"count": state["count"] + 1}


builder = StateGraph(State)
builder.add_node("increment", increment)
builder.add_edge(START, "increment")
builder.add_edge("increment", END)
graph = builder.compile(checkpointer=InMemorySaver())

thread = {"configurable": {"thread_id": "my first thread"}}
print(graph.invoke({"count": 0}, thread))

history = list(graph.get_state_history(thread))  # newest first
for snapshot in history:
    print(snapshot.metadata["step"], snapshot.values, "next:", snapshot.next)

assert len(history) == 3
assert history[0].next == ()  # nothing is due: the thread ran to its end
assert history[-1].metadata["source"] == "input"
