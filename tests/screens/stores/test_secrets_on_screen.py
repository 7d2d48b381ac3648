"""No secret of the app's is on any page: not of the store, the shell, the graphs, nor of what a page's address says."""

import json
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import streamlit as st

from tests.screens.conftest import Screen
from ui.session.context import sources
from ui.timetravel.ground.redaction.redact import HIDDEN, know
from ui.timetravel.ground.redaction.secret_values import of_address
from ui.timetravel.model.jobs import Input, RunRequest

STORE = "postgresql://ann:canary-store-1a2b%2F3c@127.0.0.1:1/production"
SHELL, GRAPHS = "canary-shell-4d5e6f7a", "canary-graphs-8b9c0d1e"
SECRETS = (SHELL, GRAPHS, "canary-store-1a2b/3c", "canary-store-1a2b%2F3c", quote(SHELL, safe=""), "canary")
GRAPH = """
    import os, sys
    from langgraph.graph import START, StateGraph
    from typing_extensions import TypedDict

    class State(TypedDict, total=False):
        n: int

    def look(state):
        print(dict(os.environ), sys.argv, "STORE")
        if state.get("n"):
            raise ValueError(f"refused with {os.environ['SHELL_API_KEY']} and {os.environ['CODE']} at STORE")
        return {"n": 1}

    graph = StateGraph(State).add_node(look).add_edge(START, "look")
    """


@pytest.fixture
def screen(
    opened: Callable[..., Screen], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sample_store: Path
) -> Iterator[Screen]:
    monkeypatch.setenv("SHELL_API_KEY", SHELL)
    know(*of_address(STORE))
    (tmp_path / "graph.py").write_text(textwrap.dedent(GRAPH).replace("STORE", STORE))
    config = {"dependencies": ["."], "graphs": {"look": "./graph.py:graph"}, "env": {"CODE": GRAPHS}}
    (tmp_path / "langgraph.json").write_text(json.dumps(config))
    yield opened(
        sample_store,
        STORE,
        graphs_file=str(tmp_path / "langgraph.json"),
        sandbox=str(tmp_path / ".timetravel" / "sandbox.sqlite"),
        page="run",
    )
    st.cache_resource.clear()


@pytest.fixture
def sample_store(tmp_path: Path) -> Path:
    from ui.services.create_store import make_store

    made = tmp_path / "store.sqlite"
    make_store(made)
    return made


def drawn(screen: Screen) -> str:
    """Everything that the page was made of, as it goes to the browser, and its address."""
    found: list[str] = [json.dumps(dict(screen.app.query_params.items()), default=str)]
    waiting: list[Any] = [screen.app._tree]
    while waiting:
        node = waiting.pop()
        waiting += list(getattr(node, "children", {}).values())
        found.append(str(getattr(node, "proto", "")))
    return "\n".join(found)


@pytest.mark.parametrize("n", [0, 1])
def test_what_a_node_prints_and_raises_is_on_no_page(screen: Screen, n: int) -> None:
    here = sources().source("")
    assert here is not None
    run = sources().runs.start(here, RunRequest("look", "t", Input({"n": n})))
    state = run.wait(60)
    assert (state.failure is not None) == bool(n)
    for page in ("run", "debugger", "tasks", "clean", "learn"):
        text = drawn(screen.on(page).run(thread="t", run=run.id))
        assert [secret for secret in SECRETS if secret in text] == [], page
        assert screen.crashes == []
        assert page != "run" or HIDDEN in text


def test_a_store_that_does_not_answer_is_told_without_its_password(screen: Screen) -> None:
    for page in ("debugger", "run", "tasks", "clean"):
        text = drawn(screen.on(page).run(store=list(sources().titles())[-1]))
        assert "production" in text
        assert [secret for secret in SECRETS if secret in text] == [], page


def test_an_address_of_the_page_that_holds_a_password_is_not_said_back(screen: Screen) -> None:
    screen.on("debugger").run(store="postgresql://bob:unheard-of-7f3a@host/db")
    assert "unheard-of" not in screen.says
    assert screen.crashes == []
