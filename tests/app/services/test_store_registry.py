"""The stores that the app has open: what can't be opened is told as an error of the store, which the page shows."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.command import ROOT
from ui.services.create_store import make_store
from ui.services.settings import Settings, sample_graphs
from ui.services.store_registry import OpenedStore, StoreRegistry
from ui.timetravel.errors import StoreError
from ui.timetravel.model.jobs import Input, Job
from ui.timetravel.model.runs import RunStatus
from ui.timetravel.model.targets import StoreKind

COUNTER = f"{ROOT / 'graphs' / 'counter.py'}:graph"


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMETRAVEL_SAMPLE_PAUSE", "0")


@pytest.mark.parametrize(
    ("target", "graphs", "says"),
    [("saver:nope", (COUNTER,), 'no graph called "nope"'), ("memory:", (), "needs graphs")],
)
def test_a_saver_that_cannot_be_had_is_an_error_of_the_store(target: str, graphs: tuple[str, ...], says: str) -> None:
    sources = StoreRegistry(Settings((target,), graph_specs=graphs))
    with pytest.raises(StoreError, match=says):
        sources.open(target)
    sources.close()


def test_a_store_is_found_by_its_name_beside_one_that_cannot_be_opened(tmp_path: Path) -> None:
    sources = StoreRegistry(Settings(("saver:nope", str(tmp_path / "no.sqlite")), graph_specs=(COUNTER,)))
    assert sources.source("some other name") is None
    sources.close()


@pytest.fixture
def sources(tmp_path: Path) -> Iterator[StoreRegistry]:
    """The app on a store and a graph of the user's own."""
    user = tmp_path / "user.sqlite"
    make_store(user)
    here = StoreRegistry(
        Settings((str(user),), graph_specs=(COUNTER,), sandbox=str(tmp_path / ".timetravel" / "s.sqlite"))
    )
    yield here
    here.close()


def counted(source: OpenedStore, thread: str) -> list[str]:
    """Run the sample graph that counts on a thread of the store, and give back the threads that this has then."""
    assert source.runner is not None
    job = Job("unstable_task", source.target, thread, Input({"chance": 0.0}))
    assert source.runner.start(job).wait(60).status is RunStatus.FINISHED
    return [one.thread_id for one in source.store.threads().threads]


@pytest.mark.parametrize("kind", [StoreKind.FILE, StoreKind.MEMORY])
def test_a_practice_store_runs_the_sample_graphs_whatever_the_users_are(
    sources: StoreRegistry, kind: StoreKind
) -> None:
    practice = sources.practice(kind)
    assert practice.runner is not None
    assert "content_pipeline" in practice.runner.graphs
    assert counted(practice, "lesson") == ["lesson"]
    assert sources.open(sources.targets[0]).store.threads().threads == ()
    assert '"lesson"' in sources.node_log.read_text(encoding="utf-8")


def test_a_practice_store_is_there_once_it_was_asked_for(sources: StoreRegistry) -> None:
    assert sources.existing_practice() is None
    assert sources.existing_practice(StoreKind.MEMORY) is None
    for kind in (StoreKind.FILE, StoreKind.MEMORY):
        assert sources.practice(kind) is sources.existing_practice(kind)
    assert list(sources.titles().values()) == ["user.sqlite", "practice", "practice, in memory"]


def test_a_practice_store_is_found_by_its_name(sources: StoreRegistry) -> None:
    for kind in (StoreKind.FILE, StoreKind.MEMORY):
        practice = sources.practice(kind)
        assert sources.source(practice.name) is practice
        assert sources.is_practice(practice)


def test_the_practice_store_is_a_file_in_a_folder_that_git_ignores(sources: StoreRegistry, tmp_path: Path) -> None:
    sources.practice()
    assert sources.practice_folder == tmp_path / ".timetravel"
    assert sorted(one.name for one in sources.practice_folder.iterdir()) == [".gitignore", "practice.sqlite"]


def test_practice_in_memory_is_not_the_users_memory(sources: StoreRegistry) -> None:
    practice = sources.practice(StoreKind.MEMORY)
    assert practice.keeper is not sources.open("memory:").keeper
    assert practice.name != "memory:"


def test_practice_takes_the_workers_of_the_app_where_these_have_the_sample_graphs(tmp_path: Path) -> None:
    sources = StoreRegistry(Settings(("memory:",), str(sample_graphs()), sandbox=str(tmp_path / "s.sqlite")))
    assert sources.practice().runner is sources.workers
    sources.close()


def test_a_practice_store_that_is_a_target_is_only_read_with_sandbox(tmp_path: Path) -> None:
    make_store(tmp_path / "practice.sqlite")
    target, sandbox = str(tmp_path / "practice.sqlite"), str(tmp_path / "sandbox.sqlite")
    sources = StoreRegistry(Settings((target,), graph_specs=(COUNTER,), sandbox=sandbox, sandboxed=True))
    assert sources.open(target).runner is None
    sources.close()


def test_memory_is_there_for_whatever_graphs_the_app_has(sources: StoreRegistry) -> None:
    memory = sources.memory()
    assert memory.runner is not None
    assert memory.runner.graphs == ("counter",)
    assert sources.may_run_on(memory.name)


def test_memory_needs_graphs(tmp_path: Path) -> None:
    make_store(tmp_path / "user.sqlite")
    sources = StoreRegistry(Settings((str(tmp_path / "user.sqlite"),)))
    with pytest.raises(StoreError, match="needs graphs"):
        sources.memory()
    assert "--graphs" in sources.embedded_problem()
    sources.close()


def test_another_store_is_opened_while_one_takes_its_time_to_answer(sources: StoreRegistry) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(30)
        target = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with ThreadPoolExecutor() as tabs:
            slow = tabs.submit(sources.open, target)
            caller, _ = silent.accept()  # it was asked, and says nothing
            with caller:
                quick = tabs.submit(lambda: (sources.source(), sources.practice(), sources.titles()))
                assert quick.result(timeout=10)
                assert not slow.done()
            silent.close()
            with pytest.raises(StoreError):
                slow.result(timeout=30)


def test_a_store_that_several_tabs_ask_for_at_once_is_opened_once(sources: StoreRegistry) -> None:
    with ThreadPoolExecutor(8) as tabs:
        opened = list(tabs.map(lambda _: sources.practice(), range(8)))
    assert all(one is opened[0] for one in opened)


def test_a_store_that_was_still_being_opened_at_the_end_is_not_left_open(
    sources: StoreRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = sources._opened
    made: list[OpenedStore] = []

    def opened_late(target: str) -> OpenedStore:
        made.append(make(target))
        sources.close()
        return made[0]

    monkeypatch.setattr(sources, "_opened", opened_late)
    with pytest.raises(StoreError, match="has ended"):
        sources.open(sources.targets[0])
    with pytest.raises(StoreError, match="closed"):
        made[0].store.threads()


def test_the_sandbox_has_a_name_also_where_its_file_went_just_now(sources: StoreRegistry) -> None:
    target = sources.sandbox().target
    Path(target).unlink()
    assert sources._called(target) == target
