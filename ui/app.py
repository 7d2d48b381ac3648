"""What Streamlit runs: navigation and the top of the sidebar, nothing else."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath

import streamlit as st

from ui.components.plain_text import plain_text
from ui.screens import debugger, links, run
from ui.session import VIEW, asked, graph_names, settings, store
from ui.timetravel.errors import TimeTravelError
from ui.view import View


def _screen(draw: Callable[[View], None]) -> None:
    """Draw a screen; whatever the engine raises becomes a sentence on it."""
    try:
        view = replace(asked(), store=store().name)
        st.session_state[VIEW] = view
        _sidebar(view)
        if asked().store not in ("", store().name):
            plain_text(
                ("failed", f"This address is of the store {asked().store}. This app has {store().name} open."),
                key="store",
            )
        draw(view)
    except TimeTravelError as error:
        plain_text(("failed", str(error)), key="error")
        st.button("Try again", icon=":material/refresh:", on_click=st.cache_resource.clear)


def _sidebar(view: View) -> None:
    place = View(store=view.store, graph=view.graph, thread=view.thread, run=view.run)
    with st.sidebar:
        with st.container(horizontal=True):
            links.to_run(place, "Run")
            links.to_debugger(place, "Debugger")
        access = "runs and forks write to it" if graph_names() else "read-only"
        plain_text(
            ("heading", PurePath(settings().target).name),
            ("quiet", access),
            *(("quiet", one) for one in store().notes),
            key="top",
        )


def main() -> None:
    """Draw the page that the address names."""
    st.set_page_config(page_title="timetravel", page_icon=":material/history:", layout="wide")
    can_run = bool(settings().writable)
    pages = {
        "run": st.Page(_run, title="Run", url_path="run", default=can_run),
        "debugger": st.Page(_debugger, title="Debugger", url_path="debugger", default=not can_run),
    }
    links.register(**pages)
    st.navigation(list(pages.values()), position="hidden").run()


def _run() -> None:
    _screen(run.draw)


def _debugger() -> None:
    _screen(debugger.draw)


main()
