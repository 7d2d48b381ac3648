"""A graph whose only node is as hard to end as a node can be; the input says in which way."""

import asyncio
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import Any, TypedDict

from langgraph.graph import START, StateGraph
from langgraph.types import RetryPolicy

DAEMON = "import os, sys, time\nif os.fork(): os._exit(0)\nos.setsid()\nif os.fork(): os._exit(0)\n"
DAEMON += "open(sys.argv[1], 'a').write(f'{os.getpid()}\\n')\nos.closerange(0, 99)\ntime.sleep(600)\n"
DEAF = "trap '' INT TERM HUP QUIT; while :; do sleep 1; done"


HOPS = "import os, time\nos.setsid()\nwhile True:\n  if os.fork(): os._exit(0)\n  time.sleep(0.001)\n"


class Again(Exception):
    """Has the node tried again."""


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


def has_pools(file: str) -> None:
    """Processes of every kind that Python makes, and memory that is shared with them."""
    for method in ("fork", "spawn", "forkserver"):
        context = multiprocessing.get_context(method)
        executor = ProcessPoolExecutor(2, mp_context=context)
        for _ in range(4):
            executor.submit(time.sleep, 600)
        for one in context.Pool(2).map(_pid, range(2)):
            _note(file, one)
    SharedMemory(create=True, size=100_000)
    multiprocessing.Manager()


def _pid(_: int) -> int:
    return os.getpid()


def has_coroutines(file: str) -> None:
    """An event loop whose tasks can't be cancelled, and children of its own."""

    async def goes_on() -> None:
        while True:
            try:
                await asyncio.sleep(600)
            except asyncio.CancelledError:
                continue

    async def main() -> None:
        child = await asyncio.create_subprocess_exec("sleep", "600", start_new_session=True)
        _note(file, child.pid)
        _note(file, "ready")
        await asyncio.gather(*(goes_on() for _ in range(100)))

    asyncio.run(main())


def has_a_traced_child(file: str) -> None:
    """One that is stopped by whoever traces it, which is a process in another session."""
    code = "import ctypes, os, time\nos.setsid()\nchild = os.fork()\n"
    code += "if not child: ctypes.CDLL(None).ptrace(0, 0, 0, 0); os.kill(os.getpid(), 19); time.sleep(600)\n"
    code += f"os.waitpid(child, 2); open({file!r}, 'a').write(f'{{child}}\\n{{os.getpid()}}\\n'); time.sleep(600)\n"
    subprocess.Popen([sys.executable, "-I", "-S", "-c", code], env={})


def hops() -> None:
    """Processes each of which lives for a millisecond and leaves another, with an environment that tells of us."""
    for _ in range(3):
        subprocess.Popen([sys.executable, "-I", "-S", "-c", HOPS])


def tries_again() -> None:
    raise Again


BEFORE = {
    "daemons": [starts_daemons],
    "ignores": [has_deaf_children],
    "everything": [starts_daemons, has_deaf_children],
    "pools": [has_pools],
    "coroutines": [has_coroutines],
    "traced": [has_a_traced_child],
}
THEN = {
    "hops": hops,
    "tries again": tries_again,
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


RETRY = RetryPolicy(initial_interval=0.01, backoff_factor=1.0, max_attempts=10**6, retry_on=Again)
graph = StateGraph(State).add_node(hard_to_end, retry_policy=RETRY).add_edge(START, "hard_to_end").compile()
counts = StateGraph(State).add_node(quick).add_edge(START, "quick").compile()
