"""Random programs on graphs with a delta channel: a worker rebuilds the value that LangGraph shows, with the code."""

from pathlib import Path
from random import Random

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver

from tests.conformance.oracle.budget import for_each
from tests.conformance.oracle.compare import id_of
from tests.conformance.oracle.values import says
from tests.conformance.programs.generated import any_program
from tests.conformance.programs.local import Thread, played
from ui.timetravel.model.project import load_project
from ui.timetravel.stores import Store, open_store
from ui.timetravel.stores import delta_channels as delta
from ui.timetravel.worker.pool import WorkerPool

PROJECT = Path(__file__).parent / "project"


def test_a_worker_rebuilds_the_value_that_langgraph_shows(tmp_path: Path) -> None:
    path = str(tmp_path / "checkpoints.sqlite")
    workers = WorkerPool(load_project(PROJECT))
    rebuilt: list[bool] = []

    def check(random: Random) -> None:
        program = any_program(random, lambda random: random.choice(("delta", "delta_nested")))
        with SqliteSaver.from_conn_string(path) as saver:
            thread = played(program, saver, f"线程 {len(rebuilt)}")
        with open_store(path) as store:
            rebuilt.append(_newest_is_rebuilt(workers, store, program.shape, thread))

    try:
        for_each(10, check)
    finally:
        workers.close()
    assert any(rebuilt)


def _newest_is_rebuilt(workers: WorkerPool, store: Store, graph: str, thread: Thread) -> bool:
    """Compare at the newest checkpoint that does not hold the value; False where every one holds it."""
    for snapshot in thread.told[0].snapshots if thread.told else []:
        checkpoint = store.checkpoint(thread.thread_id, "", id_of(snapshot.config) or "")
        if names := delta.missing_channels(checkpoint):
            found = workers.rebuild(graph, delta.history(store, checkpoint, names))
            assert all(says(value, snapshot.values[name]) for name, value in found.items()), found
            return set(found) == set(names) or pytest.fail("not all were rebuilt")
    return False
