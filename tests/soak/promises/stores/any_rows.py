"""Random damage to the rows of random histories; where it fails, Hypothesis looks for the least that does."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.soak.promise import Case, Promise, Scale
from tests.support.hostile.apart import apart
from tests.support.hostile.stores.any_rows import SQLITE, Damage, damages
from tests.support.hostile.stores.read_damaged import HISTORIES, Histories

BATCHES, IN_SHORT = 60, 1
DAMAGES, DAMAGES_IN_SHORT = 100, 4
"""Of each batch, which has histories of its own."""
PROCESSOR_SECONDS = 600.0


def try_all(scale: Scale) -> Iterator[Case]:
    """Batches of damages, each in a process of its own."""
    count = DAMAGES_IN_SHORT if scale.short else DAMAGES
    for _ in range(IN_SHORT if scale.short else BATCHES):
        number = scale.rng.getrandbits(32)
        folder = scale.folder / str(number)
        folder.mkdir()
        _, failure = apart(lambda: try_batch(folder, number, count), PROCESSOR_SECONDS, wait=3 * PROCESSOR_SECONDS)  # noqa: B023
        yield Case(f"batch {number}: {count} damages", failure)


def try_batch(folder: Path, number: int, count: int) -> None:
    """Damage random histories so many times. Raises what goes wrong, with the least damage that does it."""
    histories = Histories(folder, Random(number))

    @seed(number)
    @settings(max_examples=count, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(at=st.integers(0, HISTORIES - 1), todo=damages(SQLITE), bare=st.booleans())
    def try_one(at: int, todo: list[Damage], bare: bool) -> None:
        histories.check(at, todo, bare=bare)

    try_one()


PROMISE = Promise(
    "any_rows",
    "Whatever is done to the rows of a real history, what a screen reads is a value or a sentence, and the file stays.",
    try_all,
)
