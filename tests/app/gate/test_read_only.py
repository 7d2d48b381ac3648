"""--read-only: nothing is run or written, whatever is pressed, sent by hand, or asked of a worker."""

import queue
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.by_hand import Tab, tab
from tests.support.command import Served, command
from tests.support.pressing import (
    ADDRESSES,
    DEBUGGER,
    OPENS_A_STORE,
    SAMPLES,
    STARTS_A_RUN,
    STORE,
    Widgets,
    app_on,
    buttons_of,
    make_threads,
    names,
    press_all,
    tree,
)
from ui.services.deletion import delete_plan, shrink
from ui.services.settings import Settings, sample_graphs
from ui.services.store_registry import StoreRegistry
from ui.timetravel.cleanup.plan import Plan
from ui.timetravel.errors import ReadOnly
from ui.timetravel.ground.own_files import make_own_folder, write_own
from ui.timetravel.ground.read_only import WHY
from ui.timetravel.langgraph_server.runner import ServerRuns
from ui.timetravel.model.jobs import Input, RunRequest
from ui.timetravel.model.project import load_project
from ui.timetravel.model.targets import StoreKind
from ui.timetravel.worker.child.shared.protocol import READ_ONLY, Message
from ui.timetravel.worker.messages.wire import graph_request, job_message
from ui.timetravel.worker.pool import WorkerPool
from ui.timetravel.worker.process.process import WorkerProcess
from ui.timetravel.worker.resident.worker import resident_worker_of

