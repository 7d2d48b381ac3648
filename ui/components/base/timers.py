"""Parts of the page that a timer draws again and again, without pressing a button.

Streamlit 1.67 reports a pressed button in the browser's next free moment (static/static/js, `scheduleFlush`). If a
fragment's timer makes a request before that, the press is part of it too, and so the button would be pressed twice: a
graph would run twice. So presses are removed from a timer's request before the app processes it. Values of controls may
be part of it: see `by_hand`.
"""

from collections.abc import Callable
from typing import ParamSpec

import streamlit as st

from ui.components.base.fault import on_its_own
from ui.session.streamlit_internals import have_timers_press_nothing

P = ParamSpec("P")


def drawn_every(seconds: float) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Decorate a fragment that is drawn with the page, and then alone every this many `seconds`."""
    return lambda draw: st.fragment(run_every=seconds)(on_its_own(draw))


have_timers_press_nothing()
