"""What every run from a checkpoint needs: the graph that made it, and the words to show where there is none."""

import secrets

import streamlit as st

from ui.components.base.page_text import as_text, key_of
from ui.components.base.plain_text import plain_text
from ui.components.run.settings.form import values_to_make_it
from ui.session.context import choose_graph, graph_info, graph_names, import_again, is_server, update_view
from ui.session.permissions.graph_choice import graph_for
from ui.timetravel.errors import GraphLoadError, WorkerError
from ui.timetravel.ground.read_only import WHY, is_read_only
from ui.timetravel.model.checkpoints import Checkpoint
from ui.timetravel.model.graphs import GraphInfo

INSPECTION_ONLY = (
    "Inspection only: this app was started without graphs. To run and fork, start it with --graphs langgraph.json, "
    "or with --graph FILE_OR_MODULE:NAME."
)
SERVER_INSPECTION_ONLY = (
    "Inspection only: the app was started with --sandbox, so nothing runs on this server, and without graphs to run "
    "here. Leave --sandbox out to run on the server, or name the graphs with --graphs langgraph.json."
)
CHOOSE = "Nothing runs from here until you choose the graph: another one may do something else with this state."


def inspection_only() -> None:
    """Say why nothing can be run here, and what to do about it."""
    started = SERVER_INSPECTION_ONLY if is_server() else INSPECTION_ONLY
    st.info(WHY if is_read_only() else started, icon=":material/visibility:")


def new_thread_id(stem: str) -> str:
    """A new thread id that says where it comes from; it stays the same while the page has the same `stem`."""
    key = f"new_thread_{stem}"
    if key not in st.session_state:
        st.session_state[key] = f"{stem[:40]}-{secrets.token_hex(2)}"
    return str(st.session_state[key])


def graph_choice(shown: Checkpoint) -> GraphInfo | None:
    """The graph of a checkpoint's thread; None where there is none, it has not been chosen, or can't be imported, which
    is then drawn.
    """
    if not graph_names():
        inspection_only()
        return None
    name = known_graph(shown)
    return load(name, "fork") if name else None


def known_graph(shown: Checkpoint) -> str:
    """The graph of a checkpoint's thread; empty where a person has to choose it first."""
    thread = shown.header.thread_id
    choice = graph_for(thread, shown.header.metadata)
    if choice.name:
        return choice.name
    plain_text(("asks", f"{choice.why} {CHOOSE}"), key="choose_graph")
    key = key_of(f"graph_of_{thread}")
    st.selectbox(
        "Graph",
        graph_names(),
        format_func=as_text,
        index=None,
        placeholder="Choose the graph that is to run",
        key=key_of(key),
        on_change=lambda: _chosen(thread, st.session_state[key] or ""),
    )
    return ""


def _chosen(thread: str, graph: str) -> None:
    choose_graph(thread, graph)
    update_view(graph=graph)


def load(name: str, place: str) -> GraphInfo | None:
    """A graph's description; None where there is none, after drawing the reason at this `place` of the page."""
    try:
        return graph_info(name)
    except WorkerError as error:
        plain_text(("failed", str(error)), key=f"load_{place}_{name}")
        if isinstance(error, GraphLoadError) and error.traceback:
            st.code(as_text(error.traceback), language="python", wrap_lines=True)
        if isinstance(error, GraphLoadError) and error.takes_config:
            values_to_make_it(name, place)
        again = "Ask the server again" if is_server() else "Import it again"
        st.button(again, icon=":material/refresh:", key=key_of(f"reload_{place}_{name}"), on_click=import_again)
        return None
