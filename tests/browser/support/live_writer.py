"""A process that writes to a store when it is told to: `python live_writer.py PATH`, one JSON list a line on stdin.

Each command is a name and its arguments; when it is done, a line on stdout says how many checkpoints its thread has.
"""

import json
import sqlite3
import sys
import time
from typing import Any

from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt
from typing_extensions import TypedDict


class State(TypedDict, total=False):
    n: int
    goal: int
    pause: float
    answer: str


def work(state: State) -> State:
    time.sleep(state.get("pause", 0))
    return {"n": state["n"] + 1}


def ask(state: State) -> State:
    return {"answer": interrupt("Which *way* shall it go?")}


def counting() -> StateGraph[Any]:
    made = StateGraph(State)
    made.add_node("work", work)
    made.add_edge(START, "work")
    made.add_conditional_edges("work", lambda state: "work" if state["n"] < state["goal"] else END)
    return made


def one_node(name: str, node: Any) -> StateGraph[Any]:
    made = StateGraph(State)
    made.add_node(name, node)
    made.add_edge(START, name)
    return made


class Writer:
    def __init__(self, path: str) -> None:
        self.saver = SqliteSaver(sqlite3.connect(path, check_same_thread=False))
        self.counting = counting().compile(checkpointer=self.saver)
        self.asking = one_node("ask", ask).compile(checkpointer=self.saver)
        self.nested = one_node("team", counting().compile(checkpointer=True)).compile(checkpointer=self.saver)

    def count(self, thread: str, steps: int, pause: float = 0.0) -> None:
        """Write the checkpoint of an input, then one for each of `steps`, `pause` seconds apart; ids grow on."""
        config = {"configurable": {"thread_id": thread}, "recursion_limit": steps + 9}
        self.counting.invoke({"n": 0, "goal": steps - 1, "pause": pause}, config)

    def ask(self, thread: str) -> None:
        self.asking.invoke({"n": 0}, {"configurable": {"thread_id": thread}})

    def answer(self, thread: str, text: str) -> None:
        self.asking.invoke(Command(resume=text), {"configurable": {"thread_id": thread}})

    def nest(self, thread: str) -> None:
        self.nested.invoke({"n": 0, "goal": 2}, {"configurable": {"thread_id": thread}})


def main(path: str) -> None:
    writer = Writer(path)
    print("ready", flush=True)
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        getattr(writer, name)(*arguments)
        print("done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
