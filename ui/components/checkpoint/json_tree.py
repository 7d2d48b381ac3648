"""Shows data as a tree that stays usable in a browser: Streamlit's own draws all open lines at once."""

from itertools import islice
from typing import Any

import streamlit as st

from ui.components.base.page_text import as_json
from ui.timetravel.model.values import Plain
from ui.timetravel.serde.excerpt import MORE, more
from ui.timetravel.serde.json_view import display

_MOST_KEYS = 500
"""The most keys of one dict. Chromium 156 was busy for half a minute with a dict of 25,000 keys."""
_MOST_LINES = 1_000
"""The most lines that are open at first."""
_GROUP = 100
"""Items of a list that are grouped under one line, closed at first (Streamlit 1.67, `st.json`)."""


def json_tree(value: Plain) -> None:
    """Draw the value, open down to two levels."""
    tree_of(display(value))


def tree_of(displayed: Any, levels: int = 2) -> None:
    """Draw data from `display`, open down to this level, or less where that would be too many lines.

    Of a dict with very many keys the first are drawn, and the tree says how many more there are.
    """
    shown = _with_fewer_keys(displayed)
    few = (each for each in range(levels, 1, -1) if _lines(shown, each) <= _MOST_LINES)
    st.json(as_json(shown), expanded=next(few, 1))


def _with_fewer_keys(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_fewer_keys(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _with_fewer_keys(one) for key, one in islice(value.items(), _MOST_KEYS)}
    if len(value) > _MOST_KEYS:
        # If parts were left out before, their number does not include those left out here.
        untold = "[left out: all keys after these]"
        kept[MORE] = untold if MORE in value else display(more(len(value) - _MOST_KEYS, "key"))
    return kept


def _lines(value: Any, levels: int) -> int:
    """The number of lines that would be drawn."""
    if levels == 0 or not isinstance(value, dict | list):
        return 1
    if isinstance(value, list):
        return 1 + (len(value) // _GROUP if len(value) > _GROUP else sum(_lines(one, levels - 1) for one in value))
    return 1 + sum(_lines(one, levels - 1) for one in value.values())
