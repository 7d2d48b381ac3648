"""Run a graph under a thread id, and list what it saved."""

from typing import TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph


class State(TypedDict, total=False):
    target: int
    count: int


def increment(state: State) -> State:
    return {"count": state.get("count", 0) + 1}


def again_or_done(state: State) -> str:
    return "increment" if state["count"] < state["target"] else END


builder = StateGraph(State)
builder.add_node("increment", increment)
builder.add_edge(START, "increment")
builder.add_conditional_edges("increment", again_or_done, ["increment", END])
graph = builder.compile(checkpointer=InMemorySaver())

thread = {"configurable": {"thread_id": "my first thread"}}
print(graph.invoke({"target": 3}, thread))

history = list(graph.get_state_history(thread))  # newest first
for snapshot in history:
    print(snapshot.metadata["step"], snapshot.metadata["source"], snapshot.values, "next:", snapshot.next)

assert len(history) == 5  # the input, the input taken in, and one for each round
assert history[0].next == ()  # nothing is due: the thread ran to its end
assert history[-1].metadata["source"] == "input"
assert history[-1].values == {}  # saved before the input was put into the state

try:
    graph.invoke({"target": 3})  # a checkpointer, but no thread id
except ValueError as error:
    print("Without a thread id:", error)
else:
    raise AssertionError("It needs a thread id.")
