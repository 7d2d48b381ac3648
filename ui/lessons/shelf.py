"""The lessons, in the order in which they are best taken."""

from ui.lessons.lesson import Lesson
from ui.lessons.topics import (
    crash_recovery,
    first_thread,
    thread_ids,
    why_persistence,
)

LESSONS: tuple[Lesson, ...] = (
    why_persistence.LESSON,
    first_thread.LESSON,
    thread_ids.LESSON,
    crash_recovery.LESSON,
)


def lesson(slug: str) -> Lesson:
    """The lesson of this name; the first one where there is none."""
    return next((one for one in LESSONS if one.slug == slug), LESSONS[0])
