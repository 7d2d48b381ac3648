"""A delta channel's value on the screen: rebuilt with the graph's code, else what it follows from, and marked so."""

from collections.abc import Callable
from pathlib import Path

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver

from tests.screens.conftest import Screen
from tests.timetravel.worker import projects
from tests.timetravel.worker.projects.deltas import _builder
from ui.timetravel.stores import open_store

Open = Callable[..., Screen]
PROJECT = Path(projects.__path__[0]) / "langgraph.json"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "deltas.sqlite"
    with SqliteSaver.from_conn_string(str(path)) as saver:
        _builder.compile(checkpointer=saver).invoke({"n": 0}, {"configurable": {"thread_id": "t"}})
    return path


def state(screen: Screen) -> str:
    assert screen.crashes == []
    return str([one.value for one in screen.app.json])


def test_without_code_the_writes_since_the_snapshot_are_shown_and_marked(opened: Open, store: Path) -> None:
    screen = opened(store).run(thread="t", tab="state")
    assert "not rebuilt" in state(screen)
    assert "writes since" in state(screen)
    assert "item 3" in state(screen)


def test_with_code_the_value_is_rebuilt_and_said_to_be(opened: Open, store: Path) -> None:
    screen = opened(store, graphs_file=str(PROJECT)).on("debugger").run(thread="t", tab="state", graph="delta")
    assert "writes since" not in state(screen)
    assert "its value was rebuilt with the graph's code" in screen.says


def test_what_a_step_added_to_a_delta_channel_is_a_change(opened: Open, store: Path) -> None:
    screen = opened(store, graphs_file=str(PROJECT)).on("debugger").run(thread="t", graph="delta")
    assert "item 3" in str(screen.drawings("changes"))


def test_code_that_has_no_such_channel_says_so_and_shows_the_writes(opened: Open, store: Path) -> None:
    screen = opened(store, graphs_file=str(PROJECT)).on("debugger").run(thread="t", tab="state", graph="steps")
    assert "Rebuilding failed" in screen.says
    assert "writes since" in state(screen)


def test_walking_through_a_thread_imports_the_code_once(opened: Open, store: Path, tmp_path: Path) -> None:
    module = tmp_path / "counted.py"
    count = "with open(__file__ + '.imported', 'a') as log: log.write('once\\n')\n"
    module.write_text(f"{count}from tests.timetravel.worker.projects.deltas import *\ngraph = delta\n")
    screen = opened(store, graph_specs=(f"{module}:graph",)).on("debugger")
    with open_store(str(store)) as read:
        ids = read.skeleton("t").ids
    for checkpoint in ids:
        screen.run(thread="t", tab="state", checkpoint=checkpoint)
        assert "writes since" not in state(screen)
    assert module.with_name("counted.py.imported").read_text() == "once\n"
