"""The lessons, in the order in which they are best taken."""

from ui.lessons.lesson import Lesson
from ui.lessons.topics import first_thread

LESSONS: tuple[Lesson, ...] = (first_thread.LESSON,)


def lesson(slug: str) -> Lesson:
    """The lesson of this name; the first one where there is none."""
    return next((one for one in LESSONS if one.slug == slug), LESSONS[0])
