"""One question of a run, and the input for its answer: fields where its type is known, else text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ui.components.base.page_text import key_of
from ui.components.base.plain_text import plain_text
from ui.components.fields.input_fields import draw_fields
from ui.components.fields.value_input import value_input
from ui.timetravel.errors import EditError
from ui.timetravel.model.values import Plain
from ui.timetravel.presentation.forms.form_values import collect
from ui.timetravel.presentation.forms.input_form import form
from ui.timetravel.presentation.forms.questions import answer_schema, answer_value, is_review, question_lines
from ui.timetravel.serde.editable_json import from_text

TEXT, JSON, REVIEW = "Text", "JSON", "Review"


@dataclass(frozen=True, slots=True)
class Answered:
    """What was entered, and what is wrong with it, in which case it can't be sent."""

    value: Plain = None
    wrong: tuple[str, ...] = ()


def answer_input(question: Plain, response_schema: Plain, key: str, past: str = "") -> Answered:
    """Draw the question and the fields for its answer; for a closed question, `past` says how it was closed.

    The answer must fit a schema that the node gave, even if LangGraph would not check it (langgraph 1.2.22, types.py,
    `interrupt`: for a JSON schema that is a dict it checks nothing), since the node relies on it.
    """
    first, *rest = question_lines(question)
    heading = f"The run asked: {first}" if past else f"The run asks: {first}"
    asked = [("asks", heading), *(("text", line) for line in rest), *([("quiet", past)] if past else [])]
    plain_text(*asked, key=f"question_{key}")  # type: ignore[arg-type]
    schema = answer_schema(question, response_schema)
    if schema is None:
        return _typed(_choice([TEXT, JSON], key), key)
    if is_review(question, response_schema):
        kind = _choice([REVIEW, JSON], key)
        return _reviewed(question, schema, key) if kind == REVIEW else _typed(kind, key)
    entered = value_input(schema, key="answer", name=key, title="Answer as", json_title="Your answer", top="asked for")
    return Answered(entered.value, (*entered.wrong, *entered.missing, *entered.doubts))


def _choice(ways: list[str], key: str) -> str:
    chosen = st.segmented_control(
        "Answer as", ways, default=ways[0], required=True, key=key_of(f"answer_as_{key}"), label_visibility="collapsed"
    )
    return str(chosen)


def _reviewed(question: Plain, schema: Mapping[str, Any], key: str) -> Answered:
    """Draw a decision for each of the actions to review."""
    whole = form(schema)
    filled = collect(whole, draw_fields(whole, f"answer_{key}"))
    wrong = tuple(str(one) for one in filled.problems)
    return Answered(answer_value(question, None, filled.value), wrong)


def _typed(kind: str, key: str) -> Answered:
    text = st.text_area("Your answer", key=key_of(f"answer_{key}"), height=68)
    if kind == JSON:
        try:
            return Answered(from_text(text))
        except EditError as error:
            return Answered(None, (str(error),))
    if not text.strip():
        return Answered(None, ('Type an answer first. For an empty text, choose JSON and type "".',))
    return Answered(text)
