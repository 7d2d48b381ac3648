"""Every lesson in a browser, in one of its languages; test_lessons_on_screen.py has the others."""

from collections.abc import Callable

from tests.browser.support.lessons import at, every_lesson, learn, open_folder, school, slow_school
from tests.lessons.languages import IN_BROWSER
from ui.lessons.lesson import Lesson

__all__ = ["at", "learn", "open_folder", "school", "slow_school"]


@every_lesson
def test_a_lesson_does_what_it_says_and_its_check_passes(lesson: Lesson, learn: Callable[[Lesson, str], None]) -> None:
    learn(lesson, IN_BROWSER[lesson.slug])
