"""One question of a run, readable, and what a person answers it with."""

from typing import Any

from tests.components.conftest import Drawn, Part
from ui.components.checkpoint.interrupts.answer_input import Answered, answer_input

SCHEMA = {"type": "object", "required": ["ok"], "properties": {"ok": {"type": "boolean"}}}
REVIEW = {
    "action_requests": [{"name": "<b>pay</b>", "args": {"sum": 5}}],
    "review_configs": [{"action_name": "<b>pay</b>", "allowed_decisions": ["approve", "reject"]}],
}


def asked(drawn: Drawn, question: Any, schema: Any = None, past: str = "") -> tuple[Part, list[Answered]]:
    found: list[Answered] = []
    return drawn(lambda: found.append(answer_input(question, schema, "k \ud83d", past))), found


def test_a_question_is_text_and_any_text_answers_it(drawn: Drawn) -> None:
    part, found = asked(drawn, "Go **on** <b>?")
    assert part.lines == [("asks", "The run asks: Go **on** <b>?")]
    assert found[0].wrong == ('Type an answer first. For an empty text, choose JSON and type "".',)
    part.app.text_area[0].set_value("yes").run()
    assert found[-1] == Answered("yes")


def test_an_answer_can_be_json(drawn: Drawn) -> None:
    part, found = asked(drawn, "?")
    part.app.button_group[0].set_value("JSON").run()
    part.app.text_area[0].set_value('{"a": ""}').run()
    assert found[-1] == Answered({"a": ""})
    part.app.text_area[0].set_value("{").run()
    assert found[-1].value is None
    assert len(found[-1].wrong) == 1


def test_of_an_object_what_it_asks_comes_first(drawn: Drawn) -> None:
    part, _ = asked(drawn, {"sum": 5, "question": "Pay?"})
    assert part.lines == [("asks", "The run asks: Pay?"), ("text", "sum: 5")]


def test_a_question_that_waits_no_longer_says_what_became_of_it(drawn: Drawn) -> None:
    part, _ = asked(drawn, "Pay?", past="Answered: yes")
    assert part.lines == [("asks", "The run asked: Pay?"), ("quiet", "Answered: yes")]


def test_where_the_node_says_of_which_type_the_answer_is_it_has_fields_and_is_held_to_it(drawn: Drawn) -> None:
    part, found = asked(drawn, "Pay?", SCHEMA)
    assert found[0].wrong, "ok is required"
    next(one for one in part.app.button_group if "true" in one.options).set_value(False).run()
    assert found[-1] == Answered({"ok": False})


def test_a_review_of_actions_is_a_decision_for_each(drawn: Drawn) -> None:
    part, found = asked(drawn, REVIEW)
    assert part.lines[0] == ("asks", "The run asks: <b>pay</b>")
    assert ("text", "sum: 5") in [(look, text.strip()) for look, text in part.lines]
    assert found[0].wrong
    decision = next(one for one in part.app.button_group if "approve" in one.options)
    decision.set_value(0).run()
    assert found[-1] == Answered({"decisions": [{"type": "approve"}]})


def test_a_question_of_nothing_can_be_answered_too(drawn: Drawn) -> None:
    for question in (None, "", {}, [], {"a": {"b": [None]}}):
        part, _ = asked(drawn, question)
        assert part.lines[0][1].startswith("The run asks: ")
