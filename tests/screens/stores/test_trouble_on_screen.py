"""Whatever goes wrong with a store becomes a sentence on the screen, and a way to try again."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st

from tests.screens.conftest import Screen
from tests.screens.stores.small_stores import make, writes
from ui.services.create_store import make_store
from ui.services.settings import VARIABLE

Open = Callable[..., Screen]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "s.sqlite"
    make(path, writes("after"))
    return path


def failure(screen: Screen) -> str:
    """The one sentence of what went wrong, on a screen that did not crash."""
    assert screen.crashes == []
    (said,) = [text for look, text in screen.lines if look == "failed"]
    assert "Traceback" not in said
    return said


def test_a_store_without_threads_says_how_it_fills(opened: Open, tmp_path: Path) -> None:
    make_store(tmp_path / "empty.sqlite")
    screen = opened(tmp_path / "empty.sqlite")
    assert screen.crashes == []
    assert "This store holds no threads yet." in screen.says
    assert "It fills as soon as a graph that uses it as its checkpointer runs." in screen.says


def test_a_store_that_is_gone_is_named(opened: Open, tmp_path: Path) -> None:
    screen = opened(tmp_path / "gone.sqlite")
    assert "gone.sqlite" in failure(screen)
    assert screen.buttons == ["Try again"]


def test_a_file_that_is_no_store_is_named(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "letter.sqlite"
    path.write_text("Dear reader, this is a letter. " * 100)
    assert "letter.sqlite" in failure(opened(path))


def test_a_store_that_appears_is_there_when_it_is_tried_again(opened: Open, tmp_path: Path) -> None:
    screen = opened(tmp_path / "late.sqlite")
    assert failure(screen)
    make(tmp_path / "late.sqlite", writes("after"))
    screen.click("Try again")
    assert screen.crashes == []
    assert "work ran" in screen.says


@pytest.mark.parametrize("kept", [0, 100, 5_000], ids=["emptied", "cut in the header", "cut in the middle"])
def test_a_store_that_is_damaged_while_it_is_open(opened: Open, store: Path, kept: int) -> None:
    screen = opened(store)
    assert "work ran" in screen.says
    whole = store.with_suffix(".whole")
    shutil.copyfile(store, whole)
    with store.open("r+b") as file:
        file.truncate(kept)
        file.seek(0, 2)
        file.write(b"\xff" * (8_192 - kept))
    assert "s.sqlite" in failure(screen.run())
    shutil.copyfile(whole, store)
    screen.click("Try again")
    assert screen.crashes == []
    assert "work ran" in screen.says


def test_a_store_that_is_deleted_while_it_is_open(opened: Open, store: Path) -> None:
    screen = opened(store)
    store.unlink()
    screen.run(thread="t", tab="raw")
    assert screen.crashes == []


def test_settings_that_are_not_ours(opened: Open, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = opened(store)
    monkeypatch.setenv(VARIABLE, "{}")
    st.cache_resource.clear()
    assert VARIABLE in failure(screen.run())


def test_a_langgraph_json_that_became_wrong(opened: Open, store: Path, tmp_path: Path) -> None:
    listing = tmp_path / "langgraph.json"
    listing.write_text("{")
    assert "langgraph.json" in failure(opened(store, graphs_file=str(listing)))


# --- addresses ---


def test_an_address_of_another_store_says_so(opened: Open, store: Path) -> None:
    screen = opened(store).run(store="/elsewhere/x.sqlite", thread="t")
    assert "The store /elsewhere/x.sqlite is not open here." in failure(screen)


def test_an_address_of_a_thread_that_is_not_there(opened: Open, store: Path) -> None:
    screen = opened(store).run(thread="<b>nobody</b>")
    assert failure(screen) == "The store has no checkpoints of thread <b>nobody</b> here."


def test_an_address_of_a_checkpoint_that_is_not_there_shows_the_latest(opened: Open, store: Path) -> None:
    screen = opened(store).run(thread="t", checkpoint="no-such-id")
    assert failure(screen) == "This thread has no checkpoint no-such-id. The latest one is shown."
    assert "Step 1: work ran" in screen.says
