"""The choice of the store for a run's checkpoints on the Run screen, and what happens to them there."""

import streamlit as st

from ui.components.base.page_text import as_text
from ui.components.base.plain_text import plain_text
from ui.services.managed_stores import EMBEDDED
from ui.session import keys
from ui.session.by_hand import by_hand
from ui.session.context import only_sandbox, source, sources, update_view
from ui.timetravel.errors import StoreError
from ui.timetravel.model.targets import MEMORY, StoreKind

_ABOUT = {
    StoreKind.MEMORY: "The memory of a worker process: gone when that is restarted, or the app ends.",
    StoreKind.POSTGRESQL: "A PostgreSQL database: it stays there when the app ends.",
    StoreKind.SERVER: "A LangGraph server: it runs the graph, and keeps its threads.",
    StoreKind.SAVER: "The saver that the graph was compiled with, in a worker process.",
}


def run_store() -> None:
    """Draw the choice and a sentence on how long threads are kept there. `move_to_run_store` applies it."""
    options = _options()
    st.session_state[keys.RUN_STORE] = source().name
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Runs are saved in",
            list(options),
            format_func=lambda name: as_text(options.get(name, name) or ""),
            key=keys.RUN_STORE,
            width=260,
            on_change=by_hand(keys.RUN_STORE, _ask),
        )
        with st.container(key="run_store_said"):
            plain_text(("quiet", _about()), key="run_store_about")
    if problem := st.session_state.pop(keys.RUN_STORE_PROBLEM, ""):
        plain_text(("failed", problem), key="run_store_problem_said")


def move_to_run_store() -> None:
    """Show the store that was just chosen, which is started if necessary.

    To be called at the end of the form: Streamlit forgets what was typed into a field that a drawing did not reach.
    """
    asked = st.session_state.pop(keys.RUN_STORE_ASKED, "")
    if not asked:
        return
    try:
        with st.spinner("Starting PostgreSQL…" if asked == EMBEDDED.name else "Opening the store…"):
            name = _opened(asked)
    except StoreError as error:
        st.session_state[keys.RUN_STORE_PROBLEM] = str(error)
    else:
        update_view(store=name, thread="", nameless=False, namespace="", checkpoint="", channel="", page=0, run="")
    st.rerun()


def _ask() -> None:
    st.session_state[keys.RUN_STORE_ASKED] = st.session_state[keys.RUN_STORE]


def _options() -> dict[str, str]:
    """The stores to choose from, by name: those that may be written to, and those that can be started."""
    known, here = sources().titles(), source()
    options = {name: title for name, title in known.items() if name == here.name or sources().may_run_on(name)}
    if only_sandbox():
        options = {name: title for name, title in options.items() if title != "sandbox"}
        options[here.name] = f"sandbox, since {here.store.title} is only read"
    if sources().workers is None:
        return options
    options.setdefault(MEMORY, "memory of the worker")
    if EMBEDDED.name not in known and not sources().sandboxed:
        there = "start it" if not sources().embedded_problem() else "not installed"
        options[EMBEDDED.name] = f"{EMBEDDED.title} ({there})"
    return options


def _opened(name: str) -> str:
    """Open or start the chosen store, and return its name. Raises StoreError."""
    if name == MEMORY:
        return sources().memory().name
    if name == EMBEDDED.name:
        return sources().embedded().name
    found = sources().source(name)
    return found.name if found else ""


def _about() -> str:
    here = source()
    if only_sandbox():
        return "What is run goes to a local file of its own, which stays."
    if here.name == EMBEDDED.name:
        return f"A real PostgreSQL server on this machine. Its data stays in {sources().practice_folder / 'postgres'}."
    return f"A file, which stays: {here.name}" if here.file else _ABOUT[here.kind]
