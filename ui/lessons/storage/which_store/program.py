"""The same graph with two savers, and what another process finds. With DATABASE_URL, PostgreSQL is the second."""

import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph

THREAD = {"configurable": {"thread_id": "counting"}}


class State(TypedDict):
    count: int


@contextmanager
def lasting_saver():
    if url := os.environ.get("DATABASE_URL"):
        from langgraph.checkpoint.postgres import PostgresSaver

        with PostgresSaver.from_conn_string(url) as saver:
            saver.setup()  # makes the tables, once
            yield saver
    else:
        with SqliteSaver.from_conn_string("counting.sqlite") as saver:
            yield saver


builder = StateGraph(State)
builder.add_node("increment", lambda state: {"count": state["count"] + 1})
builder.add_edge(START, "increment")
builder.add_edge("increment", END)
again = "again" in sys.argv  # the second process

with lasting_saver() as lasting:
    for name, saver in [("memory", InMemorySaver()), ("lasting", lasting)]:
        graph = builder.compile(checkpointer=saver)
        if not again:
            graph.invoke({"count": 0}, THREAD)
        found = graph.get_state(THREAD).values
        print("second process" if again else "first process ", name, found, flush=True)
        assert found == ({} if again and name == "memory" else {"count": 1})

if not again:
    subprocess.run([sys.executable, __file__, "again"], check=True)
