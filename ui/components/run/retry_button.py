"""Resume with retries: a button that asks how often to try, and how long to wait in between."""

from collections.abc import Callable

import streamlit as st

from ui.components.base.page_text import key_of
from ui.timetravel.ground.text.formatting import format_pause, pluralize
from ui.timetravel.runs.retries.retry_policy import LONGEST_PAUSE, MOST_TRIES, RetryPolicy

_THIRD, _WIDTH = 130, 470
"""The widths of one of three fields, and of all of it, in pixels."""
_SHOWN = 6
"""The most pauses that are named."""


def retry_popover(go: Callable[[RetryPolicy], None], key: str, *, disabled: bool = False) -> None:
    """Draw a button that asks for the numbers and then calls `go`, in a callback."""
    usual = RetryPolicy()
    with st.popover(
        "Resume with retries",
        icon=":material/autorenew:",
        key=key_of(f"retry_{key}"),
        width="content",
        disabled=disabled,
    ):
        with st.container(horizontal=True, gap="small", width=_WIDTH):
            tries = st.number_input("Tries", 1, MOST_TRIES, usual.tries, key=key_of(f"retry_tries_{key}"), width=_THIRD)
            first = st.number_input(
                "First pause (s)",
                0.0,
                LONGEST_PAUSE,
                usual.first_pause,
                0.5,
                "%g",
                key=key_of(f"retry_first_{key}"),
                width=_THIRD,
            )
            factor = st.number_input(
                "Growing (times)", 1.0, 100.0, usual.factor, 0.5, "%g", key=key_of(f"retry_factor_{key}"), width=_THIRD
            )
        retries = RetryPolicy(tries, first, factor)
        st.caption(_said(retries), width=_WIDTH)
        st.button(
            "Start",
            type="primary",
            icon=":material/play_arrow:",
            key=key_of(f"retry_go_{key}"),
            on_click=lambda: go(retries),
        )


def _said(retries: RetryPolicy) -> str:
    """The meaning of the numbers, in a sentence or two."""
    waits = [format_pause(one) for one in retries.pauses]
    if not waits:
        return "Tries once, without a pause."
    if len(waits) > _SHOWN:
        waits = [*waits[: _SHOWN - 1], "…", waits[-1]]
    return (
        f"Resumes up to {pluralize(retries.tries, 'time')} until a try does not fail; a worker that dies is a failed "
        f"try. Waits {', '.join(waits)} in between."
    )
