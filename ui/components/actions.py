"""What can be done from the selected checkpoint: go on, run again from here, or change and fork."""

from dataclasses import replace

import streamlit as st

from ui.components.answer import answer
from ui.components.forking import SANDBOX_ONLY, inspection_only, missing_note
from ui.components.retry import retry_popover
from ui.components.settings_lines import settings_line
from ui.components.surroundings import fork_notice
from ui.jobs import start
from ui.session import drawn, go, graph_names, likely_graph, live_runs, missing_graph, only_sandbox
from ui.timetravel.model import Checkpoint, Task, answered_tasks
from ui.timetravel.worker.job import Job, Resume
from ui.view import View


def actions(view: View, shown: Checkpoint, tasks: list[Task], latest: str) -> None:
    """Draw the buttons, or say how to get them."""
    if not graph_names():
        inspection_only()
        return
    if missing := missing_graph(shown.header.metadata):
        missing_note(missing)
        _open_fork("Choose the graph that is to run, and change channel values")
        return
    is_latest = view.checkpoint == latest and not view.namespace
    answered = answered_tasks(tasks)
    questions = [one for task in tasks for one in task.interrupts if task.task_id not in answered]
    past = [one for task in tasks for one in task.interrupts if task.task_id in answered]
    job = Job(likely_graph(shown.header.metadata), "", view.thread, Resume())
    if questions:
        answer(job, questions, key=view.checkpoint, checkpoint_id=None if is_latest else view.checkpoint)
    elif past and not view.namespace:
        with st.expander("Answer differently, on a new branch", icon=":material/fork_right:"):
            answer(job, past, key=view.checkpoint, checkpoint_id=view.checkpoint)
    # Nor while a run is on, or waits for its next try: two at once would do the same nodes twice.
    resumes = is_latest and bool(shown.next) and not questions and view.thread not in live_runs()
    with st.container(horizontal=True, gap="small"):
        if resumes:
            _button("Resume", ":material/play_arrow:", "Go on with the nodes that are due", view, shown, fork=False)
            retry_popover(lambda retries: start(job, retries=retries, tab="changes"), key=view.thread)
        _button(
            "Run again from here",
            ":material/replay:",
            "Start a new branch at this checkpoint, with its state as it is, in this thread"
            if shown.next
            else "The run is finished here: no node is due. Choose an earlier checkpoint, or change values and fork.",
            view,
            shown,
            fork=True,
            disabled=not shown.next,
            quiet=resumes or bool(questions),
        )
        _open_fork("Change channel values first, or fork into a new thread")
    settings_line(shown.header)
    if only_sandbox():
        st.caption(SANDBOX_ONLY)
    fork_notice("actions", job.graph)
    if view.namespace:
        st.caption("This is a checkpoint of a subgraph. LangGraph runs the whole subgraph again from its start.")


def _open_fork(about: str) -> None:
    st.button(
        "Change and fork",
        icon=":material/fork_right:",
        key="open_fork",
        help=about,
        on_click=lambda: go(replace(drawn(), tab="fork")),
    )


def _button(
    label: str,
    icon: str,
    about: str,
    view: View,
    shown: Checkpoint,
    *,
    fork: bool,
    disabled: bool = False,
    quiet: bool = False,
) -> None:
    job = Job(
        graph=likely_graph(shown.header.metadata),
        store="",
        thread_id=view.thread,
        action=Resume(),
        checkpoint_id=view.checkpoint if fork else None,
        namespace=view.namespace if fork else "",
    )
    st.button(
        label,
        type="secondary" if disabled or quiet else "primary",
        icon=icon,
        key=f"do_{label.split()[0].lower()}",
        help=about,
        disabled=disabled,
        on_click=lambda: start(job, tab="changes"),
    )
