"""Killing a worker, what survives, and trying again, as the screens say it. The workers are real."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.screens.conftest import Screen
from ui.services.create_store import make_store
from ui.session.context import sources
from ui.timetravel.model.jobs import Input, Job
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.runs.retries.retry_policy import RetryPolicy
from ui.timetravel.runs.runner import LiveRun, Runner

Open = Callable[..., Screen]

GRAPH = """
import pathlib, time
from langgraph.graph import START, StateGraph

here = pathlib.Path(__file__).parent

def plan(state: dict) -> dict:
    print("plan ran")
    return {"planned": True}

def work(state: dict) -> dict:
    if (here / "broken").exists():
        raise RuntimeError("it is broken")
    while not (here / "go").exists():
        time.sleep(0.01)
    return {"worked": True}

graph = StateGraph(dict).add_sequence([plan, work]).add_edge(START, "plan").compile()
"""
"""Its second node waits for a file, so that a test has all the time it needs to look, and to kill."""


@pytest.fixture
def app(opened: Open, tmp_path: Path) -> Screen:
    (tmp_path / "held.py").write_text(GRAPH)
    make_store(tmp_path / "s.sqlite")
    return opened(tmp_path / "s.sqlite", "memory:", graph_specs=(f"{tmp_path / 'held.py'}:graph",))


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job("held", str(tmp_path / "s.sqlite"), "t", Input({"topic": "x"}))


def workers() -> Runner:
    found = sources().workers
    assert found is not None
    return found


def when(run: LiveRun, true: Callable[[RunState], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true(run.state()):
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.01)


def popovers(screen: Screen) -> set[str]:
    return {str(one.proto.popover.label) for one in screen.app.get("popover")}


def works(state: RunState) -> bool:
    return any(one.node == "work" for one in state.nodes) and len(state.checkpoints) == 3


def test_a_killed_run_says_what_survived_and_goes_on_with_retries(app: Screen, job: Job, tmp_path: Path) -> None:
    run = workers().start(job)
    when(run, works)
    app.on("debugger").run(run=run.id, thread="t")
    assert "as a crash or a pulled plug would. What finished is saved." in app.says
    app.on("run").run(run=run.id).click("Kill it now")
    run.wait(20)
    app.run()
    assert "✖ The worker process died" in app.says
    assert "Saved: 3 checkpoints of this run. Next is work. What finished is not run again." in app.says
    assert list(app.app.dataframe[0].value["State"]) == ["✖ cut off", "✔ done"]
    assert "Resume from there" in app.buttons
    assert not {"Traceback", "Last output"} & popovers(app), "what it printed is on the page"
    assert "plan ran" in app.says
    assert "Last output" in popovers(app.on("debugger").run(run=run.id, thread="t"))
    app.on("run").run(run=run.id)
    assert "Waits 1 s, 2 s, 4 s, 8 s in between." in app.says
    (tmp_path / "go").touch()
    app.click("Start")
    assert "try 1 of 5" in app.says
    (again,) = sources().runs.retrying.all()
    assert again.wait(60).status is RunStatus.FINISHED
    app.run(run=again.id)
    assert "✔ Finished · try 1 of 5" in app.says
    assert "✔ Try 1 passed · began " in app.says
    app.on("debugger").run(thread="t")
    assert "Resume" not in app.buttons


def test_a_pause_between_tries_is_counted_down_and_can_be_stopped(app: Screen, job: Job, tmp_path: Path) -> None:
    (tmp_path / "broken").touch()
    run = sources().runs.retrying.start(workers(), job, RetryPolicy(5, 3000), lambda _: None)
    when(run, lambda state: state.status is RunStatus.WAITING)
    app.on("debugger").run(thread="t")
    assert "… Waiting · try 1 of 5 failed · next try in " in app.says
    assert not {"Kill it now", "Resume", "Start"} & set(app.buttons), "another run would do the same nodes"
    app.on("run").run(run=run.id)
    assert "✖ Try 1 failed · began " in app.says
    assert "then a pause of 50 min 0 s" in app.says
    app.click("Stop")
    assert run.wait(20).status is RunStatus.STOPPED
    app.run()
    assert "■ Stopped · try 1 of 5" in app.says
    assert "work raised RuntimeError: it is broken" in app.says
    assert "Traceback" in popovers(app)
    assert "Resume from there" in app.buttons


def test_a_worker_that_is_killed_takes_its_memory_along(app: Screen, job: Job) -> None:
    memory = sources().open("memory:")
    assert memory.runner is not None
    run = memory.runner.start(replace(job, store="memory:"))
    when(run, works)
    app.on("run").run(run=run.id, store="memory:")
    assert "Every thread in its memory is lost" in app.says
    app.click("Kill it now")
    run.wait(20)
    app.run()
    assert "Nothing survived: the thread was in the worker's memory." in app.says
    assert "Resume from there" not in app.buttons
