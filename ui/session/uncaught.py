"""Handles errors that no code has turned into a sentence: Streamlit would show a traceback, and draw no page.

Streamlit's signals, such as the one of `st.rerun`, are not subclasses of `Exception` and are passed on.
"""

from collections.abc import Callable

import streamlit as st

from ui.session import keys
from ui.session.streamlit_internals import (
    Draw,
    get_logger,
    is_drawing_a_fragment,
    run_callbacks_with,
    show_uncaught_with,
)

_log = get_logger(__name__)


def show_uncaught_by(draw: Draw) -> None:
    """Have `draw` show what a page or a fragment raises, and let the page be drawn even after a callback that raised.

    The errors of callbacks are returned by `caught_in_callbacks`.
    """
    show_uncaught_with(draw, _log)
    run_callbacks_with(_guarded)


def caught_in_callbacks() -> list[Exception]:
    """The errors that callbacks of the last press in this tab raised."""
    found: tuple[object, list[Exception]] | None = st.session_state.get(keys.CAUGHT_IN_CALLBACKS)
    return found[1] if found else []


def forget_caught() -> None:
    """Drop the errors of `caught_in_callbacks`."""
    st.session_state.pop(keys.CAUGHT_IN_CALLBACKS, None)


def _guarded(press: object, run: Callable[[], None]) -> None:
    known: tuple[object, list[Exception]] | None = st.session_state.get(keys.CAUGHT_IN_CALLBACKS)
    if known and known[0] is not press:
        forget_caught()
    try:
        run()
    except Exception as error:
        _log.error("Uncaught in a callback", exc_info=error)
        st.session_state[keys.CAUGHT_IN_CALLBACKS] = (press, [*caught_in_callbacks(), error])
        if is_drawing_a_fragment():
            st.rerun()  # only the whole page says what went wrong
