"""A progress bar for work that takes a while, with a button that stops it."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from ui.components.base.page_text import label

if TYPE_CHECKING:
    from ui.session.streamlit_internals import DeltaGenerator

_AFTER, _EVERY = 0.7, 0.3
"""Seconds until it is shown, and between two checks whether it was stopped."""


class StoppableProgress:
    """Draws nothing until the work has lasted a while.

    A click on Stop ends the drawing of the page, and with it the work.
    """

    def __init__(self, on_stop: Callable[[], None]) -> None:
        self._place = st.empty()
        self._on_stop = on_stop
        self._begun = self._last = time.monotonic()
        self._bar: DeltaGenerator | None = None

    def show(self, part: float, text: str) -> None:
        """Show the progress, from 0 to 1.

        After a click on Stop it raises the exception by which Streamlit ends a drawing.
        """
        now = time.monotonic()
        if now - self._begun < _AFTER or now - self._last < _EVERY:
            return
        self._last = now
        if self._bar is None:
            with self._place.container():
                self._bar = st.empty()
                st.button("Stop", icon=":material/stop:", key="clean_stop", on_click=self._on_stop)
        with self._bar:
            st.progress(min(1.0, part), label(text))

    def done(self) -> None:
        """Remove it from the page."""
        self._place.empty()
