"""Changes, writes and single values, drawn as cards."""

from typing import Any

import streamlit as st

from ui.components.assets import browser_component, signature
from ui.components.page_text import key_of
from ui.timetravel.words import count

MOST = 200
"""Cards drawn at once; a button draws more."""

_draw = browser_component("changes", '<div class="changes"></div>')


def change_cards(cards: list[dict[str, Any]], key: str, empty: str) -> None:
    """Draw cards of `ui.timetravel.cards`; `empty` is said when there are none."""
    if not cards:
        st.info(empty, icon=":material/check:")
        return
    more = f"{key}_more"
    limit = int(st.session_state.get(more, MOST))
    shown = cards[:limit]
    _draw(key=key, data={"changes": shown, "signature": signature(shown)})
    if len(cards) > limit:
        st.caption(f"{count(len(cards) - limit, 'more change')} not drawn yet.")
        st.button(
            "Draw more", key=key_of(f"{more}_button"), on_click=lambda: st.session_state.update({more: limit + MOST})
        )
