"""A process is killed in the middle of a run; another one goes on. Run it: it starts itself as the first process."""

import operator
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Annotated, TypedDict

from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph

BEGAN = Path("began.txt")
THREAD = {"configurable": {"thread_id": "night shift"}}


class State(TypedDict):
    done: Annotated[list[str], operator.add]


def part(name: str):
    def node(state: State) -> State:
        with BEGAN.open("a") as file:  # outside the state
            file.write(name + "\n")
        if name == "second" and "crash" in sys.argv:
            os.kill(os.getpid(), signal.SIGKILL)  # no exception, no clean-up: the process is gone
        return {"done": [name]}

    return node


builder = StateGraph(State)
for before, name in [(START, "first"), ("first", "second"), ("second", "third")]:
    builder.add_node(name, part(name))
    builder.add_edge(before, name)
builder.add_edge("third", END)

with SqliteSaver.from_conn_string("crash.sqlite") as saver:
    graph = builder.compile(checkpointer=saver)
    if "crash" in sys.argv:
        # "sync": saved before the next node begins; by default it is saved while that runs
        graph.invoke({"done": []}, THREAD, durability="sync")  # never returns

    killed = subprocess.run([sys.executable, __file__, "crash"])
    assert killed.returncode == -signal.SIGKILL
    left = graph.get_state(THREAD)
    print("survived:", left.values["done"], "- next:", left.next)
    assert left.values["done"] == ["first"]
    assert left.next == ("second",)

    result = graph.invoke(None, THREAD)  # no input: go on
    print("resumed: ", result["done"])
    assert result["done"] == ["first", "second", "third"]

began = BEGAN.read_text().split()
print("began:   ", began)
assert began == ["first", "second", "second", "third"]  # only the node that was cut short began twice
