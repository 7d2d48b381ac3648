"""What the Clean up screen remembers between two drawings: the preview, and the result of a deletion."""

from collections.abc import Hashable
from dataclasses import dataclass

import streamlit as st

from ui.session import keys
from ui.timetravel.cleanup.plan import Plan
from ui.timetravel.cleanup.rules import Rule
from ui.timetravel.model.jobs import Deleted


@dataclass(frozen=True, slots=True)
class Preview:
    """A plan for one store, which holds for as long as the store's change token is `token`."""

    store: str
    rule: Rule
    plan: Plan
    token: Hashable


@dataclass(frozen=True, slots=True)
class Done:
    """The result of a deletion: `ended` only if it was completed, `failure` if it failed."""

    store: str
    gone: Deleted
    ended: bool = False
    failure: str = ""
    shrunk: str = ""


def request_preview(store: str, rule: Rule) -> None:
    """Request a preview at the next drawing. The previous one, and the result of the last deletion, are dropped."""
    drop_preview()
    st.session_state.pop(keys.CLEANING_DONE, None)
    st.session_state[keys.CLEANING_ASKED] = (store, rule)


def preview_requested(store: str, rule: Rule) -> bool:
    """Whether a preview for this rule has been requested."""
    return bool(st.session_state.get(keys.CLEANING_ASKED) == (store, rule))


def drop_preview() -> None:
    """Drop the preview and any request for one, so that nothing can be deleted."""
    for key in (keys.CLEANING_ASKED, keys.CLEANING_PREVIEW, keys.CLEANING_DELETE):
        st.session_state.pop(key, None)


def set_preview(preview: Preview) -> None:
    """Set the preview to show from now on."""
    drop_preview()
    st.session_state[keys.CLEANING_PREVIEW] = preview


def shown_preview() -> Preview | None:
    """The preview that was made last; None where there is none."""
    found: Preview | None = st.session_state.get(keys.CLEANING_PREVIEW)
    return found


def request_deletion(preview: Preview) -> None:
    """Request that this be deleted at the next drawing, if it is the preview that is shown."""
    if shown_preview() is preview:
        st.session_state[keys.CLEANING_DELETE] = preview


def take_requested_deletion() -> Preview | None:
    """The preview to delete now; None where none was requested. Returned only once, after which there is no preview."""
    found: Preview | None = st.session_state.get(keys.CLEANING_DELETE)
    if found is not None:
        drop_preview()
    return found


def set_result(done: Done) -> None:
    """Set the result of a deletion."""
    st.session_state[keys.CLEANING_DONE] = done


def result(store: str) -> Done | None:
    """The result of the last deletion from this store, until another preview is made; else None."""
    found: Done | None = st.session_state.get(keys.CLEANING_DONE)
    return found if found and found.store == store else None
