"""Every lesson in Chinese, in a browser. A file for each language, so that they can be walked through side by side."""

from collections.abc import Callable

from tests.browser.lessons import at, every_lesson, learn, open_folder, school, slow_school
from ui.lessons.lesson import Lesson

__all__ = ["at", "learn", "open_folder", "school", "slow_school"]


@every_lesson
def test_a_lesson_does_what_it_says_and_its_check_passes(lesson: Lesson, learn: Callable[[Lesson, str], None]) -> None:
    learn(lesson, "zh")
