"""A graph's workflow, drawn by graphviz, and the source code of its nodes."""

import streamlit as st

from ui.components.plain_text import plain_text
from ui.session import dark, is_server
from ui.timetravel.dot import DARK, LIGHT, Progress, workflow
from ui.timetravel.worker.job import GraphInfo, NodeRun, RunState, RunStatus


def workflow_drawing(info: GraphInfo, run: RunState | None = None) -> None:
    """Draw the workflow; with a run, its nodes are marked: ▶ running, ✔ done, ✖ failed, ? asks."""
    draw(info, progress(run))


def draw(info: GraphInfo, marks: Progress) -> None:
    """Draw the workflow with any marks."""
    drawing = workflow(info, marks, DARK if dark() else LIGHT)
    st.graphviz_chart(drawing, alt=f"The workflow of {info.name}")


def progress(run: RunState | None) -> Progress:
    """The marks of a run, by the names that a drawing gives to nodes ("parent:child" in a subgraph)."""
    if run is None:
        return Progress()
    named = [(_drawn_name(one.namespace, one.node), one) for one in run.nodes if not _tried_again(run, one)]
    return Progress(
        running=frozenset(name for name, one in named if one.ended is None and run.status.live),
        done=frozenset(name for name, one in named if one.ended is not None and not one.error and not one.interrupted),
        failed=frozenset(name for name, one in named if one.error and run.status is not RunStatus.STOPPED),
        waiting=frozenset(name for name, one in named if one.interrupted),
    )


def _tried_again(run: RunState, one: NodeRun) -> bool:
    """Whether a node failed, or was cut off, in a try that another one followed."""
    return bool(one.error and run.tries and one.started < run.tries[-1].began)


def _drawn_name(namespace: str, node: str) -> str:
    """A task's namespace is "node:task_id", nested with "|"; a drawing knows nodes only."""
    return ":".join([*(part.split(":")[0] for part in namespace.split("|") if part), node])


def sources(info: GraphInfo) -> None:
    """The source code of every node."""
    shown = [node for node in info.nodes if node.source]
    if not shown:
        st.info(
            "A LangGraph server does not give away the code of its graphs."
            if is_server()
            else "Python can't give the source code of these nodes.",
            icon=":material/code_off:",
        )
    for at, node in enumerate(shown):
        kind = " · async" if node.is_async else ""
        plain_text(
            ("heading", node.name + kind), ("quiet", f"{node.file}, line {node.line}"), key=f"source_{info.name}_{at}"
        )
        st.code(node.source, language="python", line_numbers=False)
