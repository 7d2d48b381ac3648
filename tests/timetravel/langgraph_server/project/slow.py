"""A node that waits, awhile and over and over, until it is stopped: `rounds` times a twentieth of a second."""

import asyncio
import operator
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph


class State(TypedDict):
    rounds: int
    log: Annotated[list[str], operator.add]


async def wait(state: State) -> dict[str, object]:
    await asyncio.sleep(0.05)
    return {"rounds": state["rounds"] - 1, "log": ["waited"]}


builder = StateGraph(State)
builder.add_node(wait)
builder.add_edge(START, "wait")
builder.add_conditional_edges("wait", lambda state: "wait" if state["rounds"] > 0 else END, ["wait", END])
graph = builder.compile()
