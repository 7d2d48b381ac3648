"""Three nodes in a row, with a channel of each kind: replaced, added to, and a conversation."""

import operator
from typing import Annotated, Any

from langchain_core.messages import AIMessage
from langgraph.graph import END, START, MessagesState, StateGraph


class State(MessagesState):
    topic: str
    log: Annotated[list[str], operator.add]
    kept: list[Any]
    count: int


def plan(state: State) -> dict[str, Any]:
    return {"topic": state["topic"] + "!", "log": ["plan"]}


def write(state: State) -> dict[str, Any]:
    return {"log": ["write"], "messages": [AIMessage(f"about {state['topic']}", id="said")], "count": 1}


def check(state: State) -> dict[str, Any]:
    return {"log": ["check"]}


def onward(state: State) -> str:
    return "check" if state["topic"] else END


def _in_a_row() -> StateGraph:
    builder = StateGraph(State)
    builder.add_node(plan)
    builder.add_node(write)
    builder.add_node(check)
    builder.add_edge(START, "plan")
    builder.add_edge("plan", "write")
    builder.add_conditional_edges("write", onward, ["check", END])
    return builder


def _at_once(joined: bool) -> StateGraph:
    builder = StateGraph(State)
    builder.add_node(plan)
    builder.add_node("other", lambda state: {"log": ["other"]})
    builder.add_node(check)
    builder.add_edge(START, "plan")
    builder.add_edge(START, "other")
    if joined:
        builder.add_edge(["plan", "other"], "check")
    else:
        builder.add_edge("plan", "check")
        builder.add_edge("other", "check")
    return builder


graph = _in_a_row().compile()
parallel = _at_once(joined=False).compile()
joined = _at_once(joined=True).compile()
