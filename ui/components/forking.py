"""What every way to run from a checkpoint needs: the graph that made it, and the words where there is none."""

import secrets

import streamlit as st

from ui.components.by_hand import by_hand
from ui.components.plain_text import plain_text
from ui.session import graph_info, graph_names, is_server, likely_graph, missing_graph, reload_code, show
from ui.timetravel.errors import GraphLoadError, WorkerError
from ui.timetravel.model import Checkpoint
from ui.timetravel.worker.job import GraphInfo

INSPECTION_ONLY = (
    "Inspection only: this app was started without graphs. To run and fork, start it with --graphs langgraph.json, "
    "or with --graph FILE_OR_MODULE:NAME."
)
SERVER_INSPECTION_ONLY = (
    "Inspection only: the app was started with --sandbox, so nothing runs on this server, and without graphs to run "
    "here. Leave --sandbox out to run on the server, or name the graphs with --graphs langgraph.json."
)
SANDBOX_ONLY = (
    "This store is only read: what you run from here goes to a copy of this checkpoint in the local sandbox, "
    "and this store stays as it is."
)


def inspection_only() -> None:
    """Say why nothing can be run here, and what to do about it."""
    st.info(SERVER_INSPECTION_ONLY if is_server() else INSPECTION_ONLY, icon=":material/visibility:")


def new_thread_id(stem: str) -> str:
    """A fresh id that says where it comes from, the same while the page stays on that stem."""
    key = f"new_thread_{stem}"
    if key not in st.session_state:
        st.session_state[key] = f"{stem[:40]}-{secrets.token_hex(2)}"
    return str(st.session_state[key])


def graph_choice(shown: Checkpoint) -> GraphInfo | None:
    """Let a person say which graph to run; None where there is none, or it can't be imported, which is then said."""
    names = graph_names()
    if not names:
        inspection_only()
        return None
    if missing := missing_graph(shown.header.metadata):
        _choose_graph(missing, names, shown.header.thread_id)
        return None
    likely = likely_graph(shown.header.metadata)
    name = likely
    if len(names) > 1 and str(shown.header.metadata.get("graph_id", "")) not in names:
        key = f"fork_graph_{shown.header.thread_id}"
        st.session_state.setdefault(key, likely)
        name = st.selectbox("Graph", names, key=key, on_change=by_hand(key, lambda: show(graph=st.session_state[key])))
    return load(name, "fork")


def missing_note(missing: str) -> None:
    """Say that the graph which made a checkpoint isn't here: any other one may do something else."""
    said = f"The graph “{missing}” made this, and it is not among the graphs here. To fork, choose another one first."
    plain_text(("quiet", said), key="missing_graph")


def _choose_graph(missing: str, names: list[str], thread: str) -> None:
    missing_note(missing)
    key = f"missing_graph_{thread}"
    st.selectbox(
        "Graph",
        names,
        index=None,
        placeholder="Choose the graph that is to run",
        key=key,
        on_change=lambda: show(graph=st.session_state[key] or ""),
    )


def load(name: str, place: str) -> GraphInfo | None:
    """A graph's description; None once it was said why there is none, at this `place` of the page."""
    try:
        return graph_info(name)
    except WorkerError as error:
        plain_text(("failed", str(error)), key=f"load_{place}_{name}")
        if isinstance(error, GraphLoadError) and error.traceback:
            st.code(error.traceback, language="python", wrap_lines=True)
        again = "Ask the server again" if is_server() else "Import it again"
        st.button(again, icon=":material/refresh:", key=f"reload_{place}_{name}", on_click=reload_code)
        return None
