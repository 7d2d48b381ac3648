"""Parts of the page that are drawn again and again by a timer, without anything that a person does being told by it.

Streamlit 1.67 tells the app what a person did a moment after they did it, in the browser's next free moment
(static/static/js, `scheduleFlush`). The request of a fragment's timer takes along whatever is set on the page by then,
and is for the fragment alone: where it comes between, a choice is heard and never drawn, and a button is pressed twice.
It also repeats what the browser knows where the page has set another value since. So a timer's request is stripped of
all that before the app hears of it; what a person did comes right after, in a request of its own.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import ParamSpec

import streamlit as st
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests

P = ParamSpec("P")


def drawn_every(seconds: float) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """A fragment that is drawn with the page, and then alone once in so many `seconds`."""
    return st.fragment(run_every=seconds)


def _bring_no_input() -> None:
    """Have timers ask for a drawing as `st.rerun` does: with the values of all controls as the app knows them."""
    asked = ScriptRequests.request_rerun
    if hasattr(asked, "__wrapped__"):  # this module was imported anew
        return

    @wraps(asked)
    def request_rerun(self: ScriptRequests, new_data: RerunData) -> bool:
        return asked(self, replace(new_data, widget_states=None) if new_data.is_auto_rerun else new_data)

    ScriptRequests.request_rerun = request_rerun  # type: ignore[method-assign]


_bring_no_input()
