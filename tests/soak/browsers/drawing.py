"""Draws pages of the app in this process, and tells what each drawing cost: processor, memory, and what is sent.

with drawn_app(store) as app:
    cost = app.draw("debugger", thread="t", tab="state")
    cost.seconds, cost.megabytes, cost.sent
"""

import gc
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.testing.v1 import AppTest, local_script_runner
from streamlit.testing.v1.element_tree import parse_tree_from_messages

from tests.screens.conftest import APP, Screen
from ui.command.large_blocks import give_back_large_blocks
from ui.services.settings import Settings

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass(frozen=True)
class Cost:
    """What one drawing took: seconds of the processor, megabytes beyond what was there, bytes for the browser."""

    seconds: float
    megabytes: int
    sent: int


class DrawnApp:
    """The app as one tab has it."""

    def __init__(self, *targets: Path, **more: Any) -> None:
        os.environ.update(Settings(targets=tuple(map(str, targets)), **more).to_environment())
        give_back_large_blocks()  # as the app does at its start
        st.cache_resource.clear()
        gc.collect()
        self.screen = Screen(AppTest.from_file(APP, default_timeout=600))
        self._before = _memory("VmRSS")

    def draw(self, page: str, **address: str) -> Cost:
        """Draw a page at an address. Raises AssertionError where that ended in an error of nobody's."""
        return self.measured(lambda: self.screen.on(page).run(**address))

    def measured(self, work: Any) -> Cost:
        """What it costs to do something that draws."""
        sizes: list[int] = []

        def parse(messages: Any) -> Any:
            sizes[:] = [message.ByteSize() for message in messages]
            return parse_tree_from_messages(messages)

        local_script_runner.parse_tree_from_messages = parse
        _CLEAR.write_text("5")  # the height of the memory counts from now
        began = time.process_time()
        work()
        seconds = time.process_time() - began
        assert self.screen.crashes == []
        return Cost(seconds, _memory("VmHWM") - self._before, sum(sizes))


def _memory(what: str) -> int:
    return int(_STATUS.read_text().split(f"{what}:")[1].split()[0]) // 1024
