"""How far a person is in the lessons is there again after a reload."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ui.lessons.progress import LessonAttempt, LessonProgress


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "app" / "lessons.json"


def test_nothing_was_begun_at_first(file: Path) -> None:
    assert LessonProgress(file).walk("first_thread") == LessonAttempt()


def test_the_steps_of_a_walk_are_remembered_in_their_order_and_once(file: Path) -> None:
    for step in ("run", "look", "run"):
        LessonProgress(file).pressed("first_thread", "3f2a", step)
    assert LessonProgress(file).walk("first_thread") == LessonAttempt("3f2a", ("run", "look"))


def test_a_new_walk_begins_without_steps(file: Path) -> None:
    LessonProgress(file).pressed("first_thread", "3f2a", "run")
    LessonProgress(file).pressed("first_thread", "77aa", "look")
    assert LessonProgress(file).walk("first_thread") == LessonAttempt("77aa", ("look",))


def test_a_lesson_that_was_passed_stays_so_when_it_is_started_over(file: Path) -> None:
    LessonProgress(file).pressed("first_thread", "3f2a", "run")
    LessonProgress(file).passed("first_thread")
    LessonProgress(file).start_over("first_thread")
    assert LessonProgress(file).walk("first_thread") == LessonAttempt(passed=True)


def test_lessons_don_t_touch_each_other(file: Path) -> None:
    LessonProgress(file).pressed("first_thread", "3f2a", "run")
    LessonProgress(file).passed("retries")
    assert LessonProgress(file).walk("first_thread") == LessonAttempt("3f2a", ("run",))


def test_what_several_tabs_do_at_once_is_all_remembered(file: Path) -> None:
    steps = [f"step {number}" for number in range(40)]
    with ThreadPoolExecutor(8) as tabs:
        list(tabs.map(lambda step: LessonProgress(file).pressed("first_thread", "3f2a", step), steps))
        list(tabs.map(lambda step: LessonProgress(file).passed(step), steps))
    assert set(LessonProgress(file).walk("first_thread").pressed) == set(steps)
    assert all(LessonProgress(file).walk(step).passed for step in steps)


@pytest.mark.parametrize("text", ["", "[]", "null", '{"first_thread": 3}', '{"first_thread": {}}'])
def test_a_file_that_makes_no_sense_counts_as_empty(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text)
    assert LessonProgress(file).walks() == {}
