"""What the Clean up screen remembers between two drawings: the preview, and what was done."""

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
    """What became of a deletion: `ended` only when it got to its end, `failure` where it did not."""

    store: str
    gone: Deleted
    ended: bool = False
    failure: str = ""
    shrunk: str = ""


def ask(store: str, rule: Rule) -> None:
    """Have a preview made at the next drawing; the one before, and what was told of a deletion, are gone."""
    forget()
    st.session_state.pop(keys.CLEANING_DONE, None)
    st.session_state[keys.CLEANING_ASKED] = (store, rule)


def asked(store: str, rule: Rule) -> bool:
    """Whether a preview by this rule is to be made."""
    return bool(st.session_state.get(keys.CLEANING_ASKED) == (store, rule))


def forget() -> None:
    """There is no preview any more, and none is to be made: nothing can be deleted."""
    for key in (keys.CLEANING_ASKED, keys.CLEANING_PREVIEW, keys.CLEANING_DELETE):
        st.session_state.pop(key, None)


def keep(preview: Preview) -> None:
    """The preview that is shown from now on."""
    forget()
    st.session_state[keys.CLEANING_PREVIEW] = preview


def kept() -> Preview | None:
    """The preview that was made last."""
    found: Preview | None = st.session_state.get(keys.CLEANING_PREVIEW)
    return found


def confirm(preview: Preview) -> None:
    """Have this deleted at the next drawing, if it is the preview that is shown."""
    if kept() is preview:
        st.session_state[keys.CLEANING_DELETE] = preview


def confirmed() -> Preview | None:
    """What is to be deleted now. It is so only once, and there is no preview any more."""
    found: Preview | None = st.session_state.get(keys.CLEANING_DELETE)
    if found is not None:
        forget()
    return found


def tell(done: Done) -> None:
    """What became of a deletion."""
    st.session_state[keys.CLEANING_DONE] = done


def told(store: str) -> Done | None:
    """What became of the last deletion from this store, until another preview is made."""
    found: Done | None = st.session_state.get(keys.CLEANING_DONE)
    return found if found and found.store == store else None
