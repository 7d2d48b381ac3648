"""How soon a worker is ready and a run begins, with a project that takes long to import.

    python -m scripts.bench_worker

The project imports pandas, langchain and langchain_openai (as far as they are installed), and sleeps a second more.
"""

import queue
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ui.timetravel.model.jobs import Input, Job
from ui.timetravel.model.project import from_option, load_project
from ui.timetravel.stores.delta_channels import Delta, DeltaWrite
from ui.timetravel.worker.pool import WorkerPool
from ui.timetravel.worker.process.supply import ForkSupply, SpawnSupply, WorkerSupply

TIMES = 5
SAMPLES = Path(__file__).parents[1] / "graphs" / "langgraph.json"
HEAVY = """
import contextlib
import importlib
import operator
import time
from typing import Annotated, TypedDict

from langgraph.channels import DeltaChannel
from langgraph.graph import START, StateGraph

for package in ("pandas", "langchain.agents", "langchain_openai"):
    with contextlib.suppress(ImportError):
        importlib.import_module(package)
time.sleep(1)
{more}

def join(old: list, writes: list) -> list:
    return [*(old or []), *(one for write in writes for one in write)]


class State(TypedDict):
    said: Annotated[list[str], operator.add]
    log: Annotated[list[str], DeltaChannel(join)]


graph = StateGraph(State).add_node("say", lambda state: {{"said": ["x"]}}).add_edge(START, "say").compile()
"""
THREAD = "import threading\nthreading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\n"


def until_ready(supply: WorkerSupply) -> float:
    """Seconds from asking for a process to its word that LangGraph is there."""
    said: queue.SimpleQueue[object] = queue.SimpleQueue()
    begun = time.perf_counter()
    process = supply.take()
    process.listen(said.put, lambda text: None, said.put)
    said.get(timeout=60)
    took = time.perf_counter() - begun
    process.kill()
    return took


def until_a_node_runs(workers: WorkerPool, store: Path, number: int) -> float:
    """Seconds from the start of a run to the word that its first node has begun."""
    begun = time.perf_counter()
    run = workers.start(Job("heavy", str(store), f"t{number}", Input({"said": []})))
    while not run.state().nodes:
        time.sleep(0.001)
    took = time.perf_counter() - begun
    run.wait(60)
    wait_for_the_next(workers)
    return took


def wait_for_the_next(workers: WorkerPool) -> None:
    """A person takes longer from one run to the next than an import for it, where that is done ahead."""
    for _ in range(3000):
        time.sleep(0.02)
        if all(each.stays for each in list(workers._imports._ahead.values())):
            return


def to_rebuild(workers: WorkerPool) -> float:
    """Seconds for a delta channel with a hundred writes."""
    writes = tuple(DeltaWrite(str(n), "task", "say", ["x"]) for n in range(100))
    begun = time.perf_counter()
    workers.rebuild("heavy", {"log": Delta(None, None, writes)})
    return time.perf_counter() - begun


def say(words: str, measure: Callable[[int], float]) -> None:
    """Print what the first time took, and the median of the next ones."""
    first = measure(0)
    print(f"{words}: {statistics.median(measure(n) for n in range(1, TIMES + 1)):.3f} s; the first {first:.3f} s")


def main() -> None:
    """Print the numbers: the first of each kind compiles, makes the template, or imports the project."""
    samples = load_project(SAMPLES)
    for kind, words in ((ForkSupply, "a fork is ready"), (SpawnSupply, "a new Python is ready")):
        supply = kind(samples, sys.executable)
        say(words, lambda _, supply=supply: until_ready(supply))
    with tempfile.TemporaryDirectory() as folder:
        module, store = Path(folder) / "heavy.py", Path(folder) / "store.sqlite"
        for more, words in (("", "an imported project"), (THREAD, "an imported project with a thread")):
            module.write_text(HEAVY.format(more=more))
            workers = WorkerPool(from_option(f"{module}:graph"))
            say(f"{words}: a run begins", lambda n, workers=workers: until_a_node_runs(workers, store, n))
            say(f"{words}: a delta channel is rebuilt", lambda _, workers=workers: to_rebuild(workers))
            say(f"{words}: it is described", lambda _, workers=workers: time_of(workers.describe))
            workers.close()


def time_of(describe: Callable[[str], object]) -> float:
    """Seconds that a description takes."""
    begun = time.perf_counter()
    describe("heavy")
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
