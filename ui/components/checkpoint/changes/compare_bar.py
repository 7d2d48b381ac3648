"""What the selected checkpoint is compared with: its parent, or A, a checkpoint that was pinned."""

from dataclasses import replace

import streamlit as st

from ui.components.base.plain_text import plain_text
from ui.components.history.origin import called, end_of, origin
from ui.components.run.settings.summary import settings_difference
from ui.session.context import current_view, open_view, sources, update_view
from ui.session.reads import cached_reads as reading
from ui.session.view import View
from ui.timetravel.errors import StoreError
from ui.timetravel.history.tree.tree import Tree
from ui.timetravel.model.checkpoint_refs import CheckpointRef
from ui.timetravel.model.checkpoints import Checkpoint


def compared_with(view: View, shown: Checkpoint) -> CheckpointRef | None:
    """The older side of the comparison; None for the first checkpoint of a thread."""
    if view.pin and _is_there(view.pin):
        return view.pin
    parent = shown.header.parent_id
    above = replace(view.ref, checkpoint_id=parent) if parent else None
    return above if above and _is_there(above) else None


def compare_bar(view: View, tree: Tree, shown: Checkpoint) -> None:
    """Say what is compared with what and how the runs' settings differ, with controls to change it."""
    _bar(view, tree, shown)
    other = compared_with(view, shown)
    older = reading.header(other) if other else None
    if other and older:
        settings_difference(other.store, older, view.store, shown.header)


def _bar(view: View, tree: Tree, shown: Checkpoint) -> None:
    if view.pin:
        _say(view, shown)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if not view.pin:
            _say(view, shown)
        if view.pin:
            st.button(
                "Unpin A",
                icon=":material/keep_off:",
                key="unpin",
                help="Compare with the parent again",
                on_click=lambda: update_view(pin=None),
            )
            gone = not _is_there(view.pin)
            st.button("Go to A", icon=":material/arrow_back:", key="go_pin", on_click=_go_to_pin, disabled=gone)
            st.button("Swap", icon=":material/swap_horiz:", key="swap", on_click=_swap)
        if not view.pin or view.pin != view.ref:
            st.button(
                "Pin as A",
                icon=":material/keep:",
                key="pin",
                help="Keep this checkpoint as A: what is selected next, of any branch, thread or store, is compared "
                "with it.",
                on_click=lambda: update_view(pin=current_view().ref),
            )
        copied = origin(view, tree)
        came_from = end_of(copied) if copied else None
        if came_from and view.pin != came_from:
            st.button(
                "Compare with the origin",
                icon=":material/call_split:",
                key="compare_origin",
                help="This thread was forked from a checkpoint of another one: that thread's last state, as A",
                on_click=lambda: update_view(pin=came_from, tab="changes"),
            )
        other = tree.other_end(view.checkpoint)
        if other and (not view.pin or view.pin.checkpoint_id != other):
            st.button(
                "Compare the branches' ends",
                icon=":material/call_split:",
                key="compare_ends",
                help="This branch's last state, compared with the last state of the branch that it left",
                on_click=_compare_ends,
                args=(other, tree.path(view.checkpoint)[-1]),
            )


def _say(view: View, shown: Checkpoint) -> None:
    pin = view.pin
    if pin is None:
        said = _of_parent(view, shown)
    elif not _is_there(pin):
        said = "A is not there any more: compared with the parent"
    elif pin == view.ref:
        said = "This is A itself. Select another checkpoint to compare it with A"
    else:
        header = reading.header(pin)
        thread = "" if (pin.store, pin.thread_id) == (view.store, view.thread) else f" of thread {called(pin)}"
        other = "" if pin.store == view.store else f" in {sources().title(pin.store) or pin.store}"
        step = header.step if header else "?"
        said = f"Compared with A: step {step}{thread}{other}, checkpoint …{pin.checkpoint_id[-12:]}"
    plain_text(("quiet", said + "."), key="compared")


def _of_parent(view: View, shown: Checkpoint) -> str:
    if shown.header.parent_id is None:
        return "The first checkpoint: compared with nothing"
    return "Compared with its parent" if compared_with(view, shown) else "Its parent was deleted: compared with nothing"


def _is_there(ref: CheckpointRef) -> bool:
    try:
        return reading.header(ref) is not None
    except StoreError:
        return False


def _go_to_pin() -> None:
    view = current_view()
    if view.pin:
        open_view(view.at(view.pin))


def _swap() -> None:
    view = current_view()
    if view.pin:
        open_view(replace(view.at(view.pin), pin=view.ref))


def _compare_ends(other: str, end: str) -> None:
    view = current_view()
    open_view(replace(view, checkpoint=end, pin=replace(view.ref, checkpoint_id=other), tab="changes", page=0))
