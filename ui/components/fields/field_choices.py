"""The widgets for fields in which a person chooses: true or false, one of several values, one of several kinds."""

import streamlit as st

from ui.components.base.page_text import as_text, key_of, label
from ui.components.fields.field_words import about, choice_word, default_of, left_out, title
from ui.timetravel.presentation.forms.input_form import Field

_BUTTONS = 5
"""The most kinds that are shown as buttons beside each other; more are a list."""
_LETTERS = 60
"""The most letters that the names of all these have together."""


def boolean_choice(one: Field, key: str) -> bool | None:
    """Draw the choice. Returns true, false, or None where neither is chosen."""
    return st.segmented_control(
        f"{title(one)} {label(default_of(one))}".strip(),
        [True, False],
        format_func=lambda value: "true" if value else "false",
        help=about(one),
        key=key_of(key),
    )


def place_choice(one: Field, key: str) -> int | None:
    """Draw the choice. Returns the index of the chosen value; None where none is chosen."""
    return st.selectbox(
        title(one),
        range(len(one.choices)),
        index=None,
        format_func=lambda place: as_text(choice_word(one.choices[place])),
        placeholder=as_text(left_out(one)),
        help=about(one),
        key=key_of(key),
    )


def variant_choice(one: Field, names: list[str], key: str) -> int | None:
    """Draw the choice. Returns the index of the chosen kind of value; None where none is chosen."""
    if len(names) <= _BUTTONS and sum(map(len, names)) <= _LETTERS:
        return st.segmented_control(
            title(one),
            range(len(names)),
            format_func=lambda place: label(names[place]),
            help=about(one),
            key=key_of(key),
        )
    return st.selectbox(
        title(one),
        range(len(names)),
        index=None,
        format_func=lambda place: as_text(names[place]),
        placeholder=as_text(left_out(one)),
        help=about(one),
        key=key_of(key),
    )
