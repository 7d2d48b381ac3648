"""How much memory a value takes is told well enough to bound what is kept."""

import tracemalloc

import pytest

from tests.support.hostile.values.heavy import VALUES
from ui.timetravel.ground.weight import weight
from ui.timetravel.model.checkpoints import Skeleton
from ui.timetravel.model.values import Typed
from ui.timetravel.serde.decode import decode


@pytest.mark.parametrize("kind", sorted(VALUES))
def test_what_is_decoded_weighs_what_it_takes(kind: str) -> None:
    blob = VALUES[kind](5_000)
    tracemalloc.start()
    try:
        value = decode("msgpack", blob)
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert weight(value) > taken * 0.8 - 20_000


def test_what_a_dataclass_holds_is_weighed_with_it() -> None:
    assert weight(Typed("a", "B", "x" * 1000)) > 1000
    assert weight(Skeleton(("x" * 1000,), (None,))) > 1000


def test_what_is_heavier_than_was_asked_for_is_not_weighed_to_its_end() -> None:
    endless: list[object] = []
    endless.append(endless)
    assert weight(endless, most=10_000) > 10_000
