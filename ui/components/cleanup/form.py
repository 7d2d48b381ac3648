"""The form for the rule by which a store is cleaned up."""

from collections.abc import Sequence

import streamlit as st

from ui.components.base.page_text import key_of
from ui.components.fields.long_choice import offered, option
from ui.services.deletion import WHOLE_ONLY
from ui.session.context import current_view, source
from ui.session.view import NAMELESS
from ui.timetravel.cleanup.rules import Rule, Selection

TITLES = {
    Selection.THREADS: "Whole threads that are old",
    Selection.OLD: "Checkpoints that are old",
    Selection.BEYOND: "All but the last checkpoints",
}
EVERY = "Every thread"
_STAYS = {
    Selection.THREADS: "A thread that waits for an answer, or that could be gone on with, stays.",
    Selection.OLD: "The newest checkpoint of a thread always stays, and what kept checkpoints need stays with them.",
    Selection.BEYOND: "The newest are kept by time, whichever branch they are on; what they need stays with them.",
}
_DAYS, _LAST = 30, 20
_MOST = 100_000


def clean_form(threads: Sequence[str]) -> Rule:
    """Draw the form, and return the rule. `threads` are those to choose from."""
    whole_only = source().whole_threads_only
    which = st.radio(
        "What may go",
        [Selection.THREADS] if whole_only else list(Selection),
        format_func=lambda one: TITLES[one],
        key="clean_which",
    )
    number = _number(which)
    thread = None if which is Selection.THREADS else _thread(threads)
    st.caption(WHOLE_ONLY if whole_only else _STAYS[which])
    return Rule(which, number, thread)


def _number(which: Selection) -> int:
    if which is Selection.BEYOND:
        return int(st.number_input("Keep the last", 1, _MOST, _LAST, key="clean_last"))
    label = "Unchanged for (days)" if which is Selection.THREADS else "Older than (days)"
    return int(st.number_input(label, 0, _MOST, _DAYS, key=key_of(f"clean_days_{which}")))


def _thread(threads: Sequence[str]) -> str | None:
    """The id of the chosen thread, which may be empty; None for all threads."""
    here, key = current_view().thread, "clean_thread"
    kept = [st.session_state.get(key), here if current_view().has_thread else None]
    found = offered(threads, [one for one in kept if one is not None and one in threads], key, "thread", str)
    options = [None, *found]
    return st.selectbox(
        "Of which thread",
        options,
        index=options.index(here) if current_view().has_thread and here in options else 0,
        format_func=lambda one: EVERY if one is None else option(one or NAMELESS),
        key=key,
    )
