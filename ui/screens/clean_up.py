"""The Clean up screen: delete what is no longer needed, after a look at what that is."""

import streamlit as st

from ui.view import View


def draw(view: View) -> None:
    """Draw the screen."""
    del view
    st.info("Not built yet.")
