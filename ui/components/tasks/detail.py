"""One task: its status, its last log lines, its result, what can be done with it, and what it can be rolled back to."""

from collections.abc import Callable, Sequence

import streamlit as st

from ui.components.base.page_text import label
from ui.components.base.plain_text import Look, plain_text
from ui.components.run.status import WORDS, status_line, stop_button
from ui.components.tasks.list import state_of
from ui.services.pipeline_tasks import KEPT, Saved, TaskStatus, resumption, roll_back
from ui.session.context import zone
from ui.session.permissions.writes import may_write
from ui.session.start_run import start_run
from ui.timetravel.ground.text.formatting import format_date, format_time, join_limited
from ui.timetravel.model.checkpoints import ThreadState
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.presentation.narration.checkpoints import next_names
from ui.timetravel.runs.runner import LiveRun

SOURCES = {"input": "a new input", "update": "an edit", "fork": "rolled back or forked"}
"""What made a checkpoint, if it was not a stage."""


RUNS = "The first run of a task takes the input; each later one takes none: `invoke(None)`."


def task_status(task: TaskStatus, run: LiveRun | None, link: Callable[[], None]) -> None:
    """Draw the task's state and what to do next; `run` is its last run here, and `link` draws the link to the
    Debugger.
    """
    state = run.state() if run else None
    live = state is not None and state.status.live
    facts = [
        f"Status: {state_of(task, live)}",
        f"Stage: {task.progress.words}",
        f"Next: {next_names(task.progress.next) or 'nothing is due'}",
        f"Updated at: {format_date(task.updated, zone())}",
    ]
    plain_text(
        ("title", task.topic or "(no topic)"),
        ("quiet", f"thread {task.name or task.thread}"),
        ("text", "\n".join(facts)),
        key="task_status",
    )
    if state and live:
        status_line(state)
    elif trouble := _trouble(task, state):
        plain_text(*trouble, key="task_trouble")
    why = _why_not(task)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if run and state and live:
            stop_button(run, state)
        elif task.resumes:
            _resume_button(task, disabled=bool(why))
        elif state and not task.head:
            st.button(
                "Start again", icon=":material/replay:", key="start_task", on_click=lambda: start_run(state.job.request)
            )
        if task.head:
            link()


def _trouble(task: TaskStatus, state: RunState | None) -> list[tuple[Look, str]]:
    """Why the task does not continue, and what to do."""
    onwards = "Resume goes on from the last checkpoint, without an input: stages that are done do not run again."
    if not task.head:
        return [("failed", f"✖ {task.error} Nothing of it is saved.")]
    if task.state is ThreadState.FAILED:
        return [("failed", f"✖ {join_limited(task.progress.next) or 'It'} failed: {task.error}"), ("quiet", onwards)]
    if task.state is ThreadState.INTERRUPTED:
        return [("asks", "? It asks something. Answer it in the Debugger.")]
    if state and state.failure and (state.ended or 0) > task.updated.timestamp():
        return [("failed", f"✖ {state.failure.message}")]
    if state and state.status in (RunStatus.DIED, RunStatus.STOPPED) and task.resumes:
        look, words = WORDS[state.status]
        return [(look, words), ("quiet", onwards)]
    return [("quiet", onwards)] if task.resumes else []


def _why_not(task: TaskStatus) -> str:
    """Why nothing may be written to the task's thread; empty where it may be."""
    return may_write(resumption(task.thread)).why_not() if task.head else ""


def _resume_button(task: TaskStatus, *, disabled: bool) -> None:
    st.button(
        "Resume",
        type="primary",
        icon=":material/play_arrow:",
        key="resume_task",
        help=f"Go on with {label(next_names(task.progress.next))}. {RUNS}",
        disabled=disabled,
        on_click=lambda: start_run(resumption(task.thread), checkpoint=""),
    )


def task_output(task: TaskStatus) -> None:
    """Draw the last log lines, and the result once there is one."""
    lines: list[tuple[Look, str]] = [("heading", "Last log lines")]
    lines.append(("text", "\n".join(task.logs)) if task.logs else ("quiet", "No line yet."))
    plain_text(*lines, key="task_logs")
    if task.result:
        with st.expander("Result", icon=":material/article:", key="task_result_open"):
            plain_text(("text", task.result), key="task_result")


def task_history(task: TaskStatus, saved: Sequence[Saved], live: bool) -> None:
    """Draw the task's checkpoints, newest first, each with a button to roll back to it while nothing runs."""
    if not saved:
        return
    why = _why_not(task)
    reasons: list[tuple[Look, str]] = [("asks", why)] if why else []
    plain_text(("heading", "Checkpoints"), *reasons, key="task_history")
    with st.container(gap="xsmall"):
        for each in saved:
            _checkpoint(task, each, live or bool(why))
    if len(saved) == KEPT:
        st.caption(f"These are the newest {KEPT}. The Debugger shows all of them.")


def _checkpoint(task: TaskStatus, saved: Saved, fixed: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        plain_text(*_row(saved), key=f"saved_{saved.checkpoint_id}")
        if saved.checkpoint_id == task.head:
            st.caption("the newest", width="content")
        else:
            _back(task, saved, disabled=fixed)


def _row(saved: Saved) -> list[tuple[Look, str]]:
    due = next_names(saved.progress.next)
    made = SOURCES.get(saved.source, "")
    facts = [format_time(saved.at, zone()), f"next is {due}" if due else "nothing is due", *([made] if made else [])]
    return [("text", saved.progress.words), ("quiet", " · ".join(facts))]


def _back(task: TaskStatus, saved: Saved, disabled: bool) -> None:
    with st.popover("Roll back to here", disabled=disabled, width="content"):
        due = next_names(saved.progress.next)
        st.write(
            "This checkpoint becomes the task's newest state again: a copy of it is saved, and nothing runs. "
            "What came later stays in the history, as another branch."
        )
        then = f"Resume then goes on with {due}." if due else "No stage is due there, so there is nothing to resume."
        plain_text(("text", then), key=f"back_text_{saved.checkpoint_id}")
        st.button(
            "Roll back",
            type="primary",
            icon=":material/undo:",
            key=f"back_{saved.checkpoint_id}",
            on_click=lambda: start_run(roll_back(task.thread, saved.checkpoint_id), checkpoint=""),
        )
