"""A SQLite file gives the room of deleted rows back only when it is asked to, and nobody else uses it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.timetravel.stores.written.histories import HISTORIES
from tests.timetravel.worker.cleanup.test_worker_deleting import made_in, whole_thread
from ui.timetravel.errors import WorkerError
from ui.timetravel.stores import open_store
from ui.timetravel.worker.pool import WorkerPool


@pytest.fixture
def emptied(workers: WorkerPool, tmp_path: Path) -> Path:
    """A store that had a megabyte more than what is left."""
    path = tmp_path / "store.sqlite"
    with made_in(str(path), HISTORIES["loop"]) as (graph, _):
        graph.update_state({"configurable": {"thread_id": "big"}}, {"n": 4, "log": ["x" * 1_000_000]}, as_node="count")
    with open_store(str(path)) as store:
        plan = whole_thread(store, "big")
    assert workers.delete(plan, str(path)).bytes == plan.bytes
    return path


def rows(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def test_the_file_is_smaller_and_what_is_kept_reads_as_before(workers: WorkerPool, emptied: Path) -> None:
    before = rows(emptied)
    shrunk = workers.shrink(str(emptied))
    assert shrunk.after < shrunk.before - 1_000_000
    assert emptied.stat().st_size == shrunk.after
    assert rows(emptied) == before


@pytest.mark.parametrize("use", ["SELECT * FROM checkpoints", "DELETE FROM writes"], ids=["reading", "writing"])
def test_while_another_program_uses_the_file_it_is_refused(workers: WorkerPool, emptied: Path, use: str) -> None:
    size = emptied.stat().st_size
    with closing(sqlite3.connect(emptied)) as other:
        other.execute("BEGIN")
        other.execute(use).fetchone()
        with pytest.raises(WorkerError, match="has the file open"):
            workers.shrink(str(emptied))
    assert emptied.stat().st_size == size


def test_a_file_that_is_gone_is_told(workers: WorkerPool, tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match="not there any more"):
        workers.shrink(str(tmp_path / "no.sqlite"))
