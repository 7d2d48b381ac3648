"""Encrypted stores stay encrypted, and others stay as they are."""

import json
import runpy
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.serde.encrypted import EncryptedSerializer

from tests.support.postgres import Server
from tests.timetravel.worker.oracles.official import both_stores, opened
from ui.timetravel.errors import NotExportable
from ui.timetravel.model.jobs import Edits, Input, Job, Resume
from ui.timetravel.model.project import load_project
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.runs.sandbox_bundle import export_checkpoint
from ui.timetravel.serde import encryption as crypt
from ui.timetravel.stores import open_store
from ui.timetravel.worker.pool import WorkerPool

KEY = "sixteen letters!"
PROJECTS = Path(__file__).parents[1] / "projects"


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., RunState]]:
    """Run a job of the graph "steps" on the thread "t" with this key, or none, in the project's environment."""
    started: list[WorkerPool] = []

    def run(store: str, action: Any, key: str = "", **fields: Any) -> RunState:
        graphs = {"steps": str(PROJECTS / "steps.py") + ":graph"}
        env = {"LANGGRAPH_AES_KEY": key}
        (tmp_path / "langgraph.json").write_text(json.dumps({"dependencies": [], "graphs": graphs, "env": env}))
        started.append(WorkerPool(load_project(tmp_path)))
        return started[-1].start(Job("steps", store, "t", action, **fields)).wait(30)

    yield run
    for each in started:
        each.close()


@pytest.fixture
def encrypted(store: str) -> str:
    """A store with an encrypted thread: LangGraph's own, made with the key."""
    with opened(store) as saver:
        saver.setup()  # type: ignore[attr-defined]
        saver.serde = EncryptedSerializer.from_pycryptodome_aes(key=KEY.encode())
        graph = steps().copy({"checkpointer": saver})
        graph.update_state({"configurable": {"thread_id": "t"}}, {"topic": "secret topic", "log": ["x"]}, "plan")
    return store


def steps() -> Any:
    return runpy.run_path(str(PROJECTS / "steps.py"))["graph"]


def kinds_of(store: str, postgres: Server | None = None) -> set[str]:
    """The types of all values in a store."""
    if postgres is not None and store.startswith("postgresql"):
        query = "SELECT type FROM checkpoint_blobs UNION SELECT type FROM checkpoint_writes"
        return {str(kind) for (kind,) in postgres.execute(store, query)}
    with sqlite3.connect(store) as connection:
        return {kind for (kind,) in connection.execute("SELECT type FROM checkpoints UNION SELECT type FROM writes")}


@both_stores
def test_a_run_goes_on_in_an_encrypted_store_and_what_it_writes_is_encrypted(run, encrypted, postgres):
    state = run(encrypted, Resume(), KEY)
    assert state.status is RunStatus.FINISHED, state.failure
    assert all(kind.endswith("+aes") for kind in kinds_of(encrypted, postgres))


@both_stores
def test_without_a_key_a_run_on_an_encrypted_store_is_refused(run, encrypted):
    state = run(encrypted, Input({"topic": "x"}))
    assert state.failure is not None
    assert "This store is encrypted. Set LANGGRAPH_AES_KEY" in state.failure.message
    assert state.checkpoints == ()


def test_another_key_is_refused_with_a_sentence(run, encrypted):
    state = run(encrypted, Resume(), "another 16 bytes")
    assert state.failure is not None
    assert state.failure.message == "The key in LANGGRAPH_AES_KEY is not the one that this store was encrypted with."


def test_a_key_of_a_wrong_length_is_refused_with_a_sentence(run, encrypted):
    state = run(encrypted, Resume(), "short")
    assert state.failure is not None
    assert "16, 24, or 32 bytes" in state.failure.message


@both_stores
def test_a_key_in_the_environment_does_not_encrypt_a_store_that_is_not(run, store, postgres):
    assert run(store, Input({"topic": "x"}), KEY).status is RunStatus.FINISHED
    assert not any("+" in kind for kind in kinds_of(store, postgres))


@pytest.fixture
def key() -> Iterator[None]:
    """The key is known to the debugger, too."""
    crypt.set_key(KEY)
    yield
    crypt.set_key_of_environment()


@pytest.mark.usefixtures("key")
def test_a_sandbox_of_an_encrypted_store_is_encrypted(run, encrypted, tmp_path):
    sandbox = str(tmp_path / "sandbox.sqlite")
    with open_store(encrypted) as source:
        bundle = export_checkpoint(source, "t", source.skeleton("t").ids[-1])
    state = run(sandbox, Resume(), KEY, copy_to="new", bring=bundle, edits=Edits({"topic": "y"}))
    assert state.status is RunStatus.FINISHED, state.failure
    assert bundle.encrypted
    assert {kind for kind in kinds_of(sandbox) if not kind.endswith("+aes")} == set()
    with open_store(sandbox) as made:
        assert made.checkpoint("new", "", made.skeleton("new").ids[-1]).values["topic"] == "y!"


def test_without_a_key_an_encrypted_checkpoint_can_not_be_brought(encrypted):
    crypt.set_key(None)
    with open_store(encrypted) as source, pytest.raises(NotExportable, match="encrypted"):
        export_checkpoint(source, "t", source.skeleton("t").ids[-1])
    crypt.set_key_of_environment()
