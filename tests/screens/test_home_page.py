"""The page without a path: the Run screen, or the Debugger on what the address names. The threads are real ones."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.conftest import Screen, last_run
from tests.screens.stores.small_stores import make, writes
from ui.services.settings import sample_graphs

Open = Callable[..., Screen]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    make(tmp_path / "s.sqlite", writes("after"), thread="theirs")
    return tmp_path / "s.sqlite"


@pytest.fixture
def home(opened: Open, store: Path, monkeypatch: pytest.MonkeyPatch) -> Screen:
    """The app with graphs."""
    monkeypatch.setenv("TIMETRAVEL_SAMPLE_PAUSE", "0")
    return opened(store, graphs_file=str(sample_graphs()))


def test_an_address_made_while_there_were_no_graphs_opens_what_it_names_once_there_are(
    opened: Open, store: Path
) -> None:
    opened(store)
    inspected = opened(store)
    address = {name: "".join(value) for name, value in inspected.app.query_params.items()}
    assert {"store", "thread", "checkpoint"} <= address.keys()
    title = [text for look, text in inspected.lines if look == "title"]
    assert title
    again = opened(store, graphs_file=str(sample_graphs())).run(**address)
    assert [text for look, text in again.lines if look == "title"] == title
    assert "Run again from here" in again.buttons


def test_an_address_of_a_store_alone_opens_its_history(home: Screen, store: Path) -> None:
    assert "Run again from here" in home.run(store=store.name).buttons


def test_without_an_address_it_is_the_run_screen_and_stays_it_through_a_run(home: Screen) -> None:
    assert "Run" in home.buttons
    next(box for box in home.app.selectbox if box.label == "Graph").select("counter").run()
    home.click("Run")
    last_run()
    home.run()
    assert "✔ Finished" in home.says
    home.click("New run")
    assert "Run" in home.buttons
