"""One checkpoint for each superstep, linked by parents, and when they are written."""

import operator
from itertools import pairwise
from typing import Annotated, TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph

saver = InMemorySaver()
seen: dict[str, int] = {}  # by durability: how many checkpoints were there while c ran


class State(TypedDict, total=False):
    durability: str
    log: Annotated[list[str], operator.add]


def a(state: State) -> State:
    return {"log": ["a"]}


def b(state: State) -> State:
    return {"log": ["b"]}


def c(state: State) -> State:
    seen[state["durability"]] = len(list(saver.list(config(state["durability"]))))
    return {"log": ["c"]}


def config(thread_id: str) -> dict:
    return {"configurable": {"thread_id": thread_id}}


builder = StateGraph(State)
builder.add_node("a", a)
builder.add_node("b", b)
builder.add_node("c", c)
builder.add_edge(START, "a")
builder.add_edge(START, "b")  # a and b run side by side: one superstep
builder.add_edge(["a", "b"], "c")
builder.add_edge("c", END)
graph = builder.compile(checkpointer=saver)

for durability in ("sync", "async", "exit"):
    graph.invoke({"durability": durability}, config(durability), durability=durability)

history = list(graph.get_state_history(config("sync")))[::-1]  # oldest first
for snapshot in history:
    print(snapshot.metadata["step"], snapshot.values.get("log"), "next:", snapshot.next)
assert [snapshot.metadata["step"] for snapshot in history] == [-1, 0, 1, 2]  # three nodes, two supersteps
assert history[2].values["log"] == ["a", "b"]

assert history[0].parent_config is None
for parent, child in pairwise(history):
    assert child.parent_config == parent.config

print("Checkpoints while c ran:", seen)
assert (seen["sync"], seen["exit"]) == (3, 0)  # with "async" the last one may still be on its way
assert len(list(saver.list(config("exit")))) == 1  # the end, and nothing of the way there
