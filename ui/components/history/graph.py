"""The history as a drawing by graphviz, for presentations and papers: long runs folded, downloadable as DOT."""

from collections.abc import Sequence

import streamlit as st

from ui.session.context import dark
from ui.timetravel.presentation.workflow_dot import DARK, LIGHT, StateNode, history

MOST = 60
BROADEST = 6
"""The most states in one drawing, and branches of one fork: with more it stops being readable."""


def history_graph(stops: Sequence[StateNode], selected: str, left_out: int) -> None:
    """Draw the states `stops`, and say how many are left out."""
    drawing = history(stops, selected, DARK if dark() else LIGHT)
    if left_out:
        st.caption(f"The {len(stops):,} states nearest to the selected one; {left_out:,} more are in the tree.")
    with st.container(height=520, border=True):
        st.graphviz_chart(drawing, alt="The history as a graph: states, and the nodes that ran between them")
    st.download_button(
        "Download as DOT",
        history(stops, selected, LIGHT).source,
        file_name="history.dot",
        mime="text/vnd.graphviz",
        icon=":material/download:",
        on_click="ignore",
    )
