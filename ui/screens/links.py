"""Links between the screens, which keep the view."""

from typing import TYPE_CHECKING

import streamlit as st

from ui.session import keys
from ui.session.view import View

if TYPE_CHECKING:
    from ui.session.streamlit_internals import StreamlitPage


def register(**pages: "StreamlitPage") -> None:
    """Make the pages known by their names."""
    st.session_state[keys.PAGES] = pages


def to_debugger(view: View, label: str) -> None:
    """Draw a link to the Debugger, at `view`. The label is a constant of ours."""
    _link("debugger", view, label, ":material/history:")


def to_run(view: View, label: str) -> None:
    """Draw a link to the Run screen, at `view`. The label is a constant of ours."""
    _link("run", view, label, ":material/play_circle:")


def to_tasks(view: View, label: str) -> None:
    """Draw a link to the Tasks screen. The label is a constant of ours."""
    _link("tasks", view, label, ":material/checklist:")


def to_learn(view: View, label: str) -> None:
    """Draw a link to the Learn screen, at the lesson of `view`. The label is a constant of ours."""
    _link("learn", view, label, ":material/school:")


def to_clean_up(view: View, label: str) -> None:
    """Draw a link to the Clean up screen. The label is a constant of ours."""
    _link("clean", view, label, ":material/cleaning_services:")


def _link(name: str, view: View, label: str, icon: str) -> None:
    page = st.session_state.get(keys.PAGES, {}).get(name)
    if page is not None:
        st.page_link(page, label=label, icon=icon, query_params=view.to_query())
