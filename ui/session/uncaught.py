"""What becomes of an error that nobody made a sentence of: Streamlit would show its traceback, and draw no page.

Streamlit 1.67 shows whatever a page or a fragment raises by one function of its module error_util, and gives up the
page when a callback raises (runtime/scriptrunner/script_runner.py). Only an app that is started otherwise (`st.App`)
has a handler of its own. Streamlit's signals, such as the one of `st.rerun`, are no `Exception` and go their way.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import streamlit as st
from streamlit import error_util
from streamlit.logger import get_logger
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.session_state import SessionState

from ui.session import keys

Draw = Callable[[BaseException], None]

_log = get_logger(__name__)


def show_uncaught_by(draw: Draw) -> None:
    """Have `draw` show what a page or a fragment raises, and let the page be drawn after a callback that raised.

    What callbacks raised is for `caught_in_callbacks` to tell.
    """
    _replace_what_shows(draw)
    _guard_callbacks()


def caught_in_callbacks() -> list[Exception]:
    """What the callbacks of the last press in this tab raised."""
    found: tuple[object, list[Exception]] | None = st.session_state.get(keys.CAUGHT_IN_CALLBACKS)
    return found[1] if found else []


def forget_caught() -> None:
    """Have nothing in `caught_in_callbacks` any more."""
    st.session_state.pop(keys.CAUGHT_IN_CALLBACKS, None)


def _replace_what_shows(draw: Draw) -> None:
    now: Any = error_util.show_uncaught_app_exception
    theirs: Draw = getattr(now, "__wrapped__", now)

    @wraps(theirs)
    def show(error: BaseException) -> None:
        try:
            draw(error)
        except Exception:  # a fault in the telling must not hide the one that is told
            _log.exception("A fault could not be drawn")
            theirs(error)

    error_util.show_uncaught_app_exception = show  # type: ignore[assignment]


def _guard_callbacks() -> None:
    theirs = SessionState._run_callback_and_record_rerun
    if hasattr(theirs, "__wrapped__"):  # this was done before
        return

    @wraps(theirs)
    def run_callback(self: SessionState, votes: Any, run: Callable[[], None]) -> None:
        theirs(self, votes, lambda: _guarded(votes, run))

    SessionState._run_callback_and_record_rerun = run_callback  # type: ignore[method-assign]


def _guarded(press: object, run: Callable[[], None]) -> None:
    known: tuple[object, list[Exception]] | None = st.session_state.get(keys.CAUGHT_IN_CALLBACKS)
    if known and known[0] is not press:
        forget_caught()
    try:
        run()
    except Exception as error:
        _log.error("Uncaught in a callback", exc_info=error)
        st.session_state[keys.CAUGHT_IN_CALLBACKS] = (press, [*caught_in_callbacks(), error])
        running = get_script_run_ctx()
        if running is not None and running.fragment_ids_this_run:
            st.rerun()  # only the whole page says what went wrong
