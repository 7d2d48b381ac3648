"""Choices from more items than a person can read: the first ones, or those that match a search."""

from collections.abc import Callable, Sequence

import streamlit as st

from ui.components.base.page_text import LONGEST_LABEL, as_text
from ui.timetravel.ground.text.formatting import pluralize

MOST = 300
"""The most options offered at once: a browser draws them all."""


def offered(names: Sequence[str], chosen: Sequence[str], key: str, noun: str, words: Callable[[str], str]) -> list[str]:
    """Those of `names` to offer, with the `chosen` ones; if there are more than `MOST`, also a field to search the
    others.
    """
    if len(names) <= MOST:
        return list(names)
    sought = st.text_input(f"Find a {noun}", key=f"{key}_sought", placeholder="Part of its name").strip().casefold()
    found = [name for name in names if sought in name.casefold() or sought in words(name).casefold()]
    first = found[:MOST]
    left = len(found) - len(first)
    if left or sought:
        rest = (
            f"the first {len(first):,} of {pluralize(len(found), noun)} are offered below" if left else "offered below"
        )
        st.caption(f"{pluralize(len(found), noun)} found: {rest}." if sought else f"{rest[0].upper()}{rest[1:]}.")
    known = set(first)
    return [*first, *(name for name in dict.fromkeys(chosen) if name not in known)]


def option(text: str) -> str:
    """The text of an option: a long name is shortened to its beginning."""
    return as_text(text, LONGEST_LABEL)
