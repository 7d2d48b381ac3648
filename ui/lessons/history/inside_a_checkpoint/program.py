"""Take a checkpoint apart: metadata, channels, versions, and the writes beside it."""

from typing import TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph


class State(TypedDict, total=False):
    data: str
    sorted: str


def stable(state: State) -> State:
    return {"sorted": f"sorted {state['data']}"}


def unstable(state: State) -> State:
    raise RuntimeError("The connection broke.")


builder = StateGraph(State)
builder.add_node("stable", stable)
builder.add_node("unstable", unstable)
builder.add_edge(START, "stable")
builder.add_edge("stable", "unstable")
builder.add_edge("unstable", END)
saver = InMemorySaver()
graph = builder.compile(checkpointer=saver)

thread = {"configurable": {"thread_id": "letters"}}
try:
    graph.invoke({"data": "42 letters"}, thread)
except RuntimeError as error:
    print("It failed:", error)

saved = saver.get_tuple(thread)  # saver.get(thread) would give saved.checkpoint alone
checkpoint = saved.checkpoint
print("metadata:", saved.metadata)
print("values:", checkpoint["channel_values"])
print("versions:", checkpoint["channel_versions"])
print("seen:", checkpoint["versions_seen"])
print("beside it:", saved.pending_writes)

assert saved.metadata == {"source": "loop", "step": 1, "parents": {}}  # no node, no writes, no thread id

version = checkpoint["channel_versions"]["branch:to:unstable"]
assert version != checkpoint["versions_seen"].get("unstable", {}).get("branch:to:unstable")
assert graph.get_state(thread).next == ("unstable",)  # due: it has not seen that version

assert [channel for _, channel, _ in saved.pending_writes] == ["__error__"]
assert checkpoint["channel_values"]["sorted"] == "sorted 42 letters"  # as stable left it

parent = saver.get_tuple(saved.parent_config)
print("beside its parent:", parent.pending_writes)
assert "sorted" in [channel for _, channel, _ in parent.pending_writes]  # what stable wrote
assert "sorted" not in parent.checkpoint["channel_values"]
