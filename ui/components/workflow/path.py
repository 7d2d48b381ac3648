"""The workflow below the history, with the path that was taken up to the selected checkpoint."""

from collections.abc import Iterator
from dataclasses import replace

import streamlit as st

from ui.components.checkpoint.fork.graph_choice import load
from ui.components.workflow.drawing import draw
from ui.session.context import graphs_looked_at
from ui.session.permissions.graph_choice import graph_for
from ui.session.reads import cached_reads as reading
from ui.session.view import View
from ui.timetravel.history.edges_taken import edges_taken
from ui.timetravel.history.subgraph_paths import Inside, ThreadReader, graph_seen, inside, subgraph_of
from ui.timetravel.history.supersteps import TaskState
from ui.timetravel.history.tree.tree import Tree
from ui.timetravel.model.checkpoints import CheckpointId, Header, Task
from ui.timetravel.model.graphs import GraphInfo
from ui.timetravel.presentation.narration.checkpoints import is_cut
from ui.timetravel.presentation.workflow_dot import WorkflowProgress

FARTHEST = 300
"""The approximate number of checkpoints that the path goes back: the nodes of a loop repeat anyway."""
BLOCK = 100
"""Checkpoints whose headers are read together, so that most are cached when a person walks along the branch."""


def path_drawing(view: View, tree: Tree) -> None:
    """Draw the workflow of the graph or subgraph that is shown; nothing where the graph isn't here."""
    here = reading.header(view.ref)
    metadata = here.metadata if here else {}
    name = graph_for(view.thread, metadata).name if graphs_looked_at() else ""
    if not name:
        return
    box = st.expander("Workflow, with the path up to here", key="path_open", on_change="rerun", expanded=True)
    if not box.open:
        return
    with box:
        info = load(name, "path")
        if info is None or here is None:
            return
        way = list(_way_here(view, tree))
        shown = subgraph_of(info, view.namespace)
        st.caption(_MARKS)
        if gone := _gone(view, tree):
            st.caption(gone)
        if shown is None:
            st.caption(_ONLY_SEEN)
            shown = graph_seen(info, view.namespace, way)
        draw(shown, _progress(view, here, way, shown))


_NO_BREAK = str.maketrans(" ", "\N{NO-BREAK SPACE}")
_MARKS = "✔ ran on this branch, along the thick edges · " + " · ".join(
    one.translate(_NO_BREAK) for one in ("→ due next", "✖ failed", "■ cancelled", "? asks")
)
"""Each mark with its meaning, kept together in one line."""
_ONLY_SEEN = (
    "A node called the graph that ran here, so LangGraph does not know it as a part of the workflow: these are the "
    "nodes that its checkpoints tell of, without the edges between them."
)


def _progress(view: View, here: Header, way: list[Header], shown: GraphInfo) -> WorkflowProgress:
    nested = any(":" in node.name for node in shown.nodes)
    found = inside(_history(view), shown, view.namespace, way) if nested else Inside()
    step = reading.account(view.ref).step

    def nodes(*states: TaskState) -> frozenset[str]:
        return frozenset(task.node for task in step.of(*states))

    here_already = frozenset[str]() if step.ended else nodes(TaskState.DONE, TaskState.ANSWERED)
    return WorkflowProgress(
        done=frozenset(node for one in way for node in one.ran) | here_already | found.done,
        due=(frozenset(here.next) - nodes(TaskState.LEFT_BEHIND)) | found.due,
        failed=nodes(TaskState.FAILED) | found.failed,
        waiting=nodes(TaskState.ASKS) | found.waiting,
        cancelled=nodes(TaskState.CANCELLED) | found.cancelled,
        edges_taken=edges_taken(way, shown.edges, here_already) | found.edges_taken,
    )


def _history(view: View) -> ThreadReader:
    """A reader of the thread that is shown, for the drawing of its subgraphs."""

    def headers(namespace: str) -> list[Header]:
        ids = reading.tree(view.thread, namespace).ids[-FARTHEST:]
        found = reading.headers(view.thread, namespace, ids)
        return [found[one] for one in ids if one in found]

    def tasks(namespace: str, checkpoint: CheckpointId) -> list[Task]:
        return reading.tasks(replace(view.ref, namespace=namespace, checkpoint_id=checkpoint))

    return ThreadReader(reading.namespaces(view.thread), headers, tasks)


def _gone(view: View, tree: Tree) -> str:
    """A sentence if the oldest checkpoint of the branch is not the thread's first; else nothing."""
    root = tree.path(view.checkpoint)[:1]
    first = reading.headers(view.thread, view.namespace, root).get(root[0])
    return f"The path before step {first.step:,} is gone from the store." if first and is_cut(first, tree) else ""


def _way_here(view: View, tree: Tree) -> Iterator[Header]:
    """The headers of the checkpoints up to the selected one, at most `FARTHEST` back, with its own."""
    path, at = tree.path(view.checkpoint), tree.depth(view.checkpoint)
    for start in range(max(0, at - FARTHEST) // BLOCK * BLOCK, at + 1, BLOCK):
        block = path[start : start + BLOCK]
        headers = reading.headers(view.thread, view.namespace, block)
        yield from (headers[one] for one in block[: at + 1 - start] if one in headers)
