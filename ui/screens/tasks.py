"""The Tasks screen: several content pipelines at once, each on its own thread."""

import streamlit as st

from ui.view import View


def draw(view: View) -> None:
    """Draw the screen."""
    del view
    st.info("Not built yet.")
