"""Things that happen to threads, each by itself: the sentences that are said of them are so, and say what matters."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.programs.player import Player
from tests.conformance.programs.programs import Kind, Operation, Program
from tests.conformance.statements.statements import untruths
from ui.timetravel.presentation.narration.headline import headline
from ui.timetravel.stores import open_store

BESIDE = "S>a a>b a>c"


def given(how: str = "", durability: str = "sync", work: int = 2, **plan: str) -> Operation:
    """An input that has the nodes do this."""
    return Operation("input", values={"plan": plan, "work": work}, how=how, durability=durability)


def then(kind: Kind, **more: Any) -> Operation:
    return Operation(kind, **more)


MOST_TRIES = 8

STORIES = {
    "one of two questions is answered": (
        Program(BESIDE, (given(b="ask:b?", c="ask:c?"), then("answer_one"))),
        ("b asked, and was answered", "c asks and waits for an answer", "next is c"),
    ),
    "the process is killed when one of two is done": (
        Program(BESIDE, (given(how="process", c="kill"),)),
        ("next is c", "b is done and will not run again"),
    ),
    "one of two is cancelled when the other one fails": (
        Program(BESIDE, (given(how="loop", b="wait:long", c="fail"),)),
        ("c failed", "b was cancelled when c failed: neither done nor failed"),
    ),
    "what was cancelled is done later": (
        Program(BESIDE, (given(how="loop", b="wait:long", c="fail"), then("resume"))),
        ("b was cancelled when c failed; a later try went well", "next is c"),
    ),
    "two write to a channel that takes one value": (
        Program(BESIDE, (given(b="set", c="set"),)),
        ("b and c are done, and no step was made of what they wrote yet", "b and c both wrote work in one step"),
    ),
    "a run that saves at its end can't take in what two wrote": (
        Program(BESIDE, (given(durability="exit", b="set", c="set"),)),
        ("b and c are done, and no step was made of what they wrote.", "b and c both wrote work in one step"),
    ),
    "a run saves at its end": (
        Program("S>a a>b", (given(durability="exit"),)),
        ("steps were saved as one", "the input set plan and work", "a and b ran and changed log and n"),
    ),
    "a run that saves at its end begins with another input": (
        Program("S>a a>b", (given(b="ask:b?"), given(durability="exit", b="note"))),
        ("b asked", "it was never answered here: a new input came instead (step 5)"),
    ),
    "an update counts as a node that is not due": (
        Program("S>a a>b", (given(), then("update", values={"work": 3}, as_node="a"))),
        ("work was changed by hand; next is b.",),
    ),
    "an update is made where Sends are due": (
        Program("S>a a>b a*work", (given(work=2), then("update", at=1, values={"box": 1}, as_node="b"))),
        ("box was changed by hand",),
    ),
    "what is due is dropped": (
        Program("S>a a>b", (given(b="ask:b?"), then("clear"))),
        ("what was due (b) was dropped by hand, with an update as END",),
    ),
    "a checkpoint is copied": (Program("S>a a>b", (given(), then("copy", at=1))), ("a copy of step 1",)),
    "a thread with a delta channel is gone on with from an older checkpoint": (
        Program("delta S>a a>b b>c", (given(), then("resume", at=1))),
        ("a fork of step", "to run again from there"),
    ),
    "a question in a subgraph is answered": (
        Program("S>a a>inner", (given(x="ask:x?"), then("answer"))),
        ("inner asked, and was answered",),
    ),
    "a question is left behind": (
        Program("S>a a>b", (given(b="ask:b?"), given(b="note"))),
        ("b asked", "it was never answered here: a new input came instead"),
    ),
    "a run pauses before a node": (
        Program("S>a a>b", (Operation("input", values={"work": 1}, before=("b",)), then("resume"))),
        ("b ran and changed log and n,", "where the run had stopped"),
    ),
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stories") / "checkpoints.sqlite"


@pytest.fixture(scope="module")
def player(path: Path) -> Iterator[Player]:
    with Player(sys.executable, path) as playing:
        yield playing


@pytest.mark.parametrize("story", STORIES)
def test_it_is_told_as_it_was_when(story: str, player: Player, path: Path) -> None:
    program, words = STORIES[story]
    said: list[str] = []
    # What a run was at when it ended LangGraph saves only if there is time, so a story may have to be played again.
    for thread in (f"{story} {number}" for number in range(MOST_TRIES)):
        history = player.play(program, thread)
        with open_store(str(path)) as store:
            assert not untruths(store, history)
            said = [headline(store, thread, one.namespace, one.id) for one in history.of("")]
        if any(all(word in sentence for word in words) for sentence in said):
            return
    pytest.fail("\n".join(said))
