"""What a person changes in a control, told from what the browser merely repeats of it.

A fragment's drawing is asked for with the values of every control on the page. Where the page has just set another
value, the browser may not know it yet and repeats the one before: taken for a change, it would take a person's click
back. And Streamlit tells of a click in the browser's next free moment; the request of a timer that goes off before that
has it, too, but draws its fragment alone. What a person changes outside a fragment always comes in a request for the
whole page (streamlit 1.67.0, runtime/app_session.py, `request_rerun`, runtime/state/session_state.py,
`_call_callbacks`, and in static/static/js `scheduleFlush`).
"""

from collections.abc import Callable

import streamlit as st

from ui.session.streamlit_internals import is_drawing_a_fragment


def by_hand(key: str, callback: Callable[[], None]) -> Callable[[], None]:
    """`callback` for a control outside any fragment, whose value under `key` the page has set by now.

    Not called for what a fragment's request brings: the value that the page set then holds again, so that a change by
    hand is one still when the request for the whole page comes.
    """
    shown = st.session_state[key]

    def changed() -> None:
        if is_drawing_a_fragment():
            st.session_state[key] = shown
        else:
            callback()

    return changed
