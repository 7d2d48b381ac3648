"""Changes, writes and single values, drawn as cards."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from ui.components.base.browser_component import browser_component, signature
from ui.components.base.page_text import key_of
from ui.timetravel.ground.text.formatting import pluralize

MOST = 200
"""Cards drawn at once; a button draws more."""
_CHARACTERS = 1_000_000
"""The approximate number of characters in the cards that are drawn at once."""

_draw = browser_component("checkpoint/changes/cards", '<div class="changes"></div>', called="changes")


def change_cards(cards: list[dict[str, Any]], key: str, empty: str) -> None:
    """Draw cards of `ui.timetravel.presentation.change_cards`; the text `empty` is shown when there are none."""
    if not cards:
        st.info(empty, icon=":material/check:")
        return
    shown = cards[: fitting(map(weight, cards), key)]
    _draw(key=key, data={"changes": shown, "signature": signature(shown)})
    if len(shown) < len(cards):
        draw_more(len(cards) - len(shown), "more change", key)


def weight(card: Mapping[str, Any]) -> int:
    """The approximate number of characters that are sent to the browser for a card."""
    return len(json.dumps(card, ensure_ascii=False))


def fitting(weights: Iterable[int], key: str) -> int:
    """The number of parts with these weights to draw now, at least one. `draw_more` increases it."""
    times = int(st.session_state.get(_more(key), 1))
    left, fit = times * _CHARACTERS, 0
    for one in weights:
        left -= one
        if fit == times * MOST or (left < 0 and fit):
            break
        fit += 1
    return fit


def draw_more(left: int, noun: str, key: str) -> None:
    """Say how many parts are not drawn, with a button to draw more of them."""
    more = _more(key)
    times = int(st.session_state.get(more, 1))
    st.caption(f"{pluralize(left, noun)} not drawn yet.")
    st.button("Draw more", key=key_of(f"{more}_button"), on_click=lambda: st.session_state.update({more: times + 1}))


def _more(key: str) -> str:
    return f"{key}_more"
