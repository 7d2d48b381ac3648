"""Follow: checkpoints that another process writes to the store are shown as they come."""

import time
from collections.abc import Callable

import streamlit as st

from ui.components.base.plain_text import plain_text
from ui.components.base.timers import drawn_every
from ui.session import keys
from ui.session.by_hand import by_hand
from ui.session.context import live_runs, rerun, sources, update_view
from ui.session.view import View
from ui.timetravel.errors import ProjectError, StoreNotFound, WorkerError
from ui.timetravel.history.change_poller import ChangePoller, StoreStamps, poll_now
from ui.timetravel.history.tree.tree import Tree
from ui.timetravel.stores import Store

EVERY = 1.0
"""Seconds between two polls of the store: the page is not drawn more often than that because of it."""
PATIENCE = 0.25
"""Seconds that a person's click may have to wait because the store is being polled; a slower answer is used later."""


@st.cache_resource(show_spinner=False)
def _lookout() -> ChangePoller:
    return ChangePoller()


def seen_now(view: View) -> StoreStamps:
    """The store's change tokens just before the page is drawn: everything that is written later counts as new."""
    return poll_now(_opener(view.store), view.thread)


def follow(view: View, drawn_from: StoreStamps, *, busy: bool = False) -> None:
    """Draw the switch. While it is on, the page is drawn again when the store's change tokens differ from `drawn_from`.

    A run of this app on the thread is followed by its own component, so nothing is done here; the same holds if the
    page is `busy` drawing runs of other threads.
    """
    st.session_state[keys.FOLLOW] = view.follow
    st.toggle(
        "Follow",
        key=keys.FOLLOW,
        help="Show what other programs add to this store, within a second or two. What you look at stays selected.",
        on_change=by_hand(keys.FOLLOW, lambda: update_view(follow=st.session_state[keys.FOLLOW])),
    )
    if view.follow and not busy and view.thread not in live_runs():
        _watch(view, drawn_from)


def _watch(view: View, drawn_from: StoreStamps, silent: bool = False) -> None:
    """Poll the store again and again. Draws only what is wrong with it."""
    drawing = [True]
    store = _opener(view.store)

    @drawn_every(EVERY)
    def watch() -> None:
        # When it is drawn with the page, nothing is polled: requesting another drawing then would never end.
        if drawing:
            drawing.clear()
            now = drawn_from
        else:
            now = _lookout().look(view.store, view.thread, store, PATIENCE) or drawn_from
        if now.asked_at > drawn_from.asked_at:
            st.session_state[keys.FOLLOW_TROUBLE] = now.trouble
            if now.stamps is not None and now.stamps != drawn_from.stamps:
                rerun()
        trouble = st.session_state.get(keys.FOLLOW_TROUBLE)
        if trouble and not silent:
            plain_text(("quiet", f"Can't be followed now: {trouble}"), key="follow_trouble")

    watch()


def follow_trouble(view: View) -> None:
    """Draw nothing, but draw the page again once a store that could not be read has changed or is back."""
    if not view.follow:
        return
    try:
        now = _lookout().look(view.store, view.thread, _opener(view.store), PATIENCE)
    except (ProjectError, WorkerError):
        # The app's settings are wrong: no change of a store mends that.
        return
    _watch(view, now or StoreStamps(time.monotonic(), None), silent=True)


def _opener(name: str) -> Callable[[], Store]:
    """A function that opens the store with this name, even from a thread that does not belong to a browser tab.

    Raises StoreError.
    """
    known = sources()

    def opened() -> Store:
        found = known.source(name)
        if found is None:
            raise StoreNotFound(f"The store {name} is not open here.")
        return found.store

    return opened


def remembered_view(asked: View) -> View | None:
    """The view that was last made from this address, so that new checkpoints don't change its meaning; else None."""
    found: tuple[View, View] | None = st.session_state.get(keys.FOLLOW_STAYS)
    return found[1] if found and found[0] == asked else None


def remember_view(asked: View, view: View) -> None:
    """Remember `view` for the address `asked`, unless that names a run, which shows what it wrote last."""
    st.session_state[keys.FOLLOW_STAYS] = None if view.run or view.thread in live_runs() else (asked, view)


def new_checkpoints(view: View, tree: Tree) -> int:
    """The number of checkpoints that have been added since the selected one was selected."""
    known: tuple[View, int] | None = st.session_state.get(keys.FOLLOW_KNOWN)
    here = View(
        store=view.store,
        thread=view.thread,
        nameless=view.nameless,
        namespace=view.namespace,
        checkpoint=view.checkpoint,
    )
    if known is None or known[0] != here:
        known = st.session_state[keys.FOLLOW_KNOWN] = (here, len(tree))
    return max(0, len(tree) - known[1])
