"""What is typed in a form's fields, kept in the session even after their widgets are removed from the page."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from ui.components.base.page_text import key_of
from ui.timetravel.ground.text.visible import visible
from ui.timetravel.presentation.forms.form_contents import beginning
from ui.timetravel.presentation.forms.form_values import NULL, FieldPath
from ui.timetravel.presentation.forms.input_form import Field


def typed_in(whole: Field, key: str) -> dict[FieldPath, Any]:
    """What is typed in the fields with this key; up to date even in a callback. At first the examples."""
    held: dict[FieldPath, Any] = st.session_state.setdefault(_held(key), beginning(whole))
    take_in(held, st.session_state.get(_drawn(key), {}))
    return held


def take_in(typed: dict[FieldPath, Any], widgets: Mapping[FieldPath, str]) -> None:
    """Update `typed` from the widgets that are on the page; `widgets` are their keys."""
    for path, widget in widgets.items():
        if widget in st.session_state:
            typed[path] = as_typed(_meant(path, st.session_state[widget]), typed.get(path))


def type_in(key: str, typed: Mapping[FieldPath, Any]) -> None:
    """Fill the fields. For callbacks, and before the fields are drawn."""
    for widget in st.session_state.pop(_drawn(key), {}).values():
        st.session_state.pop(widget, None)
    st.session_state[_held(key)] = dict(typed)


def keep(key: str, typed: dict[FieldPath, Any], widgets: dict[FieldPath, str]) -> None:
    """Keep what a drawing found typed, and the keys of its widgets."""
    st.session_state[_held(key)] = typed
    st.session_state[_drawn(key)] = widgets


def widget_key(key: str, path: FieldPath) -> str:
    """The key of the widget at a path: `key` followed by the name of the top-level field.

    Two paths never have the same one, whatever the names of a schema are: Streamlit draws no two widgets of one key.
    """
    steps = (str(step).replace("~", "~~").replace(".", "~.").replace("\0", "~0") for step in path)
    return key_of(f"{key}_{'.'.join(steps)}")


def as_typed(value: Any, held: Any) -> Any:
    """The content of a field: the original text, if that was only shown with its invisible characters made visible."""
    return held if isinstance(held, str) and value == visible(held) else value


def _held(key: str) -> str:
    return f"{key}:typed"


def _drawn(key: str) -> str:
    return f"{key}:widgets"


def _meant(path: FieldPath, value: Any) -> Any:
    """The value that a widget states: a box that is not ticked states none."""
    return None if value is False and path and path[-1] == NULL else value
