"""A lesson's text, with the buttons that do the real thing, and the check at its end."""

from collections.abc import Iterator

import pytest

from tests.components.conftest import Drawn, Part, Started
from ui.components.lessons.practice_store import classroom, progress
from ui.components.lessons.text import lesson_text
from ui.lessons.catalogue import lesson
from ui.lessons.text import CHECK, Button, Prose, Text, text_of
from ui.services.run_registry import RunRegistry
from ui.session.view import View
from ui.timetravel.errors import WorkerError

FIRST = lesson("first_thread")
TEXT = Text(
    "A *title*",
    (
        Prose("Some **prose**."),
        Button("run", "Run <b>it</b>"),
        Button("round", "Look at a round"),
        Button(CHECK, "Check"),
    ),
    {"has_checkpoints": "There are **checkpoints**.", "is_finished": "It is finished."},
)


@pytest.fixture(autouse=True)
def nothing_done(with_graph: str, drawn: Drawn) -> Iterator[None]:
    """No lesson was begun."""
    yield
    drawn(lambda: progress()._file.unlink(missing_ok=True))


def shown(drawn: Drawn, text: Text = TEXT, language: str = "en") -> Part:
    view = View(lesson=FIRST.slug, attempt="3f2a", language=language)
    return drawn(lambda: lesson_text(FIRST, text, classroom(FIRST, "3f2a"), view), view)


def test_prose_is_markdown_of_ours_and_titles_and_buttons_are_text(drawn: Drawn) -> None:
    part = shown(drawn)
    assert [one.value for one in part.app.markdown] == ["## A \\*title\\*", "Some **prose**."]
    assert part.buttons == ["Run \\<b\\>it\\<\\/b\\>", "Look at a round", "Check"]


def test_what_comes_next_stands_out_and_what_can_not_be_pressed_yet_is_grey(drawn: Drawn) -> None:
    run, look, check = shown(drawn).app.button
    assert [one.disabled for one in (run, look, check)] == [False, True, False]
    assert [one.proto.type for one in (run, look, check)] == ["primary", "secondary", "secondary"]


def test_a_step_is_done_on_the_lessons_thread_and_marked_as_done(drawn: Drawn, started: Started) -> None:
    part = shown(drawn)
    part.app.button[0].click().run()
    ((job, _),) = started
    assert (job.graph, job.thread_id) == ("counter", "first-thread-3f2a")
    assert (part.view.thread, part.view.run, part.view.lesson) == ("first-thread-3f2a", "r1", "first_thread")
    assert part.app.button[0].proto.icon == ":material/check:"


def test_what_can_not_be_done_is_said_below_its_button(drawn: Drawn, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise WorkerError("No **worker** came.")

    monkeypatch.setattr(RunRegistry, "start", refuse)
    part = shown(drawn)
    part.app.button[0].click().run()
    assert part.lines == [("failed", "No **worker** came.")]


def test_the_check_says_of_each_sentence_whether_it_holds(drawn: Drawn) -> None:
    part = shown(drawn).press("Check")
    assert part.lines == [("failed", "✖ There are **checkpoints**."), ("failed", "✖ It is finished.")]
    passed: list[bool] = []
    drawn(lambda: passed.append(progress().walk("first_thread").passed))
    assert passed == [False]


def test_the_same_as_a_program_stands_below(drawn: Drawn) -> None:
    part = shown(drawn, text_of("first_thread", "zh"), "zh")
    assert part.app.expander[0].label == "用 Python 做同样的事"
    assert "import" in part.app.code[0].value
