"""Loads a page anew that the server refuses: it is of an earlier start."""

import streamlit as st

from ui.components.assets import browser_component

_draw = browser_component("reload_when_refused", '<div class="reloads"></div>')

HIDDEN = "reload_when_refused"
"""The key of a container that the page's style hides."""


def reload_when_refused() -> None:
    """Have this page loaded anew once the server refuses what it asks for."""
    with st.container(key=HIDDEN):
        _draw(key="reloads")
