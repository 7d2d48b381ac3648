"""What the Clean up screen remembers between two drawings: the preview, and what was done."""

from collections.abc import Hashable
from dataclasses import dataclass

import streamlit as st

from ui.timetravel.cleaning import Plan
from ui.timetravel.cleaning_rules import Rule
from ui.timetravel.worker.job import Deleted

_ASKED, _PREVIEW, _DELETE, _DONE = "cleaning_asked", "cleaning_preview", "cleaning_delete", "cleaning_done"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule would delete of the store of this name, as long as its stamp is this one."""

    store: str
    rule: Rule
    plan: Plan
    stamp: Hashable


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
    st.session_state.pop(_DONE, None)
    st.session_state[_ASKED] = (store, rule)


def asked(store: str, rule: Rule) -> bool:
    """Whether a preview by this rule is to be made."""
    return bool(st.session_state.get(_ASKED) == (store, rule))


def forget() -> None:
    """There is no preview any more, and none is to be made: nothing can be deleted."""
    for key in (_ASKED, _PREVIEW, _DELETE):
        st.session_state.pop(key, None)


def keep(preview: Preview) -> None:
    """The preview that is shown from now on."""
    forget()
    st.session_state[_PREVIEW] = preview


def kept() -> Preview | None:
    """The preview that was made last."""
    found: Preview | None = st.session_state.get(_PREVIEW)
    return found


def confirm(preview: Preview) -> None:
    """Have this deleted at the next drawing, if it is the preview that is shown."""
    if kept() is preview:
        st.session_state[_DELETE] = preview


def confirmed() -> Preview | None:
    """What is to be deleted now. It is so only once, and there is no preview any more."""
    found: Preview | None = st.session_state.get(_DELETE)
    if found is not None:
        forget()
    return found


def tell(done: Done) -> None:
    """What became of a deletion."""
    st.session_state[_DONE] = done


def told(store: str) -> Done | None:
    """What became of the last deletion from this store, until another preview is made."""
    found: Done | None = st.session_state.get(_DONE)
    return found if found and found.store == store else None
