"""What a node finds of secrets in its process, and what is shown of them when it prints them."""

import base64
import json
import os
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.timetravel.worker.oracles.official import found
from ui.services.settings import Settings
from ui.timetravel.errors import GraphLoadError
from ui.timetravel.ground.redaction.redact import HIDDEN, know
from ui.timetravel.ground.redaction.secret_values import of_address
from ui.timetravel.model.jobs import Input, Job, RunSettings
from ui.timetravel.model.project import load_project
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.worker.pool import WorkerPool

STORE = "postgresql://ann:canary-store-7f3a%2F9c@db.example/production"
CANARIES = {
    "the shell's": "canary-shell-0a1b2c3d4e",
    "the graph's": "canary-graph-5f6a7b8c9d",
    "a setting's": "canary-setting-1e2f3a4b",
    "the store's": "canary-store-7f3a/9c",
}
GRAPH = """
    import base64, json, os, subprocess, sys
    from urllib.parse import quote
    from langgraph.config import get_stream_writer
    from langgraph.graph import START, StateGraph
    from typing_extensions import TypedDict

    class State(TypedDict, total=False):
        seen: dict
        kept: str

    def look(state, config):
        given = config["configurable"].get("api_key", "")
        parents = [os.getppid(), os.getpid()]
        for each in list(parents):
            parents += [int(open(f"/proc/{each}/stat").read().rpartition(")")[2].split()[1])]
        files = [f"/proc/{pid}/{name}" for pid in {*parents} - {0} for name in ("environ", "cmdline")]
        there = "".join(open(file, errors="replace").read() for file in files)
        print(dict(os.environ), sys.argv, there)
        print(json.dumps(dict(os.environ)), "STORE", quote("STORE", safe=""))
        for secret in (os.environ["SHELL_API_KEY"], os.environ["SETTING"], given):
            for letter in secret:
                print(letter, end="", flush=True)
                get_stream_writer()(letter)
            print(base64.b64encode(b"user:" + secret.encode()), secret.encode().hex(), repr({1: secret}))
            os.write(2, secret[:9].encode()); os.write(2, secret[9:].encode() + b" by C code ")
        subprocess.run(["env"])
        if state.get("kept") == "fail":
            raise ValueError(f"refused: {os.environ['SHELL_API_KEY']} {given} STORE")
        return {"seen": dict(os.environ), "kept": os.environ["SHELL_API_KEY"]}

    graph = StateGraph(State).add_node(look).add_edge(START, "look")
    """


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., RunState]]:
    """Runs the graph that looks, with a secret of each kind around it; the app knows a store that is not the run's."""
    monkeypatch.setenv("SHELL_API_KEY", CANARIES["the shell's"])
    for name, value in Settings((STORE,)).to_environment().items():
        monkeypatch.setenv(name, value)
    know(*of_address(STORE))
    (tmp_path / "graph.py").write_text(textwrap.dedent(GRAPH).replace("STORE", STORE))
    (tmp_path / ".env").write_text("SETTING=" + CANARIES["the graph's"] + "\nFLAVOUR=turquoise\n")
    config = {"dependencies": ["."], "graphs": {"look": "./graph.py:graph"}, "env": ".env"}
    (tmp_path / "langgraph.json").write_text(json.dumps(config))
    workers = WorkerPool(load_project(tmp_path))

    def run(kept: str = "") -> RunState:
        settings = RunSettings(configurable={"api_key": CANARIES["a setting's"]})
        store = str(tmp_path / "store.sqlite")
        return workers.start(Job("look", store, "t", Input({"kept": kept}), settings=settings)).wait(60)

    yield run
    workers.close()


def test_a_worker_has_the_users_environment_and_nothing_of_the_apps(told: Callable[..., RunState], tmp_path: Path):
    assert told().status is RunStatus.FINISHED
    seen = found(str(tmp_path / "store.sqlite"), "t").checkpoint["channel_values"]["seen"]
    assert seen["SHELL_API_KEY"] == CANARIES["the shell's"]
    assert seen["SETTING"] == CANARIES["the graph's"]
    assert "canary-store" not in json.dumps(seen)
    added = {"PYTHONUNBUFFERED", "PYTHONUTF8", "SETTING", "FLAVOUR"}
    assert not seen.keys() - os.environ.keys() - added
    assert os.environ.keys() - seen.keys() <= {"TIMETRAVEL_SETTINGS", "TIMETRAVEL_TOKEN", "PYTEST_CURRENT_TEST"}


@pytest.mark.parametrize("kept", ["", "fail"])
def test_whatever_a_node_prints_or_raises_of_them_is_masked(told: Callable[..., RunState], kept: str) -> None:
    state = told(kept)
    assert (state.failure is not None) == bool(kept)
    shown = "".join(one.text for one in state.output)
    everything = f"{state.output}{state.failure}{state.notes}{state.nodes}{shown}"
    for whose, secret in CANARIES.items():
        for form in (secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode()[2:-4]):
            assert form not in everything, whose
        assert secret.encode().hex() not in everything
    assert HIDDEN in shown
    assert "turquoise" in shown


def test_what_a_node_writes_into_the_state_is_stored_as_it_is(told: Callable[..., RunState], tmp_path: Path) -> None:
    told()
    kept = found(str(tmp_path / "store.sqlite"), "t").checkpoint["channel_values"]["kept"]
    assert kept == CANARIES["the shell's"]


def test_a_graph_that_fails_to_load_tells_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = CANARIES["the shell's"]
    monkeypatch.setenv("SHELL_API_KEY", secret)
    (tmp_path / "graph.py").write_text(f"import os\nprint(os.environ)\nraise ValueError({secret!r}, dict(os.environ))")
    (tmp_path / "langgraph.json").write_text('{"dependencies": ["."], "graphs": {"broken": "./graph.py:graph"}}')
    workers = WorkerPool(load_project(tmp_path))
    try:
        with pytest.raises(GraphLoadError) as caught:
            workers.describe("broken")
    finally:
        workers.close()
    assert HIDDEN in str(caught.value)
    assert secret not in str(caught.value) + caught.value.traceback
