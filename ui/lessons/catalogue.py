"""The lessons, in the order in which to take them."""

from ui.lessons.basics.conversation import lesson as conversation
from ui.lessons.basics.first_thread import lesson as first_thread
from ui.lessons.basics.thread_ids import lesson as thread_ids
from ui.lessons.basics.why_persistence import lesson as why_persistence
from ui.lessons.history.checkpoint_life import lesson as checkpoint_life
from ui.lessons.history.inside_a_checkpoint import lesson as inside_a_checkpoint
from ui.lessons.history.second_invoke import lesson as second_invoke
from ui.lessons.history.state_history import lesson as state_history
from ui.lessons.history.time_travel import lesson as time_travel
from ui.lessons.lesson import Lesson
from ui.lessons.recovery.crash_recovery import lesson as crash_recovery
from ui.lessons.recovery.interrupts import lesson as interrupts
from ui.lessons.recovery.parallel_tasks import lesson as parallel_tasks
from ui.lessons.recovery.retries import lesson as retries
from ui.lessons.storage.cleaning_up import lesson as cleaning_up
from ui.lessons.storage.sqlite_restart import lesson as sqlite_restart
from ui.lessons.storage.subgraphs import lesson as subgraphs
from ui.lessons.storage.which_store import lesson as which_store

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
    """The lesson with this name; the first one where there is none."""
    return next((one for one in LESSONS if one.slug == slug), LESSONS[0])
