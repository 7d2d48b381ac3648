"""The practice stores that lessons happen in."""

from ui.lessons.classroom import Classroom
from ui.lessons.lesson import Lesson
from ui.session import sources


def classroom(lesson: Lesson, attempt: str) -> Classroom:
    """The threads of one walk through a lesson."""
    return Classroom(lesson.slug, attempt, lesson.spots, sources())
