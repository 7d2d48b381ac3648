"""Many short steps, so that there is time to look, to reload and to stop."""

import time

from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict


class State(TypedDict, total=False):
    done: int


def work(state: State) -> State:
    time.sleep(0.5 if state.get("done", 0) < 4 else 1)  # where the machine is busy, a reload takes seconds
    print(f"step {state.get('done', 0) + 1} is done")
    return {"done": state.get("done", 0) + 1}


def more(state: State) -> str:
    return "work" if state["done"] < 20 else END


builder = StateGraph(State)
builder.add_node("work", work)
builder.add_edge(START, "work")
builder.add_conditional_edges("work", more, ["work", END])
graph = builder.compile()
