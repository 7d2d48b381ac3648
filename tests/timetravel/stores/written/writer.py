"""A process that writes to a store, to be watched, left alone or killed: `python writer.py PATH STEPS SECONDS`."""

import sqlite3
import sys
import time
from typing import TypedDict

from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph


class State(TypedDict, total=False):
    n: int
    text: str


def main(path: str, steps: int, seconds: float) -> None:
    made = StateGraph(State)
    made.add_node("step", lambda s: {"n": s["n"] + 1, "text": "x" * 2000})
    made.add_edge(START, "step")
    made.add_conditional_edges("step", lambda s: "step" if s["n"] < steps else END)
    saver = SqliteSaver(sqlite3.connect(path, check_same_thread=False))
    graph = made.compile(checkpointer=saver)
    graph.invoke({"n": 0}, {"configurable": {"thread_id": "t"}, "recursion_limit": steps + 9})
    print("written", flush=True)
    time.sleep(seconds)
    saver.conn.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
