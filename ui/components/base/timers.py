"""Parts of the page that are drawn again and again by a timer, which presses no button.

Streamlit 1.67 tells the app of a pressed button in the browser's next free moment (static/static/js, `scheduleFlush`).
The request of a fragment's timer that comes before that takes it along, and so the button would be pressed twice: a
graph would run twice. So a timer's request is stripped of it before the app hears of it. What is set in controls it may
bring: see `by_hand`.
"""

from collections.abc import Callable
from typing import ParamSpec

import streamlit as st

from ui.components.base.fault import on_its_own
from ui.session.streamlit_internals import have_timers_press_nothing

P = ParamSpec("P")


def drawn_every(seconds: float) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """A fragment that is drawn with the page, and then alone once in so many `seconds`."""
    return lambda draw: st.fragment(run_every=seconds)(on_its_own(draw))


have_timers_press_nothing()
