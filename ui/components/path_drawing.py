"""The workflow under the history, with the path that was taken up to the selected checkpoint."""

from collections.abc import Iterator

import streamlit as st

from ui import reading
from ui.components.forking import load
from ui.components.workflow import draw
from ui.session import graph_names, likely_graph, missing_graph
from ui.timetravel.dot import Progress
from ui.timetravel.model import Header
from ui.timetravel.narrate import is_cut
from ui.timetravel.tree import Tree
from ui.timetravel.walked import walked
from ui.view import View

FARTHEST = 300
"""Checkpoints that the path goes back, about: the nodes of a loop repeat anyway."""
BLOCK = 100
"""Checkpoints of a branch whose headers are read together, so that most are known already when a person walks on."""


def path_drawing(view: View, tree: Tree) -> None:
    """Draw it, for the graph's own namespace, once a person opens it; nothing where the graph isn't here."""
    here = reading.header(view.place)
    metadata = here.metadata if here else {}
    if not graph_names() or view.namespace or missing_graph(metadata):
        return
    box = st.expander("Workflow, with the path up to here", key="path_open", on_change="rerun", expanded=True)
    if not box.open:
        return
    with box:
        info = load(likely_graph(metadata), "path")
        if info is None or here is None:
            return
        way = list(_way_here(view, tree))
        ran = {node for one in way for node in one.ran}
        inside = {node.name for node in info.nodes if node.name.split(":")[0] in ran}
        st.caption("✔ ran on this branch, along the thick edges · → due next · ✖ failed · ? asks")
        if gone := _gone(view, tree):
            st.caption(gone)
        draw(
            info,
            Progress(
                done=frozenset(ran | inside),
                due=frozenset(here.next),
                failed=frozenset(here.failed),
                waiting=frozenset(here.interrupted),
                walked=walked(way, info.edges),
            ),
        )


def _gone(view: View, tree: Tree) -> str:
    """What is to be said where the oldest checkpoint of the branch was not its first; else nothing."""
    root = tree.path(view.checkpoint)[:1]
    first = reading.headers(view.thread, view.namespace, root).get(root[0])
    return f"The path before step {first.step} is gone from the store." if first and is_cut(first, tree) else ""


def _way_here(view: View, tree: Tree) -> Iterator[Header]:
    """The headers of the checkpoints on the way to the selected one, as far back as `FARTHEST`, and its own."""
    path, at = tree.path(view.checkpoint), tree.depth(view.checkpoint)
    for start in range(max(0, at - FARTHEST) // BLOCK * BLOCK, at + 1, BLOCK):
        block = path[start : start + BLOCK]
        headers = reading.headers(view.thread, view.namespace, block)
        yield from (headers[one] for one in block[: at + 1 - start] if one in headers)
