"""A graph as a node of another graph: whose checkpoints are where, and how a question inside is answered."""

from typing import TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt


class Inner(TypedDict, total=False):
    topic: str
    angles: list[str]  # only the subgraph has this channel
    angle: str


class Outer(TypedDict, total=False):
    topic: str
    angle: str


def list_angles(state: Inner) -> Inner:
    return {"angles": ["who does it", "how it fails"]}


def choose(state: Inner) -> Inner:
    return {"angle": state["angles"][interrupt("Which angle?")]}


inner = StateGraph(Inner).add_sequence([list_angles, choose]).add_edge(START, "list_angles").compile()
builder = StateGraph(Outer).add_node("researcher", inner)
builder.add_edge(START, "researcher").add_edge("researcher", END)
saver = InMemorySaver()
graph = builder.compile(checkpointer=saver)  # the subgraph gets the saver from the graph above

thread = {"configurable": {"thread_id": "team"}}
graph.invoke({"topic": "bees"}, thread)
waiting = graph.get_state(thread, subgraphs=True)
result = graph.invoke(Command(resume=1), thread)

namespaces = [found.config["configurable"]["checkpoint_ns"] for found in saver.list(thread)]
for namespace in sorted(set(namespaces)):
    print(namespaces.count(namespace), "checkpoints in", repr(namespace))

inside = waiting.tasks[0].state  # the subgraph's own state, while it waits
name = inside.config["configurable"]["checkpoint_ns"]
assert name == f"researcher:{waiting.tasks[0].id}"  # the node and its task
assert inside.values["angles"] == ["who does it", "how it fails"]
assert result == {"topic": "bees", "angle": "how it fails"}  # angles stayed inside

own = {"configurable": {"thread_id": "team", "checkpoint_ns": "mine"}}
graph.invoke({"topic": "bread"}, own)  # a name of your own for the root graph is dropped
assert "mine" not in [found.config["configurable"]["checkpoint_ns"] for found in saver.list(thread)]
