"""In which language a lesson is walked through in a browser, and in which one on the screen without a browser."""

from ui.lessons.catalogue import LESSONS
from ui.session.view import LANGUAGES

IN_BROWSER = {lesson.slug: LANGUAGES[place % len(LANGUAGES)] for place, lesson in enumerate(LESSONS)}
"""By lesson. The languages take turns, so that each is seen in a browser, and no lesson costs that twice."""
ELSEWHERE = [(lesson, one) for lesson in LESSONS for one in LANGUAGES if one != IN_BROWSER[lesson.slug]]
"""All other lessons and languages."""
