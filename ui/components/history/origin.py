"""The thread that this one was copied from: named, with a link, and its last checkpoint to compare with."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from ui.components.base.plain_text import plain_text
from ui.session.context import current_view, open_view, sources
from ui.session.reads import cached_reads as reading
from ui.session.view import View
from ui.timetravel.errors import StoreError
from ui.timetravel.history.tree.tree import Tree
from ui.timetravel.model.checkpoint_refs import CheckpointRef


def origin(view: View, tree: Tree) -> CheckpointRef | None:
    """The checkpoint, in this store or another, that this thread was copied from; None for a thread that is not a copy.

    The copy's metadata name it (`timetravel_from`); on a server the thread's metadata do, since the whole history is
    copied there. The store may not be open here.
    """
    if view.namespace or not tree.ids:
        return None
    found = reading.thread_metadata(view.thread).get("timetravel_from")
    if found is None:
        first = reading.header(replace(view.ref, checkpoint_id=tree.path(view.checkpoint)[0]))
        found = first.metadata.get("timetravel_from") if first else None
    if not isinstance(found, Mapping):
        return None
    store = str(found.get("store") or view.store)
    return CheckpointRef(store, str(found.get("thread_id", "")), "", str(found.get("checkpoint_id", "")))


def end_of(ref: CheckpointRef) -> CheckpointRef | None:
    """The last checkpoint of the branch that `ref` is on; None where it can't be read here."""
    if sources().title(ref.store) is None:
        return None
    try:
        tree = reading.tree(ref.thread_id, "", ref.store)
    except StoreError:
        return None
    return replace(ref, checkpoint_id=tree.path(ref.checkpoint_id)[-1]) if ref.checkpoint_id in tree else None


def origin_line(view: View, tree: Tree) -> None:
    """Say what this thread was copied from, with a button to go there."""
    came_from = origin(view, tree)
    if came_from is None:
        return
    title = sources().title(came_from.store)
    where = "" if came_from.store == view.store else f" of {title or came_from.store}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        plain_text(("quiet", f"Copied from thread {called(came_from)}{where}."), key="origin")
        if title is not None and end_of(came_from):
            st.button(
                "Go to the original",
                key="go_origin",
                icon=":material/arrow_back:",
                help="The checkpoint that this thread was copied from",
                on_click=lambda: open_view(replace(current_view().at(came_from), pin=None)),
            )
        if title is None:
            st.caption("To go there and compare, start the app with that store as a TARGET, too.")


def called(ref: CheckpointRef) -> str:
    """The thread's name, if its store is open here and can be read; else its id."""
    try:
        return reading.called(ref.thread_id, ref.store) if sources().title(ref.store) else ref.thread_id
    except StoreError:
        return ref.thread_id
