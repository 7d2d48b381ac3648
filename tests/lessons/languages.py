"""Which lesson is walked through in a browser, and in which language; all else on the screen without a browser."""

from ui.lessons.catalogue import LESSONS
from ui.session.view import LANGUAGES

_WALKED = {
    "conversation",  # a chat
    "time_travel",  # a fork
    "crash_recovery",  # a killed worker
    "interrupts",  # a question
    "retries",  # several tries of one run
    "which_store",  # three kinds of stores, and a worker that is restarted
    "cleaning_up",  # a deletion
    "subgraphs",  # namespaces
}
"""One lesson at least for each kind of thing that a step does: in a browser a walk costs four times as much."""

_CHOSEN = [lesson for lesson in LESSONS if lesson.slug in _WALKED]
IN_BROWSER = [(lesson, LANGUAGES[place % len(LANGUAGES)]) for place, lesson in enumerate(_CHOSEN)]
"""The languages take turns, so that each is seen in a browser, and no lesson costs that twice."""
_SEEN = {(lesson.slug, language) for lesson, language in IN_BROWSER}
ELSEWHERE = [(lesson, one) for lesson in LESSONS for one in LANGUAGES if (lesson.slug, one) not in _SEEN]
"""All other lessons and languages."""