SOME = [*DEBUGGER, "run?graph=counter"]
"""The pages whose buttons are pressed here; `make soak` presses those of all (its promise `read_only`)."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a thread that asks, one that failed and one that finished."""
    return make_threads(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def known(made: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Widgets]:
    """The buttons of pages of an app that may write, by address: a client that has such a page open knows them.

    The same presses do run and write there.
    """
    folder = tmp_path_factory.mktemp("open")
    with app_on(made, folder, *SAMPLES) as app:
        before = tree(folder)
        found = buttons_of(app, SOME)
        assert tree(folder) != before
    assert set(STARTS_A_RUN) <= names(found)
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the app below was started."""
    return tmp_path_factory.mktemp("read-only")


@pytest.fixture(scope="module")
def app(made: Path, folder: Path) -> Iterator[Served]:
    """An app that looks only."""
    with app_on(made, folder, *SAMPLES, "--read-only") as app:
        yield app


class TestPressedByHand:
    def test_nothing_runs_and_no_file_changes(self, app: Served, folder: Path, known: dict[str, Widgets]) -> None:
        before = tree(folder)
        for address in [*SOME, *OPENS_A_STORE]:
            with tab(app) as one:
                press_all(one, address, known.get(address, {}))
        assert tree(folder) == before
        assert app.complained == ""

    def test_a_store_that_is_only_looked_at_stays_as_it_is_without_graphs_too(
        self, made: Path, tmp_path: Path, known: dict[str, Widgets]
    ) -> None:
        with app_on(made, tmp_path) as app:
            before = tree(tmp_path)
            for address in SOME:
                with tab(app) as one:
                    press_all(one, address, known[address])
            assert tree(tmp_path) == before

    def test_every_page_says_why(self, app: Served) -> None:
        with tab(app) as one:
            assert "read-only: nothing is run, changed or deleted" in app.printed
            for address in ADDRESSES:
                one.said.clear()
                one.visit(address)
                assert any("--read-only" in text for text in one.said), address
                assert not any(kind == "form" for kind in one.widgets.values())
            assert any("Workflow, with the path" in text for text in visited(one, DEBUGGER[0]))


def visited(one: Tab, address: str) -> list[str]:
    one.said.clear()
    one.visit(address)
    return one.said


class TestTheCommand:
    def test_makes_no_store(self, tmp_path: Path) -> None:
        for arguments in (("--read-only",), ("new.sqlite", *SAMPLES, "--read-only")):
            ended = command(*arguments, cwd=tmp_path)
            assert ended.returncode == 1
            assert ended.stderr.startswith("timetravel: There is no")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("target", ["memory:", "saver:counter"])
    def test_opens_nothing_whose_reading_may_write(self, tmp_path: Path, target: str) -> None:
        ended = command(target, *SAMPLES, "--read-only", cwd=tmp_path)
        assert "can't be opened with --read-only" in ended.stderr


@pytest.fixture
def looking(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StoreRegistry]:
    """The stores of an app that looks only."""
    shutil.copy(made, tmp_path / STORE)
    settings = Settings(
        (str(tmp_path / STORE),),
        str(sample_graphs()),
        sandbox=str(tmp_path / ".timetravel" / "sandbox.sqlite"),
        read_only=True,
    )
    for name, value in settings.to_environment().items():
        monkeypatch.setenv(name, value)
    sources = StoreRegistry(settings)
    yield sources
    sources.close()


REQUEST = RunRequest("counter", "new", Input({"target": 1}))
JOB = REQUEST.on("store.sqlite")

DOORS: dict[str, Callable[[StoreRegistry], object]] = {
    "start": lambda sources: sources.runs.start(sources.open(sources.targets[0]), REQUEST),
    "start in spite of no runner": lambda sources: sources.runs.start(
        replace(sources.open(sources.targets[0]), runner=sources.describers), REQUEST
    ),
    "workers start": lambda sources: workers_of(sources).start(JOB),
    "workers delete": lambda sources: workers_of(sources).delete(Plan(()), sources.targets[0]),
    "workers shrink": lambda sources: workers_of(sources).shrink(sources.targets[0]),
    "shrink": lambda sources: shrink(replace(sources.open(sources.targets[0]), runner=sources.describers)),
    "sandbox": lambda sources: sources.sandbox(),
    "practice": lambda sources: sources.practice(),
    "practice in memory": lambda sources: sources.practice(StoreKind.MEMORY),
    "practice in PostgreSQL": lambda sources: sources.practice(StoreKind.POSTGRESQL),
    "memory": lambda sources: sources.memory(),
    "keeper": lambda sources: resident_worker_of("memory:", workers_of(sources).project).restart(),
    "allowing types": lambda sources: sources.allowed.allow(sources.targets[0], [("agent", "Kind")]),
    "own folder": lambda sources: make_own_folder(sources.practice_folder),
    "own file": lambda sources: write_own(sources.practice_folder.parent / "x", "y"),
    "server": lambda sources: ServerRuns("http://127.0.0.1:9").start(JOB),
}


def workers_of(sources: StoreRegistry) -> WorkerPool:
    assert sources.describers is not None
    return sources.describers


@pytest.mark.parametrize("door", DOORS)
def test_whatever_starts_a_run_or_makes_a_file_refuses(looking: StoreRegistry, tmp_path: Path, door: str) -> None:
    before = tree(tmp_path)
    with pytest.raises(ReadOnly, match="--read-only"):
        DOORS[door](looking)
    assert tree(tmp_path) == before


def test_a_deletion_says_why_it_is_not_done(looking: StoreRegistry) -> None:
    with pytest.raises(Exception, match="--read-only"):
        delete_plan(looking.open(looking.targets[0]), Plan(()))
    assert WHY in looking.embedded_problem()


def test_graphs_are_still_described(looking: StoreRegistry) -> None:
    assert workers_of(looking).describe("counter").nodes
    assert looking.workers is None


REQUESTS = [
    {"do": "run", "job": {}},
    {"do": "keep", "saver": "memory"},
    {"do": "delete", "job": {"store": STORE, "threads": []}},
    {"do": "shrink", "job": {"store": STORE}},
    {"do": "something new"},
]


@pytest.mark.parametrize("env", [{}, {READ_ONLY: ""}], ids=["as it is", "with an .env that says otherwise"])
def test_a_worker_refuses_by_itself_what_the_app_did_not(monkeypatch: pytest.MonkeyPatch, env: dict[str, str]) -> None:
    monkeypatch.setenv(READ_ONLY, "1")
    project = load_project(sample_graphs())
    workers = WorkerPool(replace(project, env={**project.env, **env}))
    try:
        workers.describe("counter")
        run = {**graph_request(project, "run", "counter"), "job": job_message(JOB, project.store)}
        for request in (run, *REQUESTS):
            assert "--read-only" in answer(workers._take(request), request)["message"]
    finally:
        workers.close()


def answer(process: WorkerProcess, request: Message) -> Message:
    """What a worker that was sent exactly this says about it."""
    heard: queue.SimpleQueue[Message] = queue.SimpleQueue()
    process.listen(heard.put, lambda text: None, lambda code: heard.put({"event": "exited", "message": str(code)}))
    process.send(request)
    while (message := heard.get(timeout=30))["event"] in ("ready", "output"):
        pass
    return message
