"""Invoke a finished thread and a failed thread once more: what starts over, and what goes on."""

import operator
from typing import Annotated, TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph


class State(TypedDict, total=False):
    ok: bool
    log: Annotated[list[str], operator.add]


def stable(state: State) -> State:
    return {"log": ["stable"]}


def unstable(state: State) -> State:
    if not state["ok"]:
        raise RuntimeError("unstable failed")
    return {"log": ["unstable"]}


builder = StateGraph(State)
builder.add_node("stable", stable)
builder.add_node("unstable", unstable)
builder.add_edge(START, "stable")
builder.add_edge("stable", "unstable")
builder.add_edge("unstable", END)
graph = builder.compile(checkpointer=InMemorySaver())

finished = {"configurable": {"thread_id": "finished"}}
graph.invoke({"ok": True, "log": ["input"]}, finished)
twice = graph.invoke({"ok": True, "log": ["input"]}, finished)
print("finished, invoked again:", twice["log"])

failed = {"configurable": {"thread_id": "failed"}}
for _ in range(2):
    try:
        graph.invoke({"ok": False, "log": ["input"]}, failed)
    except RuntimeError as error:
        print(error, "- in the store:", graph.get_state(failed).values["log"])

graph.update_state(failed, {"ok": True}, as_node="stable")  # mend the cause; unstable is still the next node
resumed = graph.invoke(None, failed)  # None: no new input, go on
print("failed, resumed:", resumed["log"])

assert twice["log"] == ["input", "stable", "unstable"] * 2  # nothing came from a cache, and the list doubled
assert resumed["log"] == ["input", "stable"] * 2 + ["unstable"]  # only None did not run stable again
