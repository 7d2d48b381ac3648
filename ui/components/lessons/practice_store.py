"""The practice stores of lessons, as this tab uses them."""

from ui.lessons.lesson import Lesson
from ui.lessons.practice.classroom import Classroom
from ui.lessons.progress import LessonProgress
from ui.session.context import sources


def classroom(lesson: Lesson, attempt: str) -> Classroom:
    """The threads of one walk through a lesson."""
    return Classroom(lesson.slug, attempt, lesson.spots, sources())


def progress() -> LessonProgress:
    """The person's progress in the lessons."""
    return LessonProgress(sources().practice_folder / "lessons.json")
