"""Resume a failed run until it passes, with a growing pause, at most so many times."""

import time
from typing import Any, TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph

began: list[str] = []  # outside the state: which node began, in its order


class State(TypedDict, total=False):
    data: str
    result: str


def stable(state: State) -> State:
    began.append("stable")
    return {"data": state["data"].upper()}


def unstable(state: State) -> State:
    began.append("unstable")
    if began.count("unstable") < 4:
        raise RuntimeError(f"try {began.count('unstable')} failed")
    return {"result": f"delivered {state['data']}"}


builder = StateGraph(State)
builder.add_node("stable", stable)
builder.add_node("unstable", unstable)
builder.add_edge(START, "stable")
builder.add_edge("stable", "unstable")
builder.add_edge("unstable", END)
graph = builder.compile(checkpointer=InMemorySaver())


def invoke_with_retries(state: State, thread: Any, tries: int, pause: float) -> Any:
    given: State | None = state
    for number in range(1, tries + 1):
        try:
            return graph.invoke(given, thread)
        except Exception as error:
            print(f"try {number}: {error}")
            if number == tries:
                break
        given = None  # from now on resume: the input would start over
        time.sleep(pause)
        pause *= 2
    raise RuntimeError(f"gave up after {tries} tries")


result = invoke_with_retries({"data": "42 letters"}, {"configurable": {"thread_id": "letters"}}, tries=5, pause=0.1)
print(result)
assert result["result"] == "delivered 42 LETTERS"
assert began == ["stable", "unstable", "unstable", "unstable", "unstable"]
