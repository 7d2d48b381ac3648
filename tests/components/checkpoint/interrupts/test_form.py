"""Answering interrupts: the questions, and the button that sends what was typed back to their nodes."""

from typing import Any

import pytest

from tests.components.conftest import Drawn, Part, Started
from ui.components.checkpoint.fork.permissions import WayToRun
from ui.components.checkpoint.interrupts.form import answer, answered_meanwhile
from ui.timetravel.model.jobs import Answer, Asked, Resume, RunRequest
from ui.timetravel.runs.write_permission import Destination, Permission
from ui.timetravel.worker.child.shared.protocol import ANSWERED_MEANWHILE

pytestmark = pytest.mark.usefixtures("with_graph")

WAY = WayToRun(RunRequest("loop", "asks", Resume()), Permission())
ONE, OTHER = Asked("q1", "First?"), Asked("q2", "<b>Second</b>?")


def form(drawn: Drawn, *questions: Asked, way: WayToRun = WAY, **more: Any) -> Part:
    asked = list(questions)
    return drawn(lambda: (answer(way, asked, "k", **more), answered_meanwhile()))


def test_what_was_typed_goes_to_its_question(drawn: Drawn, started: Started) -> None:
    part = form(drawn, ONE, OTHER)
    first, second = part.app.text_area
    first.set_value("**yes**")
    second.set_value("no")
    part.press("Answer and go on")
    ((request, _),) = started
    assert request.action == Answer({"q1": "**yes**", "q2": "no"}, (ONE, OTHER))
    assert request.thread_id == "asks"


def test_an_answer_that_is_missing_is_said_with_its_question_and_nothing_is_sent(
    drawn: Drawn, started: Started
) -> None:
    part = form(drawn, ONE, OTHER)
    part.app.text_area[0].set_value("yes")
    part.press("Answer and go on")
    (wrong,) = part.said_by["failed"]
    assert wrong.startswith("“<b>Second</b>?”: Type an answer first.")
    assert started == []


def test_several_questions_without_ids_can_not_be_answered(drawn: Drawn) -> None:
    assert form(drawn, Asked("", "a"), Asked("", "b")).app.button[0].disabled
    assert not form(drawn, Asked("", "a")).app.button[0].disabled


def test_where_nothing_may_be_written_the_button_is_off(drawn: Drawn) -> None:
    nowhere = WayToRun(WAY.request, Permission(dict.fromkeys(Destination, "No.")))
    assert form(drawn, ONE, way=nowhere).app.button[0].disabled


def test_what_became_of_a_past_question_is_said(drawn: Drawn) -> None:
    assert form(drawn, ONE, past={"q1": "It was answered."}).said_by["quiet"] == ["It was answered."]


def test_an_answer_to_a_question_that_is_gone_by_then_is_not_sent_to_the_next_one(
    drawn: Drawn, started: Started
) -> None:
    questions = [ONE]
    part = drawn(lambda: (answer(WAY, list(questions), "k"), answered_meanwhile()))
    part.app.text_area[0].set_value("yes").run()
    questions[:] = [Asked("q1", "First?", earlier=1)]
    part.press("Answer and go on")
    assert started == []
    assert part.said_by["failed"] == [ANSWERED_MEANWHILE]
