"""Two threads of one graph in one store, and two runs at the same time on one thread."""

import threading
from typing import TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph

side_by_side = threading.Barrier(2)


class State(TypedDict, total=False):
    add: int
    count: int
    together: bool


def add(state: State) -> State:
    if state.get("together"):
        side_by_side.wait(timeout=10)  # both runs are in this node before either goes on
    return {"count": state.get("count", 0) + state["add"]}


builder = StateGraph(State)
builder.add_node("add", add)
builder.add_edge(START, "add")
builder.add_edge("add", END)
graph = builder.compile(checkpointer=InMemorySaver())


def config(thread_id: str) -> dict:
    return {"configurable": {"thread_id": thread_id}}


graph.invoke({"add": 2}, config("a"))
graph.invoke({"add": 3}, config("b"))
graph.invoke({"add": 2}, config("a"))  # another run on the same thread: it goes on from 2
a, b = graph.get_state(config("a")).values, graph.get_state(config("b")).values
print("a:", a, " b:", b)
assert (a["count"], b["count"]) == (4, 3)

runs = [threading.Thread(target=graph.invoke, args=({"add": n, "together": True}, config("b"))) for n in (10, 100)]
for run in runs:
    run.start()
for run in runs:
    run.join()
count = graph.get_state(config("b")).values["count"]
print("b after two runs at once:", count, "and not", 3 + 10 + 100)
assert count in (13, 103)  # one of the two is lost to the thread: nothing locked it
