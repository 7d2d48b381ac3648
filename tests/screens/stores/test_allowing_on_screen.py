"""What a run from a checkpoint would import and call, and no schema declares: told before, and allowed by a person."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.conftest import Screen, last_run
from tests.support.hostile.stores.stores import in_sqlite
from tests.support.hostile.values.naming import Canary, delta, named, placed
from ui.session.context import sources
from ui.timetravel.model.jobs import Input, RunRequest
from ui.timetravel.model.runs import RunStatus

Open = Callable[..., Screen]
AGENT = """
from typing import Any
from langgraph.graph import START, MessagesState, StateGraph

class State(MessagesState):
    x: Any

graph = StateGraph(State).add_node("model", lambda state: {"x": 1}).add_edge(START, "model").compile()
"""


@pytest.fixture
def canary(tmp_path: Path) -> Canary:
    return Canary.made(tmp_path)


@pytest.fixture
def page(opened: Open, canary: Canary, tmp_path: Path) -> Screen:
    (tmp_path / "agent.py").write_text(canary.audit + AGENT)
    value = dict(named(canary))["function by one argument"]
    rows = placed(value, "t")["channel"]
    rows.add(*delta(value, "spread", "messages").rows)
    in_sqlite(rows, tmp_path / "s.sqlite")
    sandbox = str(tmp_path / "own" / "sandbox.sqlite")
    specs = (f"{tmp_path / 'agent.py'}:graph",)
    return opened(tmp_path / "s.sqlite", graph_specs=specs, sandbox=sandbox).on("debugger")


def disabled(page: Screen) -> dict[str, bool]:
    return {one.label: one.disabled for one in page.app.button}


@pytest.mark.parametrize("tab", ["state", "fork"])
def test_it_is_told_before_a_run_and_nothing_can_be_started(page: Screen, canary: Canary, tab: str) -> None:
    page.run(thread="t channel", tab=tab)
    assert page.crashes == []
    assert f"This state names {canary.name}.call, which the graph's schema does not declare." in page.says
    off = disabled(page)
    assert all(off[label] for label in ("Resume", "Run again from here", "Fork and run", "Only change") if label in off)
    assert "calls that with whatever the store holds" in page.says
    assert canary.happened == []


def test_once_allowed_it_runs_and_can_be_withdrawn(page: Screen, canary: Canary, tmp_path: Path) -> None:
    page.run(thread="t channel", tab="state").click("I trust this store: allow")
    assert "which the graph's schema does not declare" not in page.says
    assert canary.happened == []
    kept = tmp_path / "own" / "allowed_types.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    page.click("Run again from here")
    assert last_run().status is RunStatus.FINISHED
    assert "called" in canary.happened
    page.run(thread="t channel", tab="state").click("Withdraw")
    assert sources().allowed.of(str(tmp_path / "s.sqlite")) == frozenset()


def test_a_delta_channel_that_names_it_is_not_rebuilt_until_it_is_allowed(page: Screen, canary: Canary) -> None:
    page.run(thread="spread", tab="state")
    assert "which no graph here declares in its schema" in page.says
    assert canary.happened == []
    page.click("I trust this store: allow")
    assert "called" in canary.happened
    assert page.crashes == []


def test_where_it_shows_only_in_the_run_it_is_told_and_allowed_there(page: Screen, canary: Canary) -> None:
    here = sources().source()
    assert here is not None
    run = sources().runs.start(here, RunRequest("agent", "t channel", Input({"x": 2})))
    assert run.wait(30).status is RunStatus.FAILED
    page.on("run").run(thread="t channel", run=run.id)
    assert page.crashes == []
    assert f"The store names {canary.name}.call, which no graph here declares in its schema." in page.says
    page.click("I trust this store: allow")
    assert sources().allowed.of(here.target) == {(canary.name, "call")}
    assert canary.happened == []
