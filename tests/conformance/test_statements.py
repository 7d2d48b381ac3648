"""Random programs in which anything may happen to a thread: what a screen says of each checkpoint is so.

The truth is told by the nodes while they run, by whoever did something, and by LangGraph (see deeds.py); the processes
that nodes kill are real ones.
"""

import itertools
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from tests.conformance.budget import for_each
from tests.conformance.deeds import History
from tests.conformance.generated import old_shape, storied_program, storied_shape
from tests.conformance.player import Player
from tests.conformance.programs import Program
from tests.conformance.statements import untruths
from tests.old_langgraph import VERSIONS, python_of
from ui.timetravel.stores import open_store

KINDS = frozenset(
    (
        *("asked", "cancelled", "done", "failed", "killed"),
        *(f"checkpoints of the source {source}" for source in ("input", "loop", "update", "fork")),
        *(f"runs in the way {how!r}" for how in ("", "loop", "process", "twice")),
        *(f"saving {durability}" for durability in ("async", "exit", "sync")),
        *("copies", "updates as END", "questions in subgraphs", "answers to one of several", "pauses", "a cached node"),
        "writes that can't be taken in",
    )
)
"""What the programs must have made, or they prove less than they should."""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("statements") / "checkpoints.sqlite"


@pytest.fixture(scope="module")
def player(path: Path) -> Iterator[Player]:
    with Player(sys.executable, path) as playing:
        yield playing


def test_what_is_said_of_a_thread_is_so(player: Player, path: Path) -> None:
    made = _all_so(50, player, path, storied_shape)
    assert not (few := sorted(kind for kind in KINDS if not made[kind])), few


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_said_of_a_thread_of_an_old_langgraph_is_so(version: str, tmp_path: Path) -> None:
    path = tmp_path / "checkpoints.sqlite"
    with Player(python_of(version), path) as player:
        made = _all_so(8, player, path, old_shape)
    assert made["asked"]
    assert made["done"]


def _all_so(number: int, player: Player, path: Path, shapes: Callable[[Random], str]) -> Counter[str]:
    """Play about this many programs, and count of each kind of thing how many of them had it."""
    made: Counter[str] = Counter()
    threads = (f"线程 {one} 🧵" for one in itertools.count())

    def check(random: Random) -> None:
        program = storied_program(random, shapes)
        history = player.play(program, next(threads))
        with open_store(str(path)) as store:
            found = untruths(store, history)
        assert not found, "\n".join([repr(program), *found])
        made.update(set(_kinds(program, history)))

    for_each(number, check)
    return made


def _kinds(program: Program, history: History) -> Iterator[str]:
    yield from (one.event for one in history.events)
    for deed in history.deeds:
        yield f"runs in the way {deed.how!r}"
        yield f"saving {deed.durability}"
        yield "pauses" if deed.paused else ""
        yield "writes that can't be taken in" if deed.raised == "InvalidUpdateError" and deed.kind == "input" else ""
        yield {"copy": "copies", "clear": "updates as END"}.get(deed.kind, "") if deed.made else ""
        yield "answers to one of several" if deed.kind == "answer_one" and deed.made else ""
    for snapshot in history.snapshots:
        yield f"checkpoints of the source {snapshot.source}"
        yield "questions in subgraphs" if snapshot.namespace and any(task.asked for task in snapshot.tasks) else ""
        for task in snapshot.tasks:
            told = history.events_of(task.id)
            yield "a cached node" if "$" in program.shape and task.name == "b" and task.done and not told else ""
