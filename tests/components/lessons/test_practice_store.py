"""Lessons happen in stores of their own, in the app's own folder."""

import pytest

from tests.components.conftest import Drawn
from ui.components.lessons.practice_store import classroom, progress
from ui.lessons.catalogue import LESSONS
from ui.session.context import sources

pytestmark = pytest.mark.usefixtures("looked_at")


def test_a_classroom_has_the_threads_of_one_walk_and_nothing_is_made_by_looking(drawn: Drawn) -> None:
    found: list[object] = []

    def draw() -> None:
        room = classroom(LESSONS[1], "3f2a")
        found.extend([room.thread(), room.existing(), room.ids(), sorted(sources().practice_folder.iterdir())])

    drawn(draw)
    assert found == ["first-thread-3f2a", None, (), []]


def test_how_far_a_person_is_is_kept_beside_them(drawn: Drawn) -> None:
    found: list[object] = []

    def draw() -> None:
        progress().pressed("first_thread", "3f2a", "run")
        found.extend([progress().walk("first_thread").pressed, (sources().practice_folder / "lessons.json").exists()])

    drawn(draw)
    assert found == [("run",), True]
