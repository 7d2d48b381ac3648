"""A thread waits in a file, and another process goes on with it. Run it: it starts itself as the second process."""

import os
import subprocess
import sys
from typing import TypedDict

from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt

THREAD = {"configurable": {"thread_id": "message to Ada"}}


class State(TypedDict, total=False):
    draft: str
    status: str


def write(state: State) -> State:
    return {"draft": f"written by process {os.getpid()}"}


def review(state: State) -> State:
    answer = interrupt("Shall this be sent?")
    return {"status": "sent" if answer == "accept" else "dropped"}


builder = StateGraph(State)
builder.add_node("write", write)
builder.add_node("review", review)
builder.add_edge(START, "write")
builder.add_edge("write", "review")
builder.add_edge("review", END)

with SqliteSaver.from_conn_string("messages.sqlite") as saver:
    graph = builder.compile(checkpointer=saver)
    if "go on" in sys.argv:
        waiting = graph.get_state(THREAD)
        print(f"process {os.getpid()} found: {waiting.values}, next: {waiting.next}")
        assert waiting.next == ("review",)
        result = graph.invoke(Command(resume="accept"), THREAD)
        print(result)
        assert result["status"] == "sent"
    else:
        graph.invoke({"draft": ""}, THREAD)
        print(f"process {os.getpid()} asked, and ends", flush=True)

if "go on" not in sys.argv:
    subprocess.run([sys.executable, __file__, "go on"], check=True)
