"""Send a task for each line of a text: all run in one superstep, and a reducer puts their results together."""

import operator
import time
from typing import Annotated, TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Send


class State(TypedDict, total=False):
    lines: list[str]
    lengths: Annotated[list[int], operator.add]
    total: int


def to_workers(state: State) -> list[Send]:
    return [Send("worker", line) for line in state["lines"]]


def worker(line: str) -> State:
    time.sleep(1 / len(line))  # the longest line is done first
    return {"lengths": [len(line)]}


def gather(state: State) -> State:
    return {"total": sum(state["lengths"])}


builder = StateGraph(State)
builder.add_node("worker", worker)
builder.add_node("gather", gather)
builder.add_conditional_edges(START, to_workers, ["worker"])
builder.add_edge("worker", "gather")
builder.add_edge("gather", END)
saver = InMemorySaver()
graph = builder.compile(checkpointer=saver)

thread = {"configurable": {"thread_id": "waves"}}
graph.invoke({"lines": ["tide", "a crab walks", "who counts the waves?"]}, thread)

history = list(graph.get_state_history(thread))[::-1]  # oldest first
for snapshot in history:
    print(snapshot.metadata["step"], snapshot.values, "next:", snapshot.next)

sending = next(snapshot for snapshot in history if "worker" in snapshot.next)
after = history[history.index(sending) + 1]
writes = [write for write in saver.get_tuple(sending.config).pending_writes if write[1] == "lengths"]

assert sending.next == ("worker", "worker", "worker")  # three tasks of one node
assert len({task for task, _channel, _value in writes}) == 3  # each wrote for itself, beside this checkpoint
assert after.metadata["step"] == sending.metadata["step"] + 1  # and one checkpoint came of all three
assert after.values["lengths"] == [4, 12, 21]  # in the order of the Sends, not in that of their ends
