"""Walking along a branch: first, back, forward, last, and a slider."""

from collections.abc import Sequence

import streamlit as st

from ui.session import show


def transport(path: Sequence[str], selected: str, step: int | None) -> None:
    """Buttons with their keys, and a slider over `path`, the selected branch from its first checkpoint to its last."""
    at = path.index(selected)
    last = len(path) - 1
    with st.container(horizontal=True, gap="xsmall", wrap=False):
        _button("First", "Home", path[0], at == 0)
        _button("Back", "Left", path[max(0, at - 1)], at == 0)
        _button("Forward", "Right", path[min(last, at + 1)], at == last)
        _button("Last", "End", path[last], at == last)
    if last:
        # A key for each branch: a slider that changed its length tells of a position that nobody chose.
        position = f"position_{path[-1]}"
        st.session_state[position] = at + 1
        st.slider(
            "Position on this branch",
            1,
            last + 1,
            key=position,
            label_visibility="collapsed",
            on_change=lambda: show(checkpoint=path[st.session_state[position] - 1], page=0),
        )
    st.caption(f"{at + 1:,} of {last + 1:,} on this branch" + ("" if step is None else f" · step {step:,}"))


def _button(label: str, key: str, goal: str, disabled: bool) -> None:
    """A button that Streamlit labels with its key: Home, an arrow, End."""
    st.button(
        "",
        key=f"go_{label.lower()}",
        help=f"{label} (key: {key})",
        shortcut=key,
        disabled=disabled,
        on_click=lambda: show(checkpoint=goal, page=0),
    )
