"""The run that is on, or has just ended, on the thread that the Debugger shows."""

from dataclasses import replace

import streamlit as st

from ui.components.base.timers import drawn_every
from ui.components.run.attempts import tries_popover
from ui.components.run.kill_button import kill_button
from ui.components.run.status import last_output_button, status_line, stop_button, traceback_button
from ui.session import keys
from ui.session.context import live_runs, open_view, requested_view, rerun, run_of, source, update_view, watched_runs
from ui.session.view import View
from ui.timetravel.model.runs import RunState
from ui.timetravel.runs.runner import LiveRun


def run_strip(view: View) -> None:
    """Draw the run that `view` names, if it is on this thread. When it ends, its last checkpoint is selected."""
    run = run_of(view) or live_runs().get(view.thread)
    if run is None or (run.state().job.target_thread, run.state().job.store) != (view.thread, source().target):
        return
    if run.state().status.live:
        _watch(run)
    else:
        _follow(run, run.state(), view)
        with st.container(horizontal=True, vertical_alignment="center"):
            status_line(run.state())
            with st.container(horizontal=True, width="content"):
                traceback_button(run.state())
                last_output_button(run.state())
                tries_popover(run.state())
                st.button("Dismiss", icon=":material/close:", key="dismiss", on_click=lambda: update_view(run=""))


def _watch(run: LiveRun) -> None:
    watched_runs().add(run.id)
    drawn_checkpoints = len(run.state().checkpoints)

    @drawn_every(0.5)
    def strip() -> None:
        state = run.state()
        if not state.status.live or len(state.checkpoints) != drawn_checkpoints:
            rerun()
        with st.container(horizontal=True, vertical_alignment="center"):
            status_line(state)
            with st.container(horizontal=True, width="content"):
                stop_button(run, state)
                kill_button(run, state)
                tries_popover(state)

    strip()


def _follow(run: LiveRun, state: RunState, view: View) -> None:
    """Select the last checkpoint that the run wrote: once, and only in a tab that saw it running.

    It counts as done only when that checkpoint is drawn, since a click in between starts the page again. Afterwards the
    person may look elsewhere, and a reload keeps that.
    """
    if run.id not in watched_runs():
        return
    if state.head and requested_view().run == run.id and view.checkpoint != state.head:
        at = requested_view().of_thread(state.job.target_thread)
        open_view(replace(at, namespace="", checkpoint=state.head, run=run.id, page=0))
        st.rerun()
    watched_runs().discard(run.id)
    st.session_state[keys.RUN_FOLLOWED] = run.id
    # What was drawn above may be older than the run's end, and lack a question that is open now.
    st.rerun()


def followed(view: View) -> str:
    """The run whose last checkpoint was selected because it ended; empty where there is none."""
    return view.run if view.run == st.session_state.get(keys.RUN_FOLLOWED) else ""
