"""Lessons in a browser, in one of their languages; test_lessons_on_screen.py has the others."""

from collections.abc import Callable

import pytest

from tests.browser.support.lessons import at, learn, open_folder, school, slow_school
from tests.lessons.languages import IN_BROWSER
from ui.lessons.catalogue import LESSONS
from ui.lessons.lesson import Action, Lesson, StartRun

__all__ = ["at", "learn", "open_folder", "school", "slow_school"]


@pytest.mark.parametrize(("lesson", "language"), IN_BROWSER, ids=[lesson.slug for lesson, _ in IN_BROWSER])
def test_a_lesson_does_what_it_says_and_its_check_passes(
    lesson: Lesson, language: str, learn: Callable[[Lesson, str], None]
) -> None:
    learn(lesson, language)


def test_every_kind_of_step_is_seen_in_a_browser() -> None:
    def kind(action: Action) -> tuple[object, ...]:
        return type(action), isinstance(action, StartRun) and action.retries is not None

    seen = {kind(step.action) for lesson, _ in IN_BROWSER for step in lesson.steps}
    assert {kind(step.action) for lesson in LESSONS for step in lesson.steps} == seen
