"""Tells a person's changes to a control from values that the browser only repeats.

The browser requests a fragment's drawing with the values of every control on the page. If the page has just set another
value, the browser may not have it yet and repeats the previous one: taken as a change, it would undo a person's click.
Also, Streamlit reports a click in the browser's next free moment; the request of a timer that comes before that
contains the click, but draws its fragment alone. A change outside a fragment always comes in a request for the whole
page (streamlit 1.67.0, runtime/app_session.py, `request_rerun`, runtime/state/session_state.py, `_call_callbacks`, and
in static/static/js `scheduleFlush`).
"""

from collections.abc import Callable

import streamlit as st

from ui.session.streamlit_internals import is_drawing_a_fragment


def by_hand(key: str, callback: Callable[[], None]) -> Callable[[], None]:
    """A version of `callback` for a control outside any fragment, whose value under `key` the page has set already.

    It is not called for a fragment's request: then the value that the page set is restored, so that a change by hand
    still counts as one when the request for the whole page comes.
    """
    shown = st.session_state[key]

    def changed() -> None:
        if is_drawing_a_fragment():
            st.session_state[key] = shown
        else:
            callback()

    return changed
