"""How much sooner we show a long thread than LangGraph lists it: `python -m scripts.bench` (what `make bench` calls).

On one thread of 100,000 checkpoints of 4 KB each, side by side in one run, each in a process of its own: LangGraph's
`list(graph.get_state_history(config))`, our first page of the history, and our tree's shape (forks, heads, latest).
Times are the best of a few tries (LangGraph's: one) and leave out imports and opening. Memory is the peak of the whole
process (ru_maxrss), with what it was before the reading beside it. Exits 1 when one of ours is not at least 50 times
sooner.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from scripts import make_big_store

WANTED = 50
PAGE = 200
TRIES = 3


def page(path: Path) -> Callable[[], int]:
    """Our first page: the ids of the thread, and the headers of the newest of them."""
    from ui.timetravel.stores import open_store

    store = open_store(str(path))

    def read() -> int:
        newest = store.skeleton(make_big_store.LONG).ids[: -PAGE - 1 : -1]
        return len(store.headers(make_big_store.LONG, "", newest))

    return read


def shape(path: Path) -> Callable[[], int]:
    """Our tree's shape."""
    from ui.timetravel.history.tree.tree import build
    from ui.timetravel.stores import open_store

    store = open_store(str(path))

    def read() -> int:
        tree = build(store.skeleton(make_big_store.LONG))
        assert tree.latest
        return len(tree.forks) + len(tree.heads)

    return read


def langgraph(path: Path) -> Callable[[], int]:
    """LangGraph's whole history."""
    import sqlite3

    from langgraph.checkpoint.sqlite import SqliteSaver

    graph = make_big_store.graph(SqliteSaver(sqlite3.connect(path)))
    config = {"configurable": {"thread_id": make_big_store.LONG}}
    return lambda: len(list(graph.get_state_history(config)))


WAYS = {"langgraph": langgraph, "page": page, "shape": shape}
NAMES = {
    "langgraph": "LangGraph: list(graph.get_state_history(config))",
    "page": f"first page of the history ({PAGE} rows)",
    "shape": "the tree's shape: forks, heads, latest",
}


def measured(way: str, path: Path) -> dict[str, float]:
    """The seconds and the MB that one way takes, in a process of its own."""
    command = [sys.executable, "-m", "scripts.bench", "--way", way, "--store", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def _measure(way: str, path: Path) -> dict[str, float]:
    read = WAYS[way](path)
    before = _peak()
    seconds = []
    for _ in range(1 if way == "langgraph" else TRIES):
        start = time.perf_counter()
        read()
        seconds.append(time.perf_counter() - start)
    return {"seconds": min(seconds), "peak": _peak(), "before": before}


def _peak() -> float:
    # Kilobytes on Linux, bytes on macOS.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _compare(path: Path) -> int:
    results = {way: measured(way, path) for way in WAYS}
    base = results["langgraph"]["seconds"]
    print(f"{'':52}{'seconds':>9}{'sooner':>9}{'peak MB':>9}{'before':>8}")
    for way, result in results.items():
        times = f"{base / result['seconds']:.0f} x"
        print(f"{NAMES[way]:52}{result['seconds']:9.3f}{times:>9}{result['peak']:9.0f}{result['before']:8.0f}")
    slow = [way for way in WAYS if way != "langgraph" and base / results[way]["seconds"] < WANTED]
    if slow:
        print(f"Not {WANTED} times sooner: {', '.join(NAMES[way] for way in slow)}", file=sys.stderr)
    return 1 if slow else 0


def main() -> int:
    """Read the command line, measure, print a table."""
    parser = argparse.ArgumentParser(description="Compare our reading of a long thread with LangGraph's.")
    parser.add_argument("--store", type=Path, help="a store of scripts.make_big_store; made for this run by default")
    parser.add_argument("--checkpoints", type=int, default=make_big_store.CHECKPOINTS)
    parser.add_argument("--way", choices=WAYS, help="measure this one only, in this process, and print JSON")
    options = parser.parse_args()
    if options.way:
        print(json.dumps(_measure(options.way, options.store)))
        return 0
    if options.store:
        return _compare(options.store)
    with tempfile.TemporaryDirectory(prefix="timetravel-bench-") as folder:
        path = Path(folder) / "big.sqlite"
        print(f"Making a thread of {options.checkpoints:,} checkpoints …")
        make_big_store.make(path, options.checkpoints)
        return _compare(path)


if __name__ == "__main__":
    sys.exit(main())
