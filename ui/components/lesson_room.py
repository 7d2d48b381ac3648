"""The practice stores that lessons happen in."""

from ui.lessons.classroom import Classroom, Stores
from ui.lessons.lesson import Lesson
from ui.session import sources


def classroom(lesson: Lesson, attempt: str) -> Classroom:
    """The threads of one walk through a lesson."""
    known = sources()
    stores = Stores(known.practice, known.existing_practice)
    return Classroom(lesson.slug, attempt, lesson.spots, stores, known.practice_folder / "node-runs.jsonl")
