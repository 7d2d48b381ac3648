"""Runs and forks on a disk that is nearly full."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.small_disk import SmallDisk, small_disk
from ui.services.create_store import make_store
from ui.timetravel.errors import WorkerError
from ui.timetravel.model.jobs import Input, Job, Resume
from ui.timetravel.model.runs import RunStatus
from ui.timetravel.runs.sandbox_bundle import export_checkpoint
from ui.timetravel.stores import open_store
from ui.timetravel.worker.pool import WorkerPool


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", 1 << 20) as made:
        if made is None:
            pytest.skip("Nothing may be mounted here")
        yield made


def test_a_fork_that_has_no_room_is_refused_with_the_room_it_needs_and_the_next_one_works(
    workers: WorkerPool, disk: SmallDisk, tmp_path: Path
) -> None:
    store, sandbox = str(tmp_path / "store.sqlite"), disk.folder / "sandbox.sqlite"
    workers.start(Job("steps", store, "t", Input({"topic": "x" * 600_000}))).wait(60)
    make_store(sandbox)
    with open_store(store) as opened:
        bundle = export_checkpoint(opened, "t", opened.skeleton("t").ids[1])
    job = Job("steps", str(sandbox), "t", Resume(), bundle.checkpoint_id, copy_to="fork", bring=bundle)
    with pytest.raises(WorkerError, match=r"no room for a fork of this checkpoint: it needs about \d.* in .*/disk"):
        workers.start(job)
    disk.resize(64 << 20)
    assert workers.start(job).wait(60).status is RunStatus.FINISHED


@pytest.mark.parametrize("room", [40_000, 80_000, 120_000, 250_000])
def test_a_run_whose_disk_gets_full_says_so_and_leaves_a_store_that_goes_on(
    workers: WorkerPool, disk: SmallDisk, room: int
) -> None:
    store = disk.folder / "store.sqlite"
    make_store(store)
    disk.resize(room)
    ended = workers.start(Job("steps", str(store), "t", Input({"topic": "x" * 100_000}))).wait(60)
    assert ended.status is RunStatus.FAILED
    assert any("The disk has no room for what the run saves" in note for note in ended.notes), ended
    with open_store(str(store)) as opened:
        opened.threads(limit=5)
    disk.resize(64 << 20)
    assert workers.start(Job("steps", str(store), "u", Input({"topic": "x"}))).wait(60).status is RunStatus.FINISHED
