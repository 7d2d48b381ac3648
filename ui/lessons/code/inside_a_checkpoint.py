"""Take a checkpoint apart: metadata, channels, versions, and the writes beside it."""

from typing import TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt


class State(TypedDict, total=False):
    text: str
    decision: str


def draft(state: State) -> State:
    return {"text": "Dear Ada, thank you!"}


def review(state: State) -> State:
    return {"decision": interrupt("Shall this be sent?")}


builder = StateGraph(State)
builder.add_node("draft", draft)
builder.add_node("review", review)
builder.add_edge(START, "draft")
builder.add_edge("draft", "review")
builder.add_edge("review", END)
saver = InMemorySaver()
graph = builder.compile(checkpointer=saver)

thread = {"configurable": {"thread_id": "letter"}}
graph.invoke({}, thread)

saved = saver.get_tuple(thread)  # saver.get(thread) would give saved.checkpoint alone
checkpoint = saved.checkpoint
print("metadata:", saved.metadata)
print("values:", checkpoint["channel_values"])
print("versions:", checkpoint["channel_versions"])
print("seen:", checkpoint["versions_seen"])
print("beside it:", saved.pending_writes)

assert saved.metadata["source"] == "loop"  # not the node's name
assert set(saved.metadata) == {"source", "step", "parents"}
assert "pending_sends" not in checkpoint

version = checkpoint["channel_versions"]["branch:to:review"]
assert version != checkpoint["versions_seen"].get("review", {}).get("branch:to:review")
assert graph.get_state(thread).next == ("review",)  # due: it has not seen that version

assert [channel for _, channel, _ in saved.pending_writes] == ["__interrupt__"]
assert "__interrupt__" not in checkpoint["channel_values"]
assert "decision" not in checkpoint["channel_values"]
