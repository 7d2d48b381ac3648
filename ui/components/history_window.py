"""The part of a long history that is shown, with buttons to the parts beside it."""

import streamlit as st

from ui.session import show
from ui.timetravel.window import window_start, within
from ui.view import View

_SHOWN = "history_shown"
"""Session state: which history was shown last, and from which row on."""


def window(view: View, total: int, selected: int, length: int) -> slice:
    """The rows to show: those of the page that `view` asks for, else with the row `selected` among them."""
    here = (view.history, view.thread, view.namespace)
    before = st.session_state.get(_SHOWN)
    if view.page:
        start = within((view.page - 1) * length, total, length)
    else:
        start = window_start(selected, total, length, before[1] if before and before[0] == here else None)
    st.session_state[_SHOWN] = (here, start)
    stop = min(start + length, total)
    if total > length:
        _buttons(start, stop, total, length)
    return slice(start, stop)


def _buttons(start: int, stop: int, total: int, length: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        newer, older = -(-start // length), start // length + 2
        st.button("Newer", disabled=start == 0, on_click=lambda: show(page=newer), key="newer")
        st.button("Older", disabled=stop == total, on_click=lambda: show(page=older), key="older")
        # Short: the toolbar of the table below reaches up into this line.
        st.caption(f"Rows {start + 1:,} to {stop:,}")
