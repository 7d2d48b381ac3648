"""Parts of the page that are drawn again and again by a timer, which presses no button.

Streamlit 1.67 tells the app of a pressed button in the browser's next free moment (static/static/js, `scheduleFlush`).
The request of a fragment's timer that comes before that takes it along, and so the button would be pressed twice: a
graph would run twice. So a timer's request is stripped of it before the app hears of it. What is set in controls it may
bring: see `by_hand`.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import ParamSpec

import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests

from ui.components.base.fault import on_its_own

P = ParamSpec("P")

_PRESSED = {"trigger_value", "string_trigger_value", "chat_input_value", "json_trigger_value"}
"""The fields of a WidgetState that mean something which was done once (streamlit 1.67.0, proto/WidgetStates.proto)."""


def drawn_every(seconds: float) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """A fragment that is drawn with the page, and then alone once in so many `seconds`."""
    return lambda draw: st.fragment(run_every=seconds)(on_its_own(draw))


def _press_nothing() -> None:
    """Have what timers ask for bring the values of controls only."""
    asked = ScriptRequests.request_rerun
    if hasattr(asked, "__wrapped__"):  # this module was imported anew
        return

    @wraps(asked)
    def request_rerun(self: ScriptRequests, new_data: RerunData) -> bool:
        if new_data.is_auto_rerun and new_data.widget_states is not None:
            new_data = replace(new_data, widget_states=_unpressed(new_data.widget_states))
        return asked(self, new_data)

    ScriptRequests.request_rerun = request_rerun  # type: ignore[method-assign]


def _unpressed(states: WidgetStates) -> WidgetStates:
    return WidgetStates(widgets=[one for one in states.widgets if one.WhichOneof("value") not in _PRESSED])


_press_nothing()
