"""Files that SQLite would do harm by opening: the worker refuses by itself, whatever it is asked for.

An empty file beside a full log, as a power cut leaves it: SQLite deletes the log at the first look at the file. A
journal that names another file: SQLite deletes that one when it has undone what was not finished.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver

from tests.support.hostile.stores.folders import difference, moment_of
from tests.support.hostile.stores.left_behind import leave, name_in_its_journal, odd
from tests.timetravel.stores.written.histories import HISTORIES
from tests.timetravel.worker.cleanup.test_worker_deleting import whole_thread
from tests.timetravel.worker.conftest import Do
from ui.timetravel.errors import WorkerError
from ui.timetravel.model.jobs import Input
from ui.timetravel.model.runs import RunStatus
from ui.timetravel.stores import open_store
from ui.timetravel.worker.pool import WorkerPool


@pytest.fixture(params=[b"", b"S"], ids=["no byte", "one byte"])
def cut(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """One byte counts as none for SQLite, too."""
    path = tmp_path / "cut.sqlite"
    with SqliteSaver.from_conn_string(str(tmp_path / "whole.sqlite")) as saver:
        HISTORIES["loop"](saver)
        shutil.copy(tmp_path / "whole.sqlite-wal", log_of(path))
    path.write_bytes(request.param)
    return path


def log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def test_it_is_looked_at_and_not_to_be_written_to(cut: Path) -> None:
    with open_store(str(cut)) as store:
        assert store.threads().threads
        assert not store.writable
    assert log_of(cut).stat().st_size


def test_a_run_a_deletion_and_a_shrinking_leave_it_as_it_is(cut: Path, workers: WorkerPool, do: Do) -> None:
    before = (cut.read_bytes(), log_of(cut).read_bytes())
    with open_store(str(cut)) as store:
        plan = whole_thread(store, store.threads().threads[0].thread_id)
    ran = do("steps", Input({}), store=str(cut))
    assert ran.status is RunStatus.FAILED
    assert ran.failure
    assert "SQLite deletes when it opens the file" in ran.failure.message
    for do_it in (lambda: workers.delete(plan, str(cut)), lambda: workers.shrink(str(cut))):
        with pytest.raises(WorkerError, match="can be forked into the sandbox"):
            do_it()
    assert (cut.read_bytes(), log_of(cut).read_bytes()) == before


def test_that_is_what_sqlite_does(cut: Path) -> None:
    with closing(sqlite3.connect(f"{cut.as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute("SELECT * FROM sqlite_master").fetchall()
    assert not log_of(cut).exists()


@pytest.fixture
def naming(tmp_path: Path) -> Path:
    """A store that was left in the middle of a change, whose journal names the file "victim"."""
    path = leave(tmp_path / "left", "DELETE", "killed in a change")
    victim = path.with_name("victim")
    victim.write_text("something of somebody's")
    name_in_its_journal(path, victim)
    return path


def test_a_run_a_deletion_and_a_shrinking_leave_the_file_that_a_journal_names(
    naming: Path, workers: WorkerPool, do: Do
) -> None:
    with open_store(str(naming)) as store:
        plan = whole_thread(store, "healthy")
    before = moment_of(naming.parent)
    ran = do("steps", Input({}), store=str(naming))
    assert ran.failure
    assert "names another file" in ran.failure.message
    for do_it in (lambda: workers.delete(plan, str(naming)), lambda: workers.shrink(str(naming))):
        with pytest.raises(WorkerError, match=r"victim.*, which SQLite deletes"):
            do_it()
    assert difference(before, moment_of(naming.parent)) == ""


def test_a_run_does_not_wait_for_what_is_no_file_beside_a_store(tmp_path: Path, do: Do) -> None:
    path = leave(tmp_path / "left", "DELETE", "closed")
    odd(path.with_name(f"{path.name}-journal"), "pipe")
    ran = do("steps", Input({}), store=str(path))
    assert ran.failure
    assert "store.sqlite-journal is no ordinary file" in ran.failure.message
