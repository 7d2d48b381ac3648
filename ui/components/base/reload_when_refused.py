"""Reloads a page that the server refuses, because it is from an earlier start of the app."""

import streamlit as st

from ui.components.base.browser_component import browser_component
from ui.session import keys

_draw = browser_component("base/reload_when_refused", '<div class="reloads"></div>')


def reload_when_refused() -> None:
    """Have this page reload itself once the server refuses its requests."""
    with st.container(key=keys.RELOAD_WHEN_REFUSED):
        _draw(key="reloads")
