"""What a question says, and what form its answer has."""

from typing import Any

import pytest
from langchain.agents.middleware.human_in_the_loop import HITLResponse
from pydantic import TypeAdapter

from ui.timetravel.presentation.forms.form_contents import beginning
from ui.timetravel.presentation.forms.form_values import collect, within_variant
from ui.timetravel.presentation.forms.input_form import Field, fields, form, variants
from ui.timetravel.presentation.forms.questions import answer_schema, answer_value, question_lines


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ("Shall we?", ["Shall we?"]),
        ("", ['""']),
        (7, ["7"]),
        ({"question": "Refund?", "amount": 3, "to": "Ann"}, ["Refund?", "amount: 3", "to: Ann"]),
        ({"q": "Refund?"}, ["Refund?"]),
        ({"draft": "Dear Ann"}, ["draft: Dear Ann"]),
        ({"action_requests": []}, ["action_requests: []"]),
        ({1: "one"}, ['{\n  "$map": [\n    [\n      1,\n      "one"\n    ]\n  ]\n}']),
    ],
    ids=str,
)
def test_a_question_is_readable(value: Any, lines: list[str]) -> None:
    assert question_lines(value) == lines


def review(*allowed: str) -> dict[str, Any]:
    """As langchain's HumanInTheLoopMiddleware asks for two tool calls."""
    return {
        "action_requests": [
            {"name": "send", "args": {"to": "Ann", "urgent": False}, "description": "Mind the tone."},
            {"name": "delete", "args": {"id": 7}, "description": "Tool execution requires approval\n\nTool: delete"},
        ],
        "review_configs": [{"action_name": name, "allowed_decisions": list(allowed)} for name in ("send", "delete")],
    }


def test_a_review_says_the_tools_and_their_arguments_one_a_line() -> None:
    assert question_lines(review("approve", "edit")) == [
        "1. send",
        "    to: Ann",
        "    urgent: false",
        "    Mind the tone.",
        "2. delete",
        "    id: 7",
    ]


def form_of(question: Any) -> Field:
    schema = answer_schema(question, None)
    assert schema is not None
    return form(schema)


def test_where_one_decision_is_allowed_it_is_said_and_sent() -> None:
    question = review("approve")
    assert question_lines(question)[-1] == "    The only decision that is allowed: approve"
    sent = answer_value(question, None, collect(form_of(question), {}).value)
    assert sent == {"decisions": [{"type": "approve"}] * 2}


def test_only_decisions_that_are_allowed_can_be_made() -> None:
    (send, _) = fields(form_of(review("approve", "reject")))
    assert [one.name for one in variants(send)] == ["approve", "reject"]


def test_decisions_are_sent_in_the_order_of_the_actions_as_langchain_takes_them() -> None:
    question = review("approve", "edit", "reject")
    whole = form_of(question)
    send, delete = ("1. send",), ("2. delete",)
    edit = within_variant(send, 1)
    typed = {send: 1, delete: 2, (*within_variant(delete, 2), "message"): "Not yet"}
    typed |= beginning(variants(fields(whole)[0])[1], edit)
    typed |= {(*edit, "edited_action", "args", "to"): "Bob"}
    filled = collect(whole, typed)
    assert filled.problems == ()
    sent = answer_value(question, None, filled.value)
    assert sent == {
        "decisions": [
            {"type": "edit", "edited_action": {"name": "send", "args": {"to": "Bob", "urgent": False}}},
            {"type": "reject", "message": "Not yet"},
        ]
    }
    TypeAdapter(HITLResponse).validate_python(sent)


def test_a_decision_that_was_not_made_is_missing() -> None:
    problems = collect(form_of(review("approve", "reject")), {("1. send",): 0}).problems
    assert [str(one) for one in problems] == ["2. delete is required: fill it in."]


def test_the_schema_that_a_node_gave_is_the_answers() -> None:
    assert answer_schema("How many?", {"type": "integer"}) == {"type": "integer"}
    assert answer_schema(review("approve"), {"type": "integer"}) == {"type": "integer"}
    assert answer_schema("How many?", None) is None
    assert answer_value("How many?", {"type": "integer"}, 3) == 3
