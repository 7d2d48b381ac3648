"""The Learn screen: lessons that run."""

import streamlit as st

from ui.view import View


def draw(view: View) -> None:
    """Draw the screen."""
    del view
    st.info("Not built yet.")
