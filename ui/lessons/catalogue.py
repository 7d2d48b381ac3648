"""The lessons, in the order in which they are best taken."""

from ui.lessons.lesson import Lesson
from ui.lessons.topics import (
    checkpoint_life,
    cleaning_up,
    conversation,
    crash_recovery,
    first_thread,
    inside_a_checkpoint,
    interrupts,
    parallel_tasks,
    retries,
    second_invoke,
    sqlite_restart,
    state_history,
    subgraphs,
    thread_ids,
    time_travel,
    which_store,
    why_persistence,
)

LESSONS: tuple[Lesson, ...] = (
    why_persistence.LESSON,
    first_thread.LESSON,
    thread_ids.LESSON,
    checkpoint_life.LESSON,
    inside_a_checkpoint.LESSON,
    state_history.LESSON,
    time_travel.LESSON,
    second_invoke.LESSON,
    crash_recovery.LESSON,
    retries.LESSON,
    interrupts.LESSON,
    sqlite_restart.LESSON,
    which_store.LESSON,
    subgraphs.LESSON,
    cleaning_up.LESSON,
    conversation.LESSON,
    parallel_tasks.LESSON,
)


def lesson(slug: str) -> Lesson:
    """The lesson of this name; the first one where there is none."""
    return next((one for one in LESSONS if one.slug == slug), LESSONS[0])
