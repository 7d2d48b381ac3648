"""Random programs in which anything may happen to a thread: what a screen says of each checkpoint is so.

The truth is told by the nodes while they run, by whoever did something, and by LangGraph (see deeds.py); the processes
that nodes kill are real ones.
"""

import sys
from pathlib import Path

from tests.conformance.programs.generated import storied_shape
from tests.conformance.programs.player import Player
from tests.conformance.stories.stories import all_so

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


def test_what_is_said_of_a_thread_is_so(tmp_path: Path) -> None:
    path = tmp_path / "checkpoints.sqlite"
    with Player(sys.executable, path) as player:
        made = all_so(40, player, path, storied_shape)
    assert not (few := sorted(kind for kind in KINDS if not made[kind])), few
