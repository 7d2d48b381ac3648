"""Random programs on an InMemorySaver in a worker: reading it through the worker says what LangGraph says of it."""

import itertools
import pickle
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.conformance.programs.local import Thread
from tests.conformance.programs.programs import Program
from tests.conformance.suite import conform
from ui.timetravel.model.jobs import Input, Job
from ui.timetravel.model.project import Project
from ui.timetravel.model.runs import RunStatus
from ui.timetravel.worker.resident.worker import ResidentWorker

PROJECT = Path(__file__).parent / "project"
ROOT = PROJECT.parents[2]


@pytest.fixture(scope="module")
def keeper() -> Iterator[ResidentWorker]:
    made = ResidentWorker(Project(PROJECT, {"player": f"{PROJECT / 'player.py'}:player"}, (ROOT,)), graph="player")
    yield made
    made.close()


def test_a_memory_says_what_langgraph_says(keeper: ResidentWorker, tmp_path: Path) -> None:
    numbers = itertools.count()

    def play(program: Program) -> Thread:
        number = next(numbers)
        into = tmp_path / str(number)
        given = {"program": program.as_data(), "thread": f"线程 {number} 🧵", "into": str(into)}
        state = keeper.start(Job("player", keeper.target, f"player {number}", Input(given))).wait(60)
        assert state.status is RunStatus.FINISHED, state
        found: Thread = pickle.loads(into.read_bytes())
        return found

    conform(80, play, lambda: nullcontext(keeper.store()))
