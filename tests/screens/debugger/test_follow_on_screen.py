"""What came in between two drawings of a page: what is shown stays, and newcomers are counted."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.conftest import Screen
from tests.screens.stores.small_stores import make, writes

Open = Callable[..., Screen]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "s.sqlite"
    make(path, writes("after"))
    return path


def follows(screen: Screen) -> bool:
    (switch,) = [one for one in screen.app.toggle if one.label == "Follow"]
    return bool(switch.value)


def test_it_is_on_unless_the_address_says_off(opened: Open, store: Path) -> None:
    screen = opened(store)
    assert follows(screen)
    assert not follows(screen.run(thread="t", follow="off"))


def test_switching_it_off_stands_in_the_address(opened: Open, store: Path) -> None:
    screen = opened(store)
    screen.app.toggle[0].set_value(False).run()
    assert "off" in screen.app.query_params["follow"]
    assert not follows(screen.run())
    screen.app.toggle[0].set_value(True).run()
    assert "follow" not in screen.app.query_params


@pytest.mark.parametrize("address", [{}, {"thread": "t"}], ids=["nothing named", "a thread named"])
def test_what_was_the_latest_stays_selected(opened: Open, store: Path, address: dict[str, str]) -> None:
    screen = opened(store).run(**address)
    assert "Step 1: work ran" in screen.says
    make(store, writes("later"))
    make(store, writes("elsewhere"), thread="another")
    screen.run()
    assert "Step 1: work ran" in screen.says
    assert "6 checkpoints, newest on top" in screen.says


def test_newcomers_are_counted_and_gone_to(opened: Open, store: Path) -> None:
    screen = opened(store)
    assert not [label for label in screen.buttons if "new" in label]
    make(store, writes("later"))
    screen.run()
    assert "3 new" in screen.buttons
    screen.click("3 new")
    assert "Step 4: work ran" in screen.says
    assert not [label for label in screen.buttons if "new" in label]


def test_a_store_without_threads_is_followed_too(opened: Open, tmp_path: Path) -> None:
    make(tmp_path / "s.sqlite", writes("after"))
    assert follows(opened(tmp_path / "s.sqlite").run(thread="not there"))
