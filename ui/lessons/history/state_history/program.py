"""Read the newest state, the whole history, and one state of the past."""

from datetime import datetime
from typing import TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph


class State(TypedDict, total=False):
    topic: str
    outline: list[str]
    draft: str


def outline(state: State) -> State:
    return {"outline": [f"What {state['topic']} are", "Why they come twice a day"]}


def draft(state: State) -> State:
    return {"draft": ". ".join(state["outline"]) + "."}


builder = StateGraph(State)
builder.add_node("write_outline", outline)
builder.add_node("write_draft", draft)
builder.add_edge(START, "write_outline")
builder.add_edge("write_outline", "write_draft")
builder.add_edge("write_draft", END)
graph = builder.compile(checkpointer=InMemorySaver())

thread = {"configurable": {"thread_id": "text-1"}}
graph.invoke({"topic": "tides"}, thread)

now = graph.get_state(thread)
assert now.next == ()  # nothing is due
assert "draft" in now.values

history = list(graph.get_state_history(thread))
for snapshot in history:
    print(snapshot.created_at, list(snapshot.values), "next:", snapshot.next)
times = [datetime.fromisoformat(snapshot.created_at) for snapshot in history]
assert times == sorted(times, reverse=True)  # newest first
assert history[0].config == now.config

before = next(snapshot for snapshot in history if snapshot.next == ("write_draft",))
assert list(before.values) == ["topic", "outline"]  # no draft yet
assert graph.get_state(before.config).values == before.values  # its config leads back to it

assert len(list(graph.get_state_history(thread, limit=2))) == 2  # the newest two, and no others are read
