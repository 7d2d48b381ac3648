"""The suite itself, the same for every kind of store: random programs, each read by us and by LangGraph."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from random import Random

from langgraph.types import StateSnapshot

from tests.conformance.oracle.budget import for_each
from tests.conformance.oracle.compare import differences, id_of
from tests.conformance.programs.generated import Shapes, any_program, any_shape
from tests.conformance.programs.local import Thread, Told
from tests.conformance.programs.programs import Program
from ui.timetravel.stores import Store

KINDS = frozenset(
    (
        "branches",
        "a subgraph",
        "a subgraph inside a subgraph",
        "questions",
        "questions that were answered",
        "failures",
        "parallel tasks",
        "several tasks of one node",
        "a delta channel",
        *(f"checkpoints of the source {source}" for source in ("input", "loop", "update", "fork")),
    )
)
"""What the programs of one run of the suite must have made, or they prove less than they should."""

_PROGRAMS = 5
"""How many of them must have made it, at least."""


def conform(
    number: int,
    play: Callable[[Program], Thread],
    opened: Callable[[], AbstractContextManager[Store]],
    *,
    of: Shapes = any_shape,
    left_out: Collection[str] = (),
    at_once: int = 1,
) -> None:
    """Run about this many programs on graphs of these shapes, and compare the stores field by field.

    `at_once` are played side by side, where one would mostly wait.
    """
    made: Counter[str] = Counter()

    def check(random: Random) -> None:
        batch = [any_program(random, of) for _ in range(at_once)]
        with ThreadPoolExecutor(at_once) as pool:
            threads = list(pool.map(play, batch)) if at_once > 1 else [play(batch[0])]
        with opened() as store:
            for program, thread in zip(batch, threads, strict=True):
                found = differences(store, thread, left_out)
                assert not found, "\n".join([repr(program), *found])
                made.update({kind for told in thread.told for kind in _kinds(told)})

    for_each(number // at_once, check)
    assert not (few := {kind: made[kind] for kind in KINDS if made[kind] < _PROGRAMS}), f"Too few had these: {few}"


def _kinds(told: Told) -> Iterator[str]:
    parents = Counter(id_of(snapshot.parent_config) for snapshot in told.snapshots)
    if any(count > 1 for count in parents.values()):
        yield "branches"
    yield from ("", "a subgraph", "a subgraph inside a subgraph")[1 : 1 + told.namespace.count(":")]
    for snapshot in told.snapshots:
        yield from set(_kinds_of(snapshot))


def _kinds_of(snapshot: StateSnapshot) -> Iterator[str]:
    metadata = dict(snapshot.metadata or {})
    yield f"checkpoints of the source {metadata.get('source')}"
    if "counters_since_delta_snapshot" in metadata:
        yield "a delta channel"
    if len(snapshot.tasks) > 1:
        yield "parallel tasks"
    if len({task.name for task in snapshot.tasks}) < len(snapshot.tasks):
        yield "several tasks of one node"
    for task in snapshot.tasks:
        if task.error:
            yield "failures"
        if task.interrupts:
            yield "questions" if task.result is None else "questions that were answered"
