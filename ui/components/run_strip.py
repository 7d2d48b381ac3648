"""The run that goes on (or just went) on the thread that the Debugger shows."""

from dataclasses import replace

import streamlit as st

from ui.components.run_panel import status_line, stop_button, traceback_button
from ui.session import asked, go, live_runs, run_of, show
from ui.timetravel.worker.client import Run
from ui.timetravel.worker.job import RunState
from ui.view import View

_SEEN = "runs_seen"
"""Session state: the runs whose end was followed already, so that it happens once."""


def run_strip(view: View) -> None:
    """Draw the run that `view` names, if it is of this thread; when it ends, its last checkpoint gets selected."""
    run = run_of(view) or live_runs().get(view.thread)
    if run is None or run.state().job.target_thread != view.thread:
        return
    if run.state().status.live:
        _watch(run)
    else:
        _follow(run, run.state())
        with st.container(horizontal=True, vertical_alignment="center"):
            status_line(run.state())
            traceback_button(run.state())
            st.button("Dismiss", icon=":material/close:", key="dismiss", on_click=lambda: show(run=""))


def _watch(run: Run) -> None:
    drawn_checkpoints = len(run.state().checkpoints)

    @st.fragment(run_every=0.5)
    def strip() -> None:
        state = run.state()
        if not state.status.live or len(state.checkpoints) != drawn_checkpoints:
            st.rerun()
        with st.container(horizontal=True, vertical_alignment="center"):
            status_line(state)
            stop_button(run, state)

    strip()


def _follow(run: Run, state: RunState) -> None:
    """Select what the run wrote last, once: afterwards the person may look where they like."""
    seen = st.session_state.setdefault(_SEEN, set())
    if run.id in seen:
        return
    seen.add(run.id)
    if state.head and asked().run == run.id:
        go(replace(asked(), thread=state.job.target_thread, namespace="", checkpoint=state.head, run=run.id, page=0))
        st.rerun()


def followed(view: View) -> str:
    """The run whose last checkpoint was selected because it ended; empty while there is none."""
    return view.run if view.run in st.session_state.get(_SEEN, ()) else ""
