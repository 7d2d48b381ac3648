"""The real screens without a browser: the app runs in this process, on real stores."""

import json
import re
import string
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

import ui
from ui.components.base.fault import FAULT
from ui.services.settings import Settings
from ui.session.context import sources
from ui.timetravel.model.runs import RunState

APP = Path(ui.__file__).with_name("app.py")


@dataclass
class Screen:
    """A page as one tab of a browser gets it."""

    app: AppTest

    def on(self, path: str) -> "Screen":
        """The page of this path; the home page is the Run screen where there are graphs.

        AppTest switches between files only; a page made of a function is known by the hash of its path (Streamlit 1.67,
        navigation/page.py, `_script_hash`).
        """
        self.app._page_hash = calc_hash(path)
        return self

    def run(self, **address: str) -> "Screen":
        """Draw it again, at this address if one is given."""
        if address:
            self.app.query_params.clear()
            self.app.query_params.update(address)
        self.app.run()
        return self

    def click(self, label: str) -> "Screen":
        next(button for button in self.app.button if button.label == label).click().run()
        return self

    def finished(self) -> "Screen":
        """The screen once the run that it shows is over, and finished."""
        until = time.monotonic() + 30
        while "✔ Finished" not in self.says and time.monotonic() < until:
            time.sleep(0.1)
            self.run()
        assert self.crashes == []
        return self

    @property
    def crashes(self) -> list[str]:
        """Exceptions that nobody made a sentence of: as our own page tells them, or Streamlit's."""
        ours = [one.value for one in self.app.code if one.value.startswith(FAULT)]
        return [*ours, *(one.message for one in self.app.exception)]

    @property
    def says(self) -> str:
        """All that it says, one thing a line: Streamlit's own elements, and the lines of our plain text."""
        own = [as_seen(one.value) for kind in (self.app.info, self.app.caption, self.app.warning) for one in kind]
        return "\n".join([*own, *(text for _, text in self.lines)])

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Look and text of every line of plain text."""
        return [(line["look"], line["text"]) for data in self.drawings("plain_text") for line in data["lines"]]

    @property
    def buttons(self) -> list[str]:
        return [one.label for one in self.app.button]

    def drawings(self, component: str) -> list[dict[str, Any]]:
        """What our own components were given to draw."""
        found = self.app.get("bidi_component")
        return [json.loads(one.proto.json) for one in found if one.proto.component_name == f"timetravel_{component}"]


def as_seen(markdown: str) -> str:
    """What a reader sees of Markdown in which each mark is escaped."""
    return re.sub(rf"\\([{re.escape(string.punctuation)}])", r"\1", str(markdown)).replace("\u2060", "")


def last_run() -> RunState:
    """The run that was started last on a file, once it is over."""
    workers = sources().workers
    assert workers is not None
    return list(workers.runs.values())[-1].wait(30)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Screen]]:
    """`opened(target)` gives the app as `timetravel target` starts it; more words are for its `Settings`.

    Of several targets the first is shown; `page` is the path of the page to open instead of the home page.
    """

    def open_app(*targets: Path, page: str = "", **more: Any) -> Screen:
        for name, value in Settings(targets=tuple(map(str, targets)), **more).to_environment().items():
            monkeypatch.setenv(name, value)
        st.cache_resource.clear()
        screen = Screen(AppTest.from_file(APP, default_timeout=60))
        return (screen.on(page) if page else screen).run()

    yield open_app
    st.cache_resource.clear()
