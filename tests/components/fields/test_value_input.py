"""A form keeps a text that it can't show as it is, until somebody changes it."""

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
