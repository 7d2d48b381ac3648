"""The store that is shown: its name, whether it is written to, and how it was opened."""

from dataclasses import replace

import streamlit as st

from ui.components.base.page_text import as_text
from ui.components.base.plain_text import Look, plain_text
from ui.services.managed_stores import EMBEDDED, PRACTICE
from ui.session import keys
from ui.session.by_hand import by_hand
from ui.session.context import (
    current_view,
    graph_names,
    only_sandbox,
    open_view,
    reload_code,
    source,
    sources,
    store,
    zone,
)
from ui.session.permissions.writes import foreign
from ui.session.view import View
from ui.timetravel.ground.read_only import is_read_only
from ui.timetravel.ground.redaction.redact import masked
from ui.timetravel.model.targets import MEMORY, PRACTICE_MEMORY
from ui.timetravel.serde import encryption as crypt
from ui.timetravel.stores.sqlite.connection import WITHOUT_LOCKS
from ui.timetravel.worker.resident.worker import ResidentWorker

READ_ONLY = "read-only"
LOOKS_ONLY = "read-only: the app was started with --read-only"
IN_SANDBOX = "read-only: runs and forks go to the sandbox"
OF_ANOTHER = "read-only, since LangGraph.js or an older LangGraph wrote it: runs and forks go to the sandbox"
WRITTEN = "runs and forks write to it"
SANDBOX = "a local copy to try things in: runs and forks write to it"

_NAMED_BY_TITLE = (MEMORY, PRACTICE_MEMORY, EMBEDDED.name, PRACTICE.name)
"""Stores of ours, whose titles say everything that their names say."""


def store_choice(name: str) -> None:
    """Draw a choice where there are several stores.

    It opens none of them, so that a person can leave one that can't be opened.
    """
    titles = sources().titles()
    if len(titles) > 1:
        st.session_state[keys.STORE_CHOICE] = name if name in titles else next(iter(titles))
        st.selectbox(
            "Store",
            list(titles),
            format_func=lambda one: as_text(titles.get(one, one) or ""),
            key=keys.STORE_CHOICE,
            on_change=by_hand(keys.STORE_CHOICE, _open),
        )


def store_facts() -> None:
    """Draw what a person must know about the store: its name, whether it is written to, how it was opened."""
    several = len(sources().targets) > 1
    heading: list[tuple[Look, str]] = [("heading", store().title)]
    if several:
        heading = [] if store().name in _NAMED_BY_TITLE else [("quiet", store().name)]
    keeper = source().keeper
    if keeper is not None:
        store().threads(limit=1)  # so that a worker that ended is restarted, and its notes are those of the new one
    plain_text(*heading, ("quiet", _access()), *(("quiet", one) for one in _notes()), key="top")
    if keeper is not None and keeper.alive:
        # Its state is tracked, so that it can be closed: if it stayed open, it would offer once more what was just
        # done.
        with st.popover("Restart the worker", icon=":material/restart_alt:", key=keys.RESTART_OPEN, on_change="rerun"):
            lost = "Every thread in its memory is lost." if keeper.in_memory else "What it has only in memory is lost."
            st.write(f"The graphs' code is read anew, and its runs end. {lost}")
            st.button("Restart now", type="primary", key="restart_worker", on_click=lambda: _restart(keeper))


def file_notes() -> None:
    """Draw how a file was opened, below everything else: it changes when other programs use the file, and would move
    the rest.
    """
    if source().file is None:
        return
    # A worker that runs graphs on the file opens it in another way.
    notes = [one for one in store().notes if source().runner is None or one != WITHOUT_LOCKS]
    if notes:
        plain_text(*(("quiet", one) for one in notes), key="file_notes")


def _access() -> str:
    if is_read_only():
        return LOOKS_ONLY
    if sources().is_sandbox(source()):
        return SANDBOX
    if only_sandbox():
        return IN_SANDBOX
    if not graph_names():
        return READ_ONLY
    return OF_ANOTHER if foreign() else WRITTEN


def _notes() -> list[str]:
    """What a person must know about the store first."""
    notes = [] if source().file else list(store().notes)
    keeper = source().keeper
    if keeper is not None and keeper.in_memory and not keeper.alive:
        notes.append("Its threads live in the memory of a worker, and are gone when that or this app ends.")
    return [*notes, *filter(None, [crypt.key_problem()])]


def _restart(keeper: ResidentWorker) -> None:
    st.session_state[keys.RESTART_OPEN] = False
    keeper.restart()
    reload_code()


def _open() -> None:
    """Show the latest thread of another store; A of a comparison stays pinned."""
    view = current_view()
    kept = View(history=view.history, tab=view.tab, pin=view.pin, follow=view.follow)
    open_view(replace(kept, store=st.session_state[keys.STORE_CHOICE]))


def gone_with_memory(thread: str) -> str:
    """A sentence if a thread is missing because the worker that had it in memory was restarted; else nothing."""
    keeper = source().keeper
    if keeper is None or not keeper.in_memory or keeper.restarted_at is None:
        return ""
    when = f"{keeper.restarted_at.astimezone(zone()):%H:%M}"
    return f"Thread {thread} was in the worker's memory, and is gone since the restart at {when}."


def other_store_note(asked_for: str) -> None:
    """Say that the store that the address names isn't open here."""
    named = masked(asked_for)
    plain_text(
        ("failed", f"The store {named} is not open here. Start the app with it as a TARGET; the first is shown."),
        key="store",
    )
