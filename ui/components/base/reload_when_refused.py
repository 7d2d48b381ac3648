"""Loads a page anew that the server refuses: it is of an earlier start."""

import streamlit as st

from ui.components.base.browser_component import browser_component
from ui.session import keys

_draw = browser_component("base/reload_when_refused", '<div class="reloads"></div>')


def reload_when_refused() -> None:
    """Have this page loaded anew once the server refuses what it asks for."""
    with st.container(key=keys.RELOAD_WHEN_REFUSED):
        _draw(key="reloads")
