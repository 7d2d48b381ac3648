"""Go back to a saved checkpoint, run on from it again, and run on from it with another value."""

import operator
from typing import Annotated, TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph


class State(TypedDict, total=False):
    data: str
    done: Annotated[list[str], operator.add]


began: list[str] = []  # outside the state: what really ran


def sort(state: State) -> State:
    began.append("sort")
    return {"done": [f"sorted {state['data']}"]}


def deliver(state: State) -> State:
    began.append("deliver")
    return {"done": [f"delivered {state['data']}"]}


builder = StateGraph(State)
builder.add_node("sort", sort)
builder.add_node("deliver", deliver)
builder.add_edge(START, "sort")
builder.add_edge("sort", "deliver")
builder.add_edge("deliver", END)
graph = builder.compile(checkpointer=InMemorySaver())

thread = {"configurable": {"thread_id": "travel"}}
graph.invoke({"data": "42 letters"}, thread)
history = list(graph.get_state_history(thread))  # newest first
end = history[0]
chosen = next(snapshot for snapshot in history if snapshot.next == ("deliver",))

again = graph.invoke(None, chosen.config)  # chosen.config names the thread and the checkpoint
changed = graph.update_state(chosen.config, {"data": "7 parcels"}, as_node="sort")
other = graph.invoke(None, changed)

for snapshot in graph.get_state_history(thread):
    print(snapshot.metadata["step"], snapshot.metadata["source"], snapshot.values, "next:", snapshot.next)

assert began == ["sort", "deliver", "deliver", "deliver"]  # sort did not run again
assert again["done"] == ["sorted 42 letters", "delivered 42 letters"]
assert other["done"] == ["sorted 42 letters", "delivered 7 parcels"]
assert graph.get_state(end.config).values == end.values  # the first branch stays as it was
assert list(graph.get_state_history(thread))[2] != history[2]  # an index means another checkpoint after each run
