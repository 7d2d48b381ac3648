"""The beginning of a JSON text is JSON, and of what it tells nothing is made up."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ui.timetravel.serde.excerpt import MORE
from ui.timetravel.serde.json_beginning import LEFT, beginning

TEXTS = st.text(max_size=8) | st.sampled_from(['"', "\\", "[", "}", "a,b", '\\"', "\u2028", "\\u00"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inside: st.lists(inside, max_size=5) | st.dictionaries(TEXTS, inside, max_size=5),
    max_leaves=30,
)


def is_beginning(part: Any, whole: Any) -> bool:
    """Whether a value is the beginning of another, but for the marks of what is left out."""
    if isinstance(part, dict) and set(part) == {LEFT}:
        return True
    if isinstance(part, str) and isinstance(whole, str):
        return whole.startswith(part)
    if isinstance(part, list) and isinstance(whole, list):
        kept = (
            part[:-1] if part and part[-1] == {LEFT: part[-1].get(LEFT) if isinstance(part[-1], dict) else 0} else part
        )
        return len(kept) <= len(whole) and all(map(is_beginning, kept, whole))
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(name in whole and is_beginning(value, whole[name]) for name, value in part.items() if name != MORE)
    return bool(part == whole)


@given(VALUES, st.integers(0, 40), st.booleans())
def test_so_many_signs_of_a_text_are_json_and_the_beginning_of_its_value(value: Any, most: int, plain: bool) -> None:
    text = json.dumps(value, ensure_ascii=plain)
    part = json.loads(beginning(text, most)) if isinstance(value, list | dict) and most else value
    assert is_beginning(part, value)


@given(st.lists(TEXTS, min_size=1, max_size=6), st.data())
def test_a_list_of_texts_that_is_cut_off_anywhere_keeps_what_was_there(texts: list[str], data: st.DataObject) -> None:
    text = json.dumps(texts, ensure_ascii=False)
    cut = text[: data.draw(st.integers(1, len(text)))]
    assert is_beginning(json.loads(beginning(cut, 100)), texts)


def test_a_bracket_in_a_text_is_none() -> None:
    text = '{"[": "}", "a": [1, 2, 3]}'
    left = len(", 3]}")
    assert json.loads(beginning(text, 4)) == {"[": "}", "a": [1, {LEFT: left + len(", 2")}]}
    assert json.loads(beginning(text, 5)) == {"[": "}", "a": [1, 2, {LEFT: left}]}
