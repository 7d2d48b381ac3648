"""Data as a tree: a browser draws all lines that are open, so no more are than it can draw at once."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest


def tree(value: Any) -> tuple[Any, int]:
    """What the tree holds, and to how many levels it is open."""

    def draw() -> None:
        import streamlit as st

        from ui.components.checkpoint.json_tree import json_tree

        json_tree(st.session_state["value"])

    app = AppTest.from_function(draw)
    app.session_state["value"] = value
    (shown,) = app.run().json
    return json.loads(shown.value), shown.proto.max_expand_depth


@pytest.mark.parametrize("value", [{"a": {"b": 1}}, {"a": list(range(20_000))}, {str(k): k for k in range(500)}])
def test_what_has_few_lines_is_shown_whole_and_open_to_two_levels(value: Any) -> None:
    assert tree(value) == (value, 2)


def test_of_a_dict_of_many_keys_the_first_are_shown_and_how_many_there_are_more() -> None:
    shown, _ = tree({"a": {str(k): k for k in range(3_000)}})
    assert list(shown["a"])[:500] == [str(k) for k in range(500)]
    assert list(shown["a"].items())[500:] == [("(left out)", "[left out: 2,500 more keys]")]


def test_where_even_more_was_left_out_before_no_number_is_told() -> None:
    shown, _ = tree({str(k): k for k in range(100_000)})
    assert len(shown) == 501
    assert shown["(left out)"] == "[left out: all keys after these]"


def test_what_would_have_too_many_lines_is_open_to_one_level() -> None:
    value = {str(k): {str(n): n for n in range(10)} for k in range(300)}
    assert tree(value) == (value, 1)
