"""What can be done from the selected checkpoint: continue, run again from here, or change and fork."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from ui.components.checkpoint.fork.graph_choice import inspection_only, known_graph
from ui.components.checkpoint.fork.lost_types import lost_types
from ui.components.checkpoint.fork.permissions import WayToRun, changed_code, why_not
from ui.components.checkpoint.interrupts.form import answer, answered_meanwhile
from ui.components.run.retry_button import retry_popover
from ui.components.run.settings.summary import settings_line
from ui.components.run.settings.surroundings import fork_notice
from ui.session.context import current_view, graph_names, live_runs, only_sandbox, open_view
from ui.session.permissions.graph_choice import description
from ui.session.permissions.writes import SANDBOX_ONLY, may_write
from ui.session.reads import cached_reads as reading
from ui.session.view import View
from ui.timetravel.history.supersteps import Superstep, TaskState
from ui.timetravel.model.checkpoints import Checkpoint, Task
from ui.timetravel.model.jobs import Asked, Resume, RunRequest
from ui.timetravel.presentation.forms.open_questions import questions_of, what_became
from ui.timetravel.runs.write_permission import Destination

_NOTHING_DUE = {
    False: "The run is finished here: no node is due.",
    True: "The store does not say whether a node is due here.",
}
"""Why nothing would run; the key is whether the checkpoint does not show what is due."""


def actions(view: View, shown: Checkpoint, tasks: list[Task], latest: str) -> None:
    """Draw the buttons, or say what to do to get them."""
    if not graph_names():
        inspection_only()
        return
    name = known_graph(shown)
    if not name:
        _open_fork("Choose the graph that is to run, and change channel values")
        return
    info = description(name)
    is_latest = view.checkpoint == latest and not view.namespace
    request = RunRequest(name, view.thread, Resume())
    fork = replace(request, checkpoint_id=view.checkpoint, namespace=view.namespace)
    on = WayToRun(request, may_write(request, info, shown))
    again = WayToRun(fork, may_write(fork, info, shown), forks=True)
    changed_code(shown, info)
    step = reading.account(view.ref).step
    questions = questions_of(tasks, step.of(TaskState.ASKS))
    # Not while a run is on, or waits for its next try: two runs at once would run the same nodes twice.
    resumes = is_latest and bool(shown.header.due) and not questions and view.thread not in live_runs()
    used = _questions(view, on, again, questions, tasks, step, is_latest=is_latest)
    with st.container(horizontal=True, gap="small"):
        if resumes:
            used = [on]
            _button("Resume", ":material/play_arrow:", "Go on with the nodes that are due", on)
            retry_popover(
                lambda retries: on.start(retries=retries, tab="changes"), key=view.thread, disabled=on.place is None
            )
        _button(
            "Run again from here",
            ":material/replay:",
            "Start a new branch at this checkpoint, with its state as it is, in this thread"
            if shown.header.due
            else f"{_NOTHING_DUE[shown.header.undecided]} Choose an earlier checkpoint, or change values and fork.",
            again,
            disabled=not shown.header.due,
            quiet=resumes or bool(questions),
        )
        _open_fork("Change channel values first, or fork into a new thread")
    settings_line(shown.header)
    lost_types(shown, name)
    if only_sandbox():
        st.caption(SANDBOX_ONLY)
    else:
        used += [again] if shown.header.due else []
        why_not(used)
    fork_notice("actions", name, in_sandbox=any(way.place is Destination.SANDBOX for way in used))
    if view.namespace:
        st.caption("This is a checkpoint of a subgraph. LangGraph runs the whole subgraph again from its start.")


def _questions(
    view: View,
    on: WayToRun,
    again: WayToRun,
    questions: Sequence[Asked],
    tasks: Sequence[Task],
    step: Superstep,
    *,
    is_latest: bool,
) -> list[WayToRun]:
    """Draw the open questions, or else past ones. Returns the permissions that were used."""
    answered = questions_of(tasks, step.of(TaskState.ANSWERED))
    past = answered or [one for one in questions_of(tasks, step.of(TaskState.LEFT_BEHIND)) if one.id]
    offered = bool(past) and not questions and not view.namespace
    if questions:
        # A subgraph's question is answered from its thread's newest checkpoint, which has the same question.
        way = on if is_latest or view.namespace else again
        answer(way, questions, key=f"open_{view.checkpoint}")
    elif offered:
        what = "Answer differently" if answered else "Answer it after all"
        with st.expander(f"{what}, on a new branch", icon=":material/fork_right:"):
            became = what_became(step.of(TaskState.ANSWERED, TaskState.LEFT_BEHIND))
            answer(again, past, key=f"past_{view.checkpoint}", past=became)
    answered_meanwhile()
    return [on] if questions else [again] if offered else []


def _open_fork(about: str) -> None:
    st.button(
        "Change and fork",
        icon=":material/fork_right:",
        key="open_fork",
        help=about,
        on_click=lambda: open_view(replace(current_view(), tab="fork")),
    )


def _button(label: str, icon: str, about: str, way: WayToRun, *, disabled: bool = False, quiet: bool = False) -> None:
    off = disabled or way.place is None
    st.button(
        label,
        type="secondary" if off or quiet else "primary",
        icon=icon,
        key=f"do_{label.split()[0].lower()}",
        help=about,
        disabled=off,
        on_click=lambda: way.start(tab="changes"),
    )
