"""The Run screen: choose a graph, give it an input, watch it run, see how it ended."""

import streamlit as st

from ui.components.by_hand import by_hand
from ui.components.forking import inspection_only, load
from ui.components.kill import kill_button
from ui.components.plain_text import plain_text
from ui.components.run_form import run_form
from ui.components.run_panel import outcome, output, status_line, steps, stop_button
from ui.components.tries import tries_log
from ui.components.workflow import sources, workflow_drawing
from ui.screens import links
from ui.session import draw_again, drawn, graph_names, is_server, reload_code, run_of, show
from ui.timetravel.runner import LiveRun
from ui.timetravel.words import flowing
from ui.timetravel.worker.job import GraphInfo, RunState
from ui.view import View


def draw(view: View) -> None:
    """Draw the screen."""
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
    else:
        _live(run, info)


def _graph(names: list[str], name: str) -> GraphInfo | None:
    st.session_state["graph"] = name
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Graph", names, key="graph", on_change=by_hand(lambda: show(graph=st.session_state["graph"], run=""))
        )
        about = "Ask the server again what the graph is" if is_server() else "Import the graph's code again"
        st.button("", icon=":material/refresh:", help=about, key="again", on_click=reload_code)
    return load(name, "run")


def _about(info: GraphInfo) -> None:
    if info.description:
        plain_text(("text", flowing(info.description)), *(("quiet", note) for note in info.notes), key="about")
    _workflow(info, None)


def _workflow(info: GraphInfo, state: RunState | None) -> None:
    drawing, code = st.tabs(["Workflow", "Source code"])
    with drawing:
        workflow_drawing(info, state)
    with code:
        sources(info)


def _live(run: LiveRun, info: GraphInfo) -> None:
    if run.state().status.live:
        st.fragment(_panel, run_every=0.5)(run, info, True)
    else:
        _panel(run, info, False)


def _panel(run: LiveRun, info: GraphInfo, live: bool) -> None:
    """The run as it is now. While it is `live` this is drawn again and again, alone; its end draws the whole page."""
    state = run.state()
    if live and not state.status.live:
        draw_again()
    left, right = st.columns([5, 7], gap="large")
    with left:
        _workflow(info, state)
    with right:
        status_line(state)
        with st.container(horizontal=True, vertical_alignment="center"):
            stop_button(run, state)
            kill_button(run, state)
            links.to_debugger(_in_debugger(state.job.target_thread, state.head), "See it in the Debugger")
            if not state.status.live:
                st.button("New run", icon=":material/add:", key="new_run", on_click=lambda: show(run=""))
        outcome(state)
        tries_log(state)
        output(state)
        steps(state)


def _in_debugger(thread: str, head: str | None) -> View:
    view = drawn()
    return View(store=view.store, graph=view.graph, thread=thread, checkpoint=head or "", run=view.run, pin=view.pin)
