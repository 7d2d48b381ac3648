"""Mutations of the bytes and the rows of stores, each read by every path."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.soak.promise import Case, Promise, Scale
from tests.support.hostile.apart import apart
from tests.support.hostile.crawl import crawl_file
from tests.support.hostile.stores import damage_rows, left_behind
from tests.support.hostile.stores.folders import difference, moment_of
from tests.support.hostile.stores.stores import in_sqlite

MUTATIONS, IN_SHORT = 3_000, 6
READ = 6
"""Of each namespace this many checkpoints are read in full."""
PROCESSOR_SECONDS = 10.0


def try_all(scale: Scale) -> Iterator[Case]:
    """Two mutations of rows in turn with one of files."""
    scale.folder.joinpath("rows").mkdir()
    whole = crawl_file(str(in_sqlite(damage_rows.base(), scale.folder / "rows" / "s.sqlite")), READ).threads["healthy"]
    bases = left_behind.all_bases(scale.folder / "bases")
    for number in range(IN_SHORT if scale.short else MUTATIONS):
        seed = scale.rng.getrandbits(32)
        rng = random.Random(seed)
        if number % 3 == 2:
            path, what = left_behind.damage(bases, scale.folder / "files", rng)
            healthy = ""
        else:
            only = damage_rows.SPARES if number % 3 else damage_rows.KINDS
            path, what = damage_rows.mutated(scale.folder / "rows" / "s.sqlite", rng, only)
            healthy = whole if only is damage_rows.SPARES else ""
        yield Case(f"seed {seed}: {what}", try_one(path, healthy))


def try_one(path: Path, healthy: str = "") -> str:
    """What went wrong when the store at `path` was read; `healthy` is what its healthy thread has to read as."""
    before = moment_of(path.parent)
    given, failure = apart(_read(path), PROCESSOR_SECONDS)
    if changed := difference(before, moment_of(path.parent)):
        failure = f"{failure}\n{changed}".strip()
    if not failure and healthy and given != healthy:
        failure = "the healthy thread reads otherwise than in a store without damage"
    return failure


def _read(path: Path) -> Callable[[], str]:
    return lambda: crawl_file(str(path), READ).threads.get("healthy", "")


PROMISE = Promise(
    "damaged_rows",
    "Whatever a store's bytes and rows hold, what can be read is read, and the rest is said.",
    try_all,
)
