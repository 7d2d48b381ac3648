"""What can be done with a store that the app has open, by its kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import ROOT
from ui.services.capabilities import capabilities_of
from ui.services.create_store import make_store
from ui.services.settings import Settings
from ui.services.store_registry import StoreRegistry
from ui.timetravel.model.targets import MEMORY, StoreKind

COUNTER = f"{ROOT / 'graphs' / 'counter.py'}:graph"
OPENED = [kind for kind in StoreKind if kind is not StoreKind.UNKNOWN]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "user.sqlite"
    make_store(path)
    return path


@pytest.fixture
def sources(file: Path, tmp_path: Path) -> Iterator[StoreRegistry]:
    here = StoreRegistry(Settings((str(file),), graph_specs=(COUNTER,), sandbox=str(tmp_path / "sandbox.sqlite")))
    yield here
    here.close()


def test_a_file_says_where_it_is_and_can_be_shrunk(sources: StoreRegistry, file: Path) -> None:
    here = sources.open(str(file))
    assert (here.kind, here.file, here.can_shrink) == (StoreKind.FILE, file, True)
    assert [here.is_server, here.in_memory, here.whole_threads_only, here.can.shares_values] == [False] * 4


def test_a_file_that_nothing_may_write_to_is_not_shrunk(file: Path) -> None:
    only_read = StoreRegistry(Settings((str(file),)))
    assert not only_read.open(str(file)).can_shrink
    only_read.close()


def test_the_memory_of_a_worker_is_no_file_and_gone_with_the_worker(sources: StoreRegistry) -> None:
    here = sources.open(MEMORY)
    assert (here.kind, here.file, here.in_memory) == (StoreKind.MEMORY, None, True)
    assert [here.whole_threads_only, here.can_shrink] == [False] * 2


def test_only_a_server_deletes_for_itself_and_runs_what_can_not_be_killed_here() -> None:
    can = {kind: capabilities_of(kind) for kind in OPENED}
    assert [kind for kind in OPENED if not can[kind].delete] == [StoreKind.SERVER]
    assert [kind for kind in OPENED if not can[kind].kill_worker] == [StoreKind.SERVER]
    assert [kind for kind in OPENED if can[kind].names_threads] == [StoreKind.SERVER]
