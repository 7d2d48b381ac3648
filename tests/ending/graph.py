"""A graph whose only node is as hard to end as a node can be; the input says in which way."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, TypedDict

from langgraph.graph import START, StateGraph

DAEMON = "import os, sys, time\nif os.fork(): os._exit(0)\nos.setsid()\nif os.fork(): os._exit(0)\n"
DAEMON += "open(sys.argv[1], 'a').write(f'{os.getpid()}\\n')\nos.closerange(0, 99)\ntime.sleep(600)\n"
DEAF = "trap '' INT TERM HUP QUIT; while :; do sleep 1; done"


class State(TypedDict, total=False):
    how: str
    pids: str
    rows: int


def starts_daemons(file: str) -> None:
    """What was forked twice into a session of its own, and a child in another session, with nothing of ours."""
    for _ in range(2):
        subprocess.run([sys.executable, "-I", "-S", "-c", DAEMON, file], env={}, check=True)
    _note(file, subprocess.Popen(["sleep", "600"], env={}, start_new_session=True).pid)


def has_deaf_children(file: str) -> None:
    """A child that ignores what it can, as this process does from now on, as far as it may."""
    _note(file, subprocess.Popen(["sh", "-c", DEAF], env={}).pid)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if threading.current_thread() is threading.main_thread():
            signal.signal(number, signal.SIG_IGN)


BEFORE = {
    "daemons": [starts_daemons],
    "ignores": [has_deaf_children],
    "everything": [starts_daemons, has_deaf_children],
}


def holds() -> None:
    """One call of C that holds the GIL for years."""
    re.match(r"(a+)+$", "a" * 60 + "b")


def prints() -> None:
    while True:
        print("x" * 1000)


def stops(pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)


def has_threads() -> None:
    for _ in range(20):
        threading.Thread(target=time.sleep, args=(600,)).start()


THEN = {
    "holds": holds,
    "everything": holds,
    "prints": prints,
    "threads": has_threads,
    "stopped": lambda: stops(os.getpid()),
    "stops its parent": lambda: stops(os.getppid()),
}


def hard_to_end(state: State) -> State:
    """Write the ids of all processes that are there because of it to a file, then don't end."""
    how, file = state["how"], state["pids"]
    for prepare in BEFORE.get(how, ()):
        prepare(file)
    _note(file, os.getpid())
    _note(file, "ready")
    THEN.get(how, lambda: None)()
    while True:
        time.sleep(0.05)


def quick(state: State) -> State:
    return {"rows": state.get("rows", 0) + 1}


def _note(file: str, what: Any) -> None:
    with Path(file).open("a") as stream:
        stream.write(f"{what}\n")


graph = StateGraph(State).add_node(hard_to_end).add_edge(START, "hard_to_end").compile()
counts = StateGraph(State).add_node(quick).add_edge(START, "quick").compile()
