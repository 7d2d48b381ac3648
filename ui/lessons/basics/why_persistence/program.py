"""The same failure without a checkpointer and with one."""

from typing import TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph

network = {"up": False}
began: list[str] = []  # outside the state: which nodes began, in which order


class State(TypedDict, total=False):
    data: str
    sorted: str
    result: str


def stable(state: State) -> State:
    began.append("stable")
    return {"sorted": f"sorted {state['data']}"}


def unstable(state: State) -> State:
    began.append("unstable")
    if not network["up"]:
        raise RuntimeError("The connection broke.")
    return {"result": f"delivered {state['sorted']}"}


builder = StateGraph(State)
builder.add_node("stable", stable)
builder.add_node("unstable", unstable)
builder.add_edge(START, "stable")
builder.add_edge("stable", "unstable")
builder.add_edge("unstable", END)

forgetful = builder.compile()
try:
    forgetful.invoke({"data": "42 letters"})
except RuntimeError as error:
    print("Without a checkpointer:", error, "There is nothing left to look at.")

began.clear()
graph = builder.compile(checkpointer=InMemorySaver())
thread = {"configurable": {"thread_id": "letters"}}
try:
    graph.invoke({"data": "42 letters"}, thread)
except RuntimeError as error:
    print("With a checkpointer:", error)

saved = graph.get_state(thread)
print("Saved:", saved.values, "next:", saved.next, "error:", saved.tasks[0].error)
assert saved.values == {"data": "42 letters", "sorted": "sorted 42 letters"}
assert saved.next == ("unstable",)

network["up"] = True
result = graph.invoke(None, thread)  # no input: go on with what is due
print("After going on:", result["result"], began)
assert result["result"] == "delivered sorted 42 letters"
assert began == ["stable", "unstable", "unstable"]
