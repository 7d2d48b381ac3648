"""How much a store holds, in four numbers."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.components.conftest import THREADS, Drawn
from ui.components.cleanup.overview import Overview, file_size, overview, overview_line
from ui.session.context import source

pytestmark = pytest.mark.usefixtures("looked_at")


def numbers(drawn: Drawn, change: dict[str, object] | None = None) -> dict[str, str]:
    part = drawn(lambda: overview_line(replace(overview(), **(change or {}))))  # type: ignore[arg-type]
    return {one.label: one.value for one in part.app.metric}


def test_threads_checkpoints_and_bytes_are_counted(
    drawn: Drawn, store_file: Path, ids: dict[str, tuple[str, ...]]
) -> None:
    found = numbers(drawn)
    assert found["Threads"] == str(len(THREADS))
    assert found["Checkpoints"] == str(sum(map(len, ids.values())))
    assert found["Idle for 30 days"] == "0"
    assert found["Size of the file"].endswith("kB")


def test_of_a_store_with_very_many_threads_it_says_that_there_are_more(drawn: Drawn) -> None:
    found = numbers(drawn, {"whole": False})
    assert found["Threads"] == f"over {len(THREADS)}"
    assert found["Idle for 30 days"] == "see Preview"


def test_a_thread_that_has_not_changed_for_long_is_idle(drawn: Drawn) -> None:
    def draw() -> None:
        old = [replace(one, updated_at=datetime(2020, 1, 1, tzinfo=UTC)) for one in overview().threads[:2]]
        overview_line(Overview((*old, *overview().threads[2:]), whole=True))

    assert {one.label: one.value for one in drawn(draw).app.metric}["Idle for 30 days"] == "2"


def test_an_empty_store_has_nothing_of_all(drawn: Drawn) -> None:
    found = numbers(drawn, {"threads": ()})
    assert (found["Threads"], found["Checkpoints"]) == ("0", "0")


def test_the_size_of_a_file_that_is_gone_is_nothing(drawn: Drawn) -> None:
    sizes: list[int] = []

    def draw() -> None:
        here = source().file
        assert here is not None
        sizes.extend([file_size(here), file_size(Path("/nowhere.sqlite"))])

    drawn(draw)
    assert sizes[0] > 10_000
    assert sizes[1] == 0
