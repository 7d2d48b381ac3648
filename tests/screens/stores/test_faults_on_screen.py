"""An error that nobody made a sentence of is told as a fault of timetravel, with what was looked at and what to do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.screens.conftest import Screen
from tests.screens.stores.small_stores import make, writes
from ui.components.base.fault import FAULT
from ui.components.history import table as history_table
from ui.components.sidebar import transport
from ui.screens import debugger
from ui.timetravel.errors import StoreUnreadable

Open = Callable[..., Screen]
SECRET = "postgresql://ann:hunter22@db.example/x failed, password='hunter22'"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "s.sqlite"
    make(path, writes("after"))
    return path


def fails(error: Exception) -> Callable[..., Any]:
    def failing(*_: object, **__: object) -> Any:
        raise error

    return failing


def test_a_page_that_can_not_be_drawn_says_whose_fault_it_is_and_what_was_looked_at(
    opened: Open, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = opened(store, page="debugger")
    with monkeypatch.context() as broken:
        broken.setattr(debugger, "checkpoint", fails(KeyError("<b>what</b>")))
        screen.run(store=str(store), thread="t")
        assert FAULT in screen.says
        assert "on the screen Debugger, at the thread t, the store s.sqlite" in screen.says
        assert "report it with the details below" in screen.says
        assert "Traceback" not in screen.says
        (details,) = screen.crashes
        for told in (
            "KeyError: '<b>what</b>'",
            "Traceback",
            "streamlit 1.",
            "Python 3.",
            "langgraph-timetravel",
            "the thread t",
        ):
            assert told in details
        assert not screen.app.exception
        assert "Debugger" in {link.proto.label for link in screen.app.get("page_link")}, "the way to other screens"
    screen.click("Try again")
    assert screen.crashes == []
    assert "work ran" in screen.says


def test_no_secret_is_among_the_details(opened: Open, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGGRAPH_API_KEY", "lsv2_pt_0123")
    screen = opened(store, page="debugger")
    monkeypatch.setattr(debugger, "checkpoint", fails(OSError(f"{SECRET}; sent lsv2_pt_0123")))
    screen.run(store=str(store))
    (details,) = screen.crashes
    assert "db.example/x failed" in details
    for secret in ("ann", "hunter22", "lsv2_pt_0123"):
        assert secret not in details


def test_what_a_press_could_not_do_is_said_and_the_page_is_drawn_all_the_same(
    opened: Open, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = opened(store, page="debugger")
    with monkeypatch.context() as broken:
        broken.setattr(transport, "update_view", fails(IndexError("no such place")))
        screen.app.button(key="go_back").click().run()
    (details,) = screen.crashes
    assert "IndexError: no such place" in details
    assert "work ran" in screen.says
    screen.app.run()
    assert screen.crashes, "the page drawn once more, by a timer, does not take it away"
    screen.app.button(key="go_back").click().run()
    assert screen.crashes == []
    assert "input was taken in" in screen.says


def test_an_error_of_the_engine_in_a_press_is_the_sentence_that_it_is(
    opened: Open, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = opened(store, page="debugger")
    monkeypatch.setattr(transport, "update_view", fails(StoreUnreadable("It is locked. Try again.")))
    screen.app.button(key="go_back").click().run()
    assert screen.crashes == []
    assert ("failed", "It is locked. Try again.") in screen.lines


def test_what_a_press_could_not_do_is_not_said_on_another_screen(
    opened: Open, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = opened(store, page="debugger")
    monkeypatch.setattr(transport, "update_view", fails(IndexError("no such place")))
    screen.app.button(key="go_back").click().run()
    assert screen.crashes
    assert screen.on("clean").run().crashes == []


def test_a_part_of_the_page_that_can_not_be_drawn_leaves_the_rest(
    opened: Open, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_table, "_scroll", fails(ZeroDivisionError("what a part draws")))
    screen = opened(store, page="debugger")
    (details,) = screen.crashes
    assert "ZeroDivisionError: what a part draws" in details
    assert "work ran" in screen.says


def test_a_fault_in_the_telling_leaves_streamlits_own_words(
    opened: Open, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = opened(store, page="debugger")
    monkeypatch.setattr(debugger, "checkpoint", fails(KeyError("first")))
    monkeypatch.setattr("ui.components.base.fault.details_of", fails(KeyError("second")))
    screen.run(store=str(store))
    assert [one.message for one in screen.app.exception] == ["'first'"]
