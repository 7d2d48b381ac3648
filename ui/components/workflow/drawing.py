"""A graph's workflow, drawn by graphviz, and the source code of its nodes."""

import streamlit as st

from ui.components.base.page_text import as_text, label
from ui.components.base.plain_text import plain_text
from ui.session.context import dark, is_server
from ui.timetravel.model.graphs import GraphInfo
from ui.timetravel.model.runs import NodeRun, NodeState, RunState, RunStatus
from ui.timetravel.presentation.workflow_dot import DARK, LIGHT, WorkflowProgress, workflow


def workflow_drawing(info: GraphInfo, run: RunState | None = None) -> None:
    """Draw the workflow; with a run, its nodes are marked with their states, and the marks are explained."""
    marks = progress(run)
    draw(info, marks)
    if explained := legend(marks):
        st.caption(label(explained))


def draw(info: GraphInfo, marks: WorkflowProgress) -> None:
    """Draw the workflow with any marks."""
    drawing = workflow(info, marks, DARK if dark() else LIGHT)
    st.graphviz_chart(drawing, alt=f"The workflow of {as_text(info.name)}")


def legend(marks: WorkflowProgress) -> str:
    """The meanings of the marks that occur in a drawing of a run."""
    words = (
        (marks.running, "▶ runs"),
        (marks.done, "✔ done"),
        (marks.failed, "✖ failed"),
        (marks.cancelled, "■ cancelled or stopped"),
        (marks.waiting, "? asks"),
        (marks.due, "→ next"),
    )
    return " · ".join(word for names, word in words if names)


_MARKS = {
    NodeState.RUNNING: "running",
    NodeState.DONE: "done",
    NodeState.CACHED: "done",
    NodeState.BEFORE: "done",
    NodeState.FAILED: "failed",
    NodeState.CUT_OFF: "failed",
    NodeState.HANDLED: "failed",
    NodeState.ASKED: "waiting",
    NodeState.CANCELLED: "cancelled",
    NodeState.STOPPED: "cancelled",
}
"""The mark in a drawing for each state of a task."""


def progress(run: RunState | None) -> WorkflowProgress:
    """The marks of a run, by the names of nodes in a drawing ("parent:child" in a subgraph)."""
    if run is None:
        return WorkflowProgress()
    last = _last_of_each(run)
    marked = {mark: frozenset(name for name, one in last if _MARKS.get(one.state) == mark) for mark in _MARKS.values()}
    paused = run.status is RunStatus.INTERRUPTED and not run.interrupts
    due = {*run.next, *(pause.node for pause in run.pauses if pause.how != "after")} if paused else set[str]()
    return WorkflowProgress(
        running=marked["running"],
        done=marked["done"],
        failed=marked["failed"],
        waiting=marked["waiting"],
        cancelled=marked["cancelled"],
        due=frozenset(due),
        notes=_notes(last),
    )


def _notes(last: list[tuple[str, NodeRun]]) -> dict[str, str]:
    """What to write below a node's name: that the cache answered all or some of its tasks, or that it failed and was
    handled.
    """
    states: dict[str, list[NodeState]] = {}
    for name, one in last:
        states.setdefault(name, []).append(one.state)
    found: dict[str, str] = {}
    for name, all_states in states.items():
        if cached := all_states.count(NodeState.CACHED):
            part = f"{cached} of {len(all_states)} " if cached < len(all_states) else ""
            found[name] = f"{part}from the cache"
        elif NodeState.HANDLED in all_states:
            found[name] = "handled"
    return found


def _last_of_each(run: RunState) -> list[tuple[str, NodeRun]]:
    """The tasks of the last superstep in which each node ran, by the node's name: a node in a loop runs again."""
    named = [(_drawn_name(one.namespace, one.node), one) for one in run.nodes if not _tried_again(run, one)]
    steps = {name: one.step for name, one in named}
    return [(name, one) for name, one in named if one.step == steps[name]]


def _tried_again(run: RunState, one: NodeRun) -> bool:
    """Whether a node failed, or was cut off, in a try that another one followed."""
    return bool(run.tries and one.started < run.tries[-1].began and not one.has_result and not one.interrupted)


def _drawn_name(namespace: str, node: str) -> str:
    """A node's name in a drawing. A task's namespace is "node:task_id", nested with "|"; a drawing has only nodes."""
    return ":".join([*(part.split(":")[0] for part in namespace.split("|") if part and not part.isdigit()), node])


def sources(info: GraphInfo) -> None:
    """Draw the source code of every node."""
    with_source = [node for node in info.nodes if node.source]
    if not with_source:
        st.info(
            "A LangGraph server does not give away the code of its graphs."
            if is_server()
            else "Python can't give the source code of these nodes.",
            icon=":material/code_off:",
        )
    for at, node in enumerate(with_source):
        kind = " · async" if node.is_async else ""
        plain_text(
            ("heading", node.name + kind), ("quiet", f"{node.file}, line {node.line}"), key=f"source_{info.name}_{at}"
        )
        st.code(as_text(node.source), language="python", line_numbers=False)
