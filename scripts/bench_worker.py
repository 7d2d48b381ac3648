"""How long it takes until a worker is ready, as a fork and as a new Python: `python -m scripts.bench_worker`."""

import queue
import statistics
import sys
import time
from pathlib import Path

from ui.timetravel.project import load_project
from ui.timetravel.worker.supply import Forks, Reserve, Supply

TIMES = 5
SAMPLES = Path(__file__).parents[1] / "graphs" / "langgraph.json"


def seconds(supply: Supply) -> float:
    """From asking for a process to its word that LangGraph is there."""
    said: queue.SimpleQueue[object] = queue.SimpleQueue()
    begun = time.perf_counter()
    process = supply.take()
    process.listen(said.put, lambda text: None, said.put)
    said.get(timeout=60)
    took = time.perf_counter() - begun
    process.kill()
    return took


def main() -> None:
    """Print the medians, the first process of each kind left out: it compiles, or makes the template."""
    project = load_project(SAMPLES)
    for kind, words in ((Forks, "a fork"), (Reserve, "a new Python")):
        supply = kind(project, sys.executable)
        seconds(supply)
        print(f"{words}: {statistics.median(seconds(supply) for _ in range(TIMES)):.3f} s until it is ready")


if __name__ == "__main__":
    main()
