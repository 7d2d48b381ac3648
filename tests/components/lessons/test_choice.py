"""Which lesson, in which language, and on which of its threads."""

from collections.abc import Iterator

import pytest

from tests.components.conftest import Drawn, Part
from ui.components.lessons.choice import lesson_choice, next_lesson, spot_choice
from ui.components.lessons.practice_store import classroom, progress
from ui.lessons.catalogue import LESSONS
from ui.lessons.lesson import Lesson
from ui.session.view import View

FIRST, SECOND = (one.slug for one in LESSONS[:2])
SEVERAL = next(one for one in LESSONS if len(one.spots) > 1)


@pytest.fixture(autouse=True)
def nothing_done(looked_at: str, drawn: Drawn) -> Iterator[None]:
    """No lesson was begun."""
    yield
    drawn(lambda: progress()._file.unlink(missing_ok=True))


def shown(drawn: Drawn, **view: str) -> Part:
    looked_at = View(lesson=FIRST, **view)  # type: ignore[arg-type]
    return drawn(lambda: lesson_choice(looked_at), looked_at)


def test_every_lesson_is_there_by_its_number_in_the_language_that_is_chosen(drawn: Drawn) -> None:
    english, chinese = (shown(drawn, language=language).app.radio[0].options for language in ("en", "zh"))
    assert len(english) == len(LESSONS) == len(chinese)
    assert english[0].startswith("1\\. ")
    assert english != chinese


def test_a_lesson_whose_check_was_passed_is_marked(drawn: Drawn) -> None:
    drawn(lambda: progress().passed(SECOND))
    marks = [option.endswith("✔") for option in shown(drawn).app.radio[0].options]
    assert marks == [False, True, *[False] * (len(LESSONS) - 2)]


def test_another_lesson_is_opened_where_it_was_left(drawn: Drawn) -> None:
    part = shown(drawn, history="tree", thread="t", attempt="3f2a")
    part.app.radio[0].set_value(SECOND).run()
    assert part.view == View(lesson=SECOND, history="tree")


def test_another_language_leaves_everything_else(drawn: Drawn) -> None:
    part = shown(drawn, thread="t")
    part.app.button_group[0].set_value("zh").run()
    assert part.view == View(lesson=FIRST, thread="t", language="zh")


def spots(drawn: Drawn, lesson: Lesson) -> Part:
    view = View(lesson=lesson.slug, thread=f"{lesson.slug.replace('_', '-')}-3f2a-{lesson.spots[0].name}".strip("-"))
    return drawn(lambda: spot_choice(classroom(lesson, "3f2a"), view), view)


def test_a_lesson_of_one_thread_has_no_choice_of_threads(drawn: Drawn) -> None:
    assert not spots(drawn, LESSONS[1]).app.button_group


def test_a_lesson_of_several_threads_is_looked_at_on_the_one_that_is_chosen(drawn: Drawn) -> None:
    part = spots(drawn, SEVERAL)
    (choice,) = part.app.button_group
    last = list(choice.options)[-1]
    assert len(choice.options) == len(SEVERAL.spots)
    choice.set_value(f"{SEVERAL.slug.replace('_', '-')}-3f2a-{SEVERAL.spots[-1].name}").run()
    assert part.view.thread.endswith(SEVERAL.spots[-1].name)
    assert last


def test_the_next_lesson_is_one_press_away_and_the_last_has_none(drawn: Drawn) -> None:
    view = View(lesson=FIRST, attempt="3f2a")
    part = drawn(lambda: next_lesson(view), view)
    assert [one.key for one in part.app.button] == ["next_lesson", "start_over"]
    part.app.button[0].click().run()
    assert part.view.lesson == SECOND
    last = View(lesson=LESSONS[-1].slug)
    assert drawn(lambda: next_lesson(last), last).buttons == []


def test_starting_over_forgets_the_walk_but_not_that_the_lesson_was_passed(drawn: Drawn) -> None:
    def draw() -> None:
        found.append(progress().walk(FIRST))
        next_lesson(View(lesson=FIRST, attempt="3f2a"))

    found: list[object] = []
    drawn(lambda: (progress().pressed(FIRST, "3f2a", "run"), progress().passed(FIRST)))
    part = drawn(draw, View(lesson=FIRST, attempt="3f2a"))
    part.app.button[-1].click().run()
    assert part.view == View(lesson=FIRST)
    after = found[-1]
    assert (after.attempt, after.pressed, after.passed) == ("", (), True)  # type: ignore[attr-defined]
