"""The Run screen: choose a graph, give it an input, watch it run, see how it ended."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from ui.components.base.page_text import as_text
from ui.components.base.plain_text import plain_text
from ui.components.base.timers import drawn_every
from ui.components.checkpoint.fork.graph_choice import inspection_only, load
from ui.components.run.attempts import tries_log
from ui.components.run.form import another_input, run_form
from ui.components.run.kill_button import kill_button
from ui.components.run.result import run_result
from ui.components.run.status import outcome, output, status_line, steps, stop_button
from ui.components.workflow.drawing import sources, workflow_drawing
from ui.screens import links
from ui.session import keys
from ui.session.by_hand import by_hand
from ui.session.context import current_view, graph_names, import_again, is_server, rerun, run_of, source, update_view
from ui.session.view import View
from ui.timetravel.ground.text.formatting import unwrap_lines
from ui.timetravel.model.graphs import GraphInfo
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.presentation.narration.runs import why_paused
from ui.timetravel.runs.runner import LiveRun


def draw(view: View) -> None:
    """Draw the screen for the view."""
    names = graph_names()
    if not names:
        inspection_only()
        links.to_debugger(view, "Open the Debugger")
        return
    run = run_of(view)
    name = run.state().job.graph if run else view.graph if view.graph in names else names[0]
    left, right = st.columns([5, 7], gap="large")
    with left:
        info = _graph(names, name)
    if info is None:
        return
    if run is None:
        with left:
            _about(info)
        with right:
            if view.run:
                st.info("That run is over and this app no longer knows it. Its checkpoints are in the Debugger.")
            run_form(info)
        return
    live = run.state().status.live
    # Two drawings, each in its column: side by side below the choice of the graph, they would leave a gap beside that.
    with left:
        _watched(_progress, live)(run, info)
    with right:
        _watched(_panel, live)(run, live)


def _watched(draw: Callable[..., None], live: bool) -> Callable[..., None]:
    """A version of `draw` that, while the run is `live`, is drawn again and again without the rest of the page."""
    return drawn_every(0.5)(draw) if live else draw


def _graph(names: list[str], name: str) -> GraphInfo | None:
    st.session_state[keys.GRAPH] = name
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Graph",
            names,
            format_func=as_text,
            key=keys.GRAPH,
            on_change=by_hand(keys.GRAPH, lambda: update_view(graph=st.session_state[keys.GRAPH], run="")),
        )
        about = "Ask the server again what the graph is" if is_server() else "Import the graph's code again"
        st.button("", icon=":material/refresh:", help=about, key="again", on_click=import_again)
    return load(name, "run")


def _about(info: GraphInfo) -> None:
    if info.description or info.notes:
        plain_text(("text", unwrap_lines(info.description)), *(("quiet", note) for note in info.notes), key="about")
    _workflow(info, None)


def _workflow(info: GraphInfo, state: RunState | None) -> None:
    drawing, code = st.tabs(["Workflow", "Source code"])
    with drawing:
        workflow_drawing(info, state)
    with code:
        sources(info)


def _progress(run: LiveRun, info: GraphInfo) -> None:
    _workflow(info, run.state())


def _panel(run: LiveRun, live: bool) -> None:
    """Draw the run at this moment. When a run that was `live` has ended, the whole page is drawn again."""
    state = run.state()
    if live and not state.status.live:
        rerun()
    status_line(state)
    with st.container(horizontal=True, vertical_alignment="center"):
        stop_button(run, state)
        kill_button(run, state)
        if state.status.live or state.checkpoints or not state.job.copy_to:
            links.to_debugger(_in_debugger(state.job.target_thread, state.head), "See it in the Debugger")
        if not state.status.live:
            _next_run(state)
    outcome(state)
    _offer_to_change(state)
    run_result(state)
    tries_log(state)
    output(state)
    steps(state)


def _offer_to_change(state: RunState) -> None:
    """Say that where a run pauses without a question, the state can be looked at, and changed, before it continues."""
    if why_paused(state) and state.head and state.job.store == source().target:
        there = replace(_in_debugger(state.job.target_thread, state.head), tab="fork")
        links.to_debugger(there, "Change the state here, then go on")


def _next_run(state: RunState) -> None:
    """Draw the ways to the form.

    This thread is chosen there only if its run finished, since others are to be resumed.
    """
    st.button(
        "New run", icon=":material/add:", key="new_run", on_click=lambda: update_view(run="", graph=state.job.graph)
    )
    if state.status is RunStatus.FINISHED and state.job.store == source().target:
        st.button(
            "Another input on this thread", icon=":material/forum:", key="another_input", on_click=_go_on, args=(state,)
        )


def _go_on(state: RunState) -> None:
    another_input(state.job.graph, state.job.target_thread)
    update_view(run="", graph=state.job.graph)


def _in_debugger(thread: str, head: str | None) -> View:
    view = current_view()
    place = View(store=view.store, graph=view.graph, checkpoint=head or "", run=view.run, pin=view.pin)
    return place.of_thread(thread)
