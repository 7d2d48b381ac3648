"""The controls to walk along a branch: first, back, forward, last, a slider, and a step number to go to."""

from collections.abc import Sequence

import streamlit as st

from ui.components.base.browser_component import browser_component
from ui.components.base.page_text import key_of
from ui.session import keys
from ui.session.by_hand import by_hand
from ui.session.context import update_view
from ui.session.reads import cached_reads as reading
from ui.session.view import View
from ui.timetravel.history.tree.tree import Tree
from ui.timetravel.model.checkpoints import CheckpointId

LONG = 100
"""The number of checkpoints from which a pixel of the slider is more than a step or two."""

_keys = browser_component("sidebar/transport_keys", "")


def transport(view: View, tree: Tree) -> None:
    """Draw the buttons, with their keys, and a slider over the selected branch from its first checkpoint to its
    last.
    """
    path = tree.path(view.checkpoint)
    at = tree.depth(view.checkpoint)
    last = len(path) - 1
    header = reading.header(view.ref)
    with st.container(horizontal=True, gap="xsmall", wrap=False):
        _button("First", "Home", path[0], at == 0)
        _button("Back", "Left", path[max(0, at - 1)], at == 0)
        _button("Forward", "Right", path[min(last, at + 1)], at == last)
        _button("Last", "End", path[last], at == last)
    if last:
        # A key for each branch: a slider whose length changed would report a position that nobody chose.
        position = key_of(f"position_{path[-1]}")
        st.session_state[position] = at + 1
        st.session_state[keys.SLIDER_SHOWN] = position
        st.slider(
            "Position on this branch",
            1,
            last + 1,
            key=position,
            label_visibility="collapsed",
            on_change=by_hand(position, lambda: _slide(position, path)),
        )
    words = "" if header is None else f" · step {header.step:,}"
    st.caption(f"{at + 1:,} of {last + 1:,} on this branch{words}")
    if last >= LONG:
        step = header.step if header else at - 1
        if st.session_state.get(keys.GO_TO_STEP) != step:
            # Only then, since it deletes what is half typed there.
            st.session_state[keys.GO_TO_STEP] = step
        st.number_input(
            "Go to step",
            step=1,
            key=keys.GO_TO_STEP,
            help="The first checkpoint on this branch with this step",
            on_change=by_hand(keys.GO_TO_STEP, lambda: _go_to_step(view, tree)),
        )
    _keys(key="walking_keys")


def _slide(position: str, path: Sequence[CheckpointId]) -> None:
    """Go to the slider's position, unless its branch is no longer shown: Streamlit 1.67 may report a move late."""
    if st.session_state.get(keys.SLIDER_SHOWN) == position:
        update_view(checkpoint=path[st.session_state[position] - 1], page=0)


def _go_to_step(view: View, tree: Tree) -> None:
    step = st.session_state[keys.GO_TO_STEP]
    if step is not None:
        path = tree.path(view.checkpoint)
        update_view(checkpoint=reading.at_step(view.thread, view.namespace, path, int(step)), page=0)


def _button(label: str, key: str, goal: str, disabled: bool) -> None:
    """Draw a button that Streamlit labels with its keyboard key: Home, an arrow, End."""
    st.button(
        "",
        key=f"go_{label.lower()}",
        help=f"{label} (key: {key})",
        shortcut=key,
        disabled=disabled,
        on_click=lambda: update_view(checkpoint=goal, page=0),
    )
