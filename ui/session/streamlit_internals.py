"""All that the app uses of Streamlit beyond its documented interface, except that of its server, which is in
gate/streamlit_server.py because it is used before there is a session.

Written for Streamlit 1.67.0. No other version promises any of this, so each use has a fallback: if a part is missing or
has changed, Streamlit behaves as it does without us, and one line in the log says so (tests/app/upgrade).
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

from ui.timetravel.worker.child.shared.missing_parts import CHANGED, do_without

if TYPE_CHECKING:  # for mypy alone, so their absence does no harm at run time
    from streamlit.components.v2.types import ComponentRenderer as ComponentRenderer
    from streamlit.delta_generator import DeltaGenerator as DeltaGenerator
    from streamlit.navigation.page import StreamlitPage as StreamlitPage

Draw = Callable[[BaseException], None]
RunGuarded = Callable[[object, Callable[[], None]], None]
"""Called with a value that identifies one press (the same for all its callbacks), and with a callback to run."""

_OURS = "__timetravel_instead_of__"
"""The attribute of a function of ours that holds the function of Streamlit's which it replaces."""
_PRESSED = {"trigger_value", "string_trigger_value", "chat_input_value", "json_trigger_value"}
"""The fields of a WidgetState for things done once, such as a press (streamlit 1.67.0, proto/WidgetStates.proto)."""


def get_logger(name: str) -> logging.Logger:
    """A logger that writes as Streamlit's own do, with the time; one of Python's if that is not possible."""
    try:
        from streamlit.logger import get_logger as streamlits

        return streamlits(name)
    except CHANGED as error:
        do_without("streamlit.logger.get_logger", "Messages are logged without the time", error)
        return logging.getLogger(name)


def is_drawing_a_fragment() -> bool:
    """Whether only a fragment is being drawn, rather than the whole page; False where Streamlit does not show it.

    (streamlit 1.67.0, runtime/scriptrunner_utils/script_run_context.py, `fragment_ids_this_run`)
    """
    try:
        from streamlit.runtime.scriptrunner import get_script_run_ctx

        running: Any = get_script_run_ctx()
        return running is not None and bool(running.fragment_ids_this_run)
    except CHANGED as error:
        do_without(
            "ScriptRunContext.fragment_ids_this_run",
            "What the browser repeats may be taken for a person's change",
            error,
        )
        return False


# --- timers ---


def have_timers_press_nothing() -> None:
    """From now on remove presses from the requests that timers of fragments make, on every page; values of controls
    stay.

    (streamlit 1.67.0, runtime/scriptrunner_utils/script_requests.py, `ScriptRequests.request_rerun`)
    """
    try:
        from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests

        theirs: Any = ScriptRequests.request_rerun
    except CHANGED as error:
        _may_press_twice(error)
        return
    if hasattr(theirs, _OURS):
        return

    @wraps(theirs)
    def request_rerun(self: Any, *given: Any, **named: Any) -> Any:
        try:
            given = tuple(map(_unpressed, given))
            named = {name: _unpressed(value) for name, value in named.items()}
        except CHANGED as error:
            _may_press_twice(error)
        return theirs(self, *given, **named)

    setattr(request_rerun, _OURS, theirs)
    setattr(ScriptRequests, "request_rerun", request_rerun)  # noqa: B010


def _may_press_twice(error: Exception) -> None:
    do_without("ScriptRequests.request_rerun", "A button may be pressed twice while a page's timer is on", error)


def _unpressed(request: Any) -> Any:
    """A RerunData without presses, if a timer made it. Raises one of CHANGED if it is of another shape."""
    if not request.is_auto_rerun or request.widget_states is None:
        return request
    from streamlit.proto.WidgetStates_pb2 import WidgetStates

    left = [one for one in request.widget_states.widgets if one.WhichOneof("value") not in _PRESSED]
    return replace(request, widget_states=WidgetStates(widgets=left))


# --- errors ---


def show_uncaught_with(draw: Draw, log: logging.Logger) -> None:
    """Have `draw` show what a page or a fragment raises, in place of Streamlit's traceback.

    If `draw` fails itself, Streamlit shows the error, and `log` gets the failure. The last call's `draw` counts.
    (streamlit 1.67.0, error_util.py, `show_uncaught_app_exception`)
    """
    try:
        from streamlit import error_util

        now: Any = error_util.show_uncaught_app_exception
    except CHANGED as error:
        do_without("error_util.show_uncaught_app_exception", "A fault is shown as Streamlit shows it", error)
        return
    theirs: Any = getattr(now, _OURS, now)

    @wraps(theirs)
    def show(error: BaseException, *given: Any, **named: Any) -> None:
        try:
            draw(error)
        except Exception:  # an error while reporting must not hide the error that is reported
            log.exception("A fault could not be drawn")
            theirs(error, *given, **named)

    setattr(show, _OURS, theirs)
    setattr(error_util, "show_uncaught_app_exception", show)  # noqa: B010


def run_callbacks_with(guard: RunGuarded) -> None:
    """Have `guard` run each callback of a control, so that it can catch what one raises. Takes effect once in a
    process.

    (streamlit 1.67.0, runtime/state/session_state.py, `SessionState._run_callback_and_record_rerun`)
    """
    try:
        from streamlit.runtime.state.session_state import SessionState

        theirs: Any = SessionState._run_callback_and_record_rerun
    except CHANGED as error:
        _unguarded(error)
        return
    if hasattr(theirs, _OURS):
        return

    @wraps(theirs)
    def run_callback(self: Any, *given: Any, **named: Any) -> Any:
        try:
            press, run = given
            if named or not callable(run):
                raise TypeError("called in another way")
        except CHANGED as error:
            _unguarded(error)
            return theirs(self, *given, **named)
        return theirs(self, press, partial(guard, press, run))

    setattr(run_callback, _OURS, theirs)
    setattr(SessionState, "_run_callback_and_record_rerun", run_callback)  # noqa: B010


def _unguarded(error: Exception) -> None:
    do_without(
        "SessionState._run_callback_and_record_rerun",
        "What a callback raises is shown as Streamlit shows it, without the page",
        error,
    )
