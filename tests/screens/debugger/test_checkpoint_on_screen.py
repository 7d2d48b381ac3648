"""What the Debugger shows of a checkpoint, whatever the store holds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from tests.screens.conftest import Screen
from tests.screens.stores.small_stores import asks, fails, make, writes

Open = Callable[..., Screen]

TABS = ("changes", "state", "writes", "raw", "fork")
ODD_VALUES: dict[str, Any] = {
    "markup": "<script>alert(1)</script> **bold** :smile: $x$",
    "numbers": [float("nan"), float("inf"), -0.0, 2**63, True],
    "bytes": b"\x00\xff" * 10_000,
    "half a character": "half \ud800",
    "a long text": "word " * 50_000,
    "keys": {(1, "a"): 1, None: 2, "": 3},
    "messages": [HumanMessage("Hi"), AIMessage("", tool_calls=[{"name": "f", "args": {"q": 1}, "id": "c"}])],
    "many items": list(range(5_000)),
}


@pytest.mark.parametrize("value", [pytest.param(value, id=name) for name, value in ODD_VALUES.items()])
def test_every_tab_shows_any_value(opened: Open, tmp_path: Path, value: Any) -> None:
    make(tmp_path / "s.sqlite", writes(value))
    screen = opened(tmp_path / "s.sqlite")
    for tab in TABS:
        screen.run(thread="t", tab=tab)
        assert screen.crashes == []
        assert [text for look, text in screen.lines if look == "failed"] == []
        assert "Step 1: work ran" in screen.says


def test_a_channel_alone_shows_any_value(opened: Open, tmp_path: Path) -> None:
    for name, value in ODD_VALUES.items():
        make(tmp_path / "s.sqlite", writes(value), thread=name)
    screen = opened(tmp_path / "s.sqlite")
    for name in ODD_VALUES:
        assert screen.run(thread=name, tab="state", channel="value").crashes == []


def test_markup_of_a_store_stays_text(opened: Open, tmp_path: Path) -> None:
    make(tmp_path / "s.sqlite", fails, thread="*t*", name="<i>odd</i>")
    screen = opened(tmp_path / "s.sqlite")
    assert "Then <i>odd</i> failed: ValueError('<b>it broke</b>')." in screen.says
    assert "<b>" not in "".join(str(one.value) for one in screen.app.markdown)


def test_a_question_is_quoted_in_the_headline(opened: Open, tmp_path: Path) -> None:
    make(tmp_path / "s.sqlite", asks)
    assert "work asks and waits for an answer: “Shall *we* go on?”" in opened(tmp_path / "s.sqlite").says


def test_what_a_step_changed_is_a_card_each(opened: Open, tmp_path: Path) -> None:
    make(tmp_path / "s.sqlite", writes("after"))
    (drawn,) = opened(tmp_path / "s.sqlite").drawings("changes")
    assert {(card["path"], card["word"]) for card in drawn["changes"]} == {("value", "changed"), ("log", "added")}


def test_without_graphs_it_says_which_option_would_run_them(opened: Open, tmp_path: Path) -> None:
    make(tmp_path / "s.sqlite", writes("after"))
    screen = opened(tmp_path / "s.sqlite")
    assert "Inspection only" in screen.says
    assert "--graphs langgraph.json" in screen.says
    assert "read-only" in screen.says


@pytest.mark.parametrize("history", ["table", "tree", "graph"])
def test_every_kind_of_history_is_drawn(opened: Open, tmp_path: Path, history: str) -> None:
    make(tmp_path / "s.sqlite", fails, name='odd "name" \\')
    screen = opened(tmp_path / "s.sqlite").run(thread="t", history=history)
    assert screen.crashes == []
    assert "2 checkpoints" in screen.says
