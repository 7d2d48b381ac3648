"""What a component of ours gives to the browser: its script with what that uses before it, and its data."""

from pathlib import Path

import pytest
import streamlit as st

import ui.components.base.browser_component as module
from tests.components.conftest import Drawn
from ui.components.base.browser_component import browser_component, signature

COMPONENTS = Path(module.__file__).parents[1]


def test_what_its_script_uses_stands_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    registered: list[dict[str, str]] = []
    monkeypatch.setattr(st.components.v2, "component", lambda name, **parts: registered.append({"name": name, **parts}))
    browser_component("sidebar/threads", "<div></div>", uses=("base/pressing",))
    (one,) = registered
    before, own = ((COMPONENTS / f"{name}.js").read_text("utf-8") for name in ("base/pressing", "sidebar/threads"))
    assert (one["name"], one["js"]) == ("timetravel_threads", before + own)
    assert one["css"] == (COMPONENTS / "sidebar/threads.css").read_text("utf-8")


def test_what_it_draws_goes_through_the_door_and_so_does_its_key(drawn: Drawn) -> None:
    draw = browser_component("base/plain_text", "<div></div>")
    part = drawn(lambda: draw(key="half \ud83d", data={"text": "\ud83d", "rows": [["\u202e"]]}))
    assert part.drawings("plain_text") == [{"text": "⟨U+D83D⟩", "rows": [["⟨U+202E⟩"]]}]


def test_a_component_without_its_files_is_no_component() -> None:
    with pytest.raises(FileNotFoundError):
        browser_component("base/nothing", "")


def test_a_signature_differs_when_the_data_differs_and_not_by_the_order_of_keys() -> None:
    assert signature({"a": 1, "b": [2]}) == signature({"b": [2], "a": 1})
    assert signature({"a": 1}) != signature({"a": 2}) != signature({"a": "2"})
