"""Stores that ask for much: each look takes its share of time and memory, and says what it lacks."""

from collections.abc import Iterator
from pathlib import Path

from tests.soak.promise import Case, Promise, Scale
from tests.support.hostile.apart import apart
from tests.support.hostile.crawl import crawl_file
from tests.support.hostile.stores.stores import DECLARED, in_sqlite
from tests.support.hostile.values.heavy import STORES, VALUES, make
from ui.command.large_blocks import give_back_large_blocks

SECONDS, MEGABYTES = 60, 300
"""Of the processor, for one store read whole in every way (some hundred reads); and of memory beyond what was there."""

_PER_READ = ("namespaces", "namespaces in each other", "checkpoints", "parents in a ring")
"""Kinds that are read part by part: a person opens them one at a time, so the crawl has fewer of them."""


def _peak() -> int:
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) // 1024


def _look(path: Path) -> int:
    give_back_large_blocks()  # as the app does at its start
    before = _peak()
    crawl_file(str(path), most=4, keep=False)
    return _peak() - before


def attempts(scale: Scale) -> Iterator[Case]:
    """Every kind, small in short and at its full size else."""
    kinds = [*VALUES, *STORES]
    for kind in scale.rng.sample(kinds, 5) if scale.short else kinds:
        number = 50 if scale.short else 200 if kind in _PER_READ else 1_000_000 if kind in VALUES else 20_000
        path = in_sqlite(make(kind, number), scale.folder / "store.sqlite", layout=DECLARED)
        peak, failure = apart(lambda path=path: _look(path), seconds=SECONDS, wait=20 * SECONDS)  # type: ignore[misc]
        if not failure and peak > MEGABYTES:
            failure = f"{peak} MB"
        yield Case(f"{number:,} {kind}", failure)


PROMISE = Promise(
    "hostile_corpus",
    "A store whose values, names or rows are made to be large takes a bounded share of time and memory.",
    attempts,
)
