"""A value that a schema describes, typed in a form or as JSON: what was typed goes along, and nothing of it is lost."""

import pytest
from streamlit.testing.v1 import AppTest

ODD = "user\u202enimda\u200b"
HALF = "half \ud83d"


def form_of_one_text() -> None:
    import streamlit as st

    from ui.components.fields.value_input import begin_with, value_input

    schema = {"type": "object", "properties": {"name": {"type": "string"}}}
    place = {"key": "input", "name": "one"}
    if "begun" not in st.session_state:
        st.session_state["begun"] = True
        begin_with(schema, {"name": st.session_state["first"]}, **place, fills_defaults=True)
    entered = value_input(schema, **place, title="Input as", json_title="JSON", fills_defaults=True, top="a field")
    st.session_state["entered"] = entered.value


@pytest.fixture
def form() -> AppTest:
    app = AppTest.from_function(form_of_one_text, default_timeout=60)
    app.session_state["first"] = ODD
    return app.run()


def test_the_text_is_shown_with_what_can_not_be_seen_and_kept_as_it_is(form: AppTest) -> None:
    assert [str(one) for one in form.exception] == []
    assert form.text_input[0].value == "user⟨U+202E⟩nimda⟨U+200B⟩"
    assert form.session_state["entered"] == {"name": ODD}
    assert form.run().session_state["entered"] == {"name": ODD}


def test_a_text_that_was_changed_is_what_was_typed(form: AppTest) -> None:
    form.text_input[0].set_value("plain").run()
    assert form.session_state["entered"] == {"name": "plain"}


def test_a_text_that_no_field_can_hold_is_shown_as_json_and_kept_as_it_is() -> None:
    app = AppTest.from_function(form_of_one_text, default_timeout=60)
    app.session_state["first"] = HALF
    app.run()
    assert [str(one) for one in app.exception] == []
    assert "half \\ud83d" in app.text_area[0].value
    assert app.session_state["entered"] == {"name": HALF}


def entered(form: AppTest, kind: str) -> AppTest:
    form.button_group[0].set_value(kind).run()
    assert [str(one) for one in form.exception] == []
    return form


def test_what_was_typed_goes_along_to_json_and_back(form: AppTest) -> None:
    form.text_input[0].set_value("ann").run()
    assert '"ann"' in entered(form, "JSON").text_area[0].value
    form.text_area[0].set_value('{"name": "<b>bob</b>"}').run()
    assert form.session_state["entered"] == {"name": "<b>bob</b>"}
    assert entered(form, "Form").text_input[0].value == "<b>bob</b>"


def test_json_that_the_form_can_not_show_stays_json_which_is_said(form: AppTest) -> None:
    entered(form, "JSON").text_area[0].set_value('{"other": [1]}').run()
    entered(form, "Form")
    assert not form.text_input
    assert form.text_area[0].value == '{"other": [1]}'
    assert form.session_state["entered"] == {"other": [1]}


def test_what_is_no_json_has_no_value(form: AppTest) -> None:
    entered(form, "JSON").text_area[0].set_value("{").run()
    assert form.session_state["entered"] is None
