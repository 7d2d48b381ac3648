"""Many random programs in which anything may happen, and whether what is said of their threads is so."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from tests.conformance.oracle.budget import for_each
from tests.conformance.programs.deeds import History
from tests.conformance.programs.generated import storied_program
from tests.conformance.programs.player import Player
from tests.conformance.programs.programs import Program
from tests.conformance.statements.statements import untruths
from ui.timetravel.stores import open_store


def all_so(number: int, player: Player, path: Path, shapes: Callable[[Random], str]) -> Counter[str]:
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
