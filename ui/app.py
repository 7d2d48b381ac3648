"""What Streamlit runs: navigation and the top of the sidebar, nothing else."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from ui.components.base.fault import draw_error
from ui.components.base.plain_text import plain_text
from ui.components.base.reload_when_refused import reload_when_refused
from ui.components.history.follow import follow_trouble
from ui.components.sidebar.store import file_notes, other_store_note, store_choice, store_facts
from ui.gate.access_gate import AccessGate
from ui.gate.streamlit_server import is_served
from ui.screens import clean_up, debugger, learn, links, run, tasks
from ui.session import keys
from ui.session.context import begin_page, came_with, graph_names, requested_view, sources
from ui.session.reads.patient_reads import patiently
from ui.session.start_run import start_error
from ui.session.uncaught import caught_in_callbacks, forget_caught, show_uncaught_by
from ui.session.view import View
from ui.timetravel.errors import TimeTravelError
from ui.timetravel.ground.paths import ICON, PAGE_STYLE

SIDEBAR = 280
"""The width of the sidebar in pixels."""


def _page(name: str, draw: Callable[[View], None]) -> None:
    """Draw a page. An error of the engine's is shown as a sentence; any other error as a fault of ours."""
    if st.session_state.get(keys.SCREEN) != name:
        forget_caught()
        st.session_state[keys.SCREEN] = name
    try:
        view = begin_page()
        with st.sidebar:
            _links(view)
        for error in caught_in_callbacks():
            draw_error(error)
        with patiently():
            draw(view)
    except TimeTravelError as error:
        plain_text(("failed", str(error)), key="error")
        st.button("Try again", icon=":material/refresh:")
        follow_trouble(requested_view())


def _screen(name: str, draw: Callable[[View], None]) -> None:
    """Draw a page about the store that the address names."""
    _page(name, lambda view: _on_store(view, draw))


def _on_store(view: View, draw: Callable[[View], None]) -> None:
    with st.sidebar:
        store_choice(view.store)
    found = sources().source(view.store)
    if found is None:
        other_store_note(view.store)
        view, found = View(), sources().source()
    view = replace(view, store=found.name if found else "")
    st.session_state[keys.VIEW] = view
    with st.sidebar:
        store_facts()
    _trouble()
    draw(view)
    with st.sidebar:
        file_notes()


def _trouble() -> None:
    """Show why the last callback failed, if it did."""
    if problem := start_error():
        plain_text(("failed", problem), key="trouble")


def _links(view: View) -> None:
    kept = View(store=view.store, graph=view.graph, thread=view.thread, nameless=view.nameless, run=view.run)
    place = replace(kept, pin=view.pin, follow=view.follow)
    # Of the practice stores only what lessons made is shown, in the Debugger; other pages begin with the person's
    # stores.
    work = View(follow=view.follow) if view.lesson else place
    left, right = st.columns(2, gap=None)
    with left:
        links.to_run(work, "Run")
        links.to_tasks(work, "Tasks")
        links.to_clean_up(work, "Clean up")
    with right:
        # The graph chosen for a run need not be the one that made the thread, which is found from the thread.
        links.to_debugger(replace(place, graph=""), "Debugger")
        links.to_learn(learn.last(view), "Learn")


def main() -> None:
    """Draw the page that the address names."""
    st.set_page_config(page_title="timetravel", page_icon=str(ICON), layout="wide", initial_sidebar_state=SIDEBAR)
    if is_served() and not AccessGate.stands:
        st.write("Start this app with the command timetravel: served in another way, it would let in everybody.")
        return
    st.html(PAGE_STYLE)
    reload_when_refused()
    pages = {
        "run": st.Page(_run, title="Run", url_path="run"),
        "debugger": st.Page(_debugger, title="Debugger", url_path="debugger"),
        "tasks": st.Page(_tasks, title="Tasks", url_path="tasks"),
        "learn": st.Page(_learn, title="Learn", url_path="learn"),
        "clean": st.Page(_clean_up, title="Clean up", url_path="clean"),
    }
    links.register(**pages)
    home = st.Page(_home, title="timetravel", default=True)
    st.navigation([home, *pages.values()], position="hidden").run()


def _home() -> None:
    """The page for an address without a path: the history where there is nothing to run, or where the address names a
    part of it.

    The app may have been started without graphs when that address was made.
    """
    _screen(
        "timetravel", lambda view: (run.draw if graph_names() and not came_with().is_history else debugger.draw)(view)
    )


def _run() -> None:
    _screen("Run", run.draw)


def _debugger() -> None:
    _screen("Debugger", debugger.draw)


def _tasks() -> None:
    _screen("Tasks", tasks.draw)


def _learn() -> None:
    def lesson(view: View) -> None:
        _trouble()
        learn.draw(view)

    _page("Learn", lesson)


def _clean_up() -> None:
    _screen("Clean up", clean_up.draw)


show_uncaught_by(draw_error)
main()
