"""The workflow under the history, with the path that was taken up to the selected checkpoint."""

import streamlit as st

from ui import reading
from ui.components.forking import likely_graph, load
from ui.components.workflow import draw
from ui.session import graph_names
from ui.timetravel.dot import Progress
from ui.timetravel.tree import Tree
from ui.view import View

FARTHEST = 500
"""Checkpoints that the path goes back: the nodes of a loop repeat anyway."""


def path_drawing(view: View, tree: Tree) -> None:
    """Draw it, for the graph's own namespace, once a person opens it."""
    if not graph_names() or view.namespace:
        return
    box = st.expander("Workflow, with the path up to here", key="path_open", on_change="rerun", expanded=True)
    if not box.open:
        return
    path = [*tree.ancestors(view.checkpoint)[-FARTHEST:], view.checkpoint]
    headers = reading.headers(view.thread, view.namespace, path)
    here = headers.get(view.checkpoint)
    with box:
        info = load(likely_graph(here.metadata if here else {}))
        if info is None or here is None:
            return
        ran = [node for one in headers.values() for node in one.ran]
        st.caption("✔ ran on this branch · → due next · ✖ failed · ? asks")
        draw(
            info,
            Progress(
                done=frozenset(ran),
                due=frozenset(here.next),
                failed=frozenset(here.failed),
                waiting=frozenset(here.interrupted),
            ),
        )
