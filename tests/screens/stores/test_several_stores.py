"""More than one store: each is chosen by name, one that can't be opened is no trap, and A may be in another."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.conftest import Screen
from tests.screens.stores.small_stores import make, writes
from ui.timetravel.stores import open_store

Open = Callable[..., Screen]


@pytest.fixture
def stores(tmp_path: Path) -> tuple[Path, Path]:
    one, other = tmp_path / "one.sqlite", tmp_path / "other.sqlite"
    make(one, writes("here"))
    make(other, writes("there"))
    return one, other


def head(path: Path) -> str:
    with open_store(str(path)) as store:
        return store.skeleton("t").ids[-1]


def choice(screen: Screen) -> list[str]:
    return next((list(box.options) for box in screen.app.selectbox if box.label == "Store"), [])


def test_one_store_leaves_nothing_to_choose(opened: Open, stores: tuple[Path, Path]) -> None:
    assert choice(opened(stores[0])) == []


def test_each_store_stands_in_the_choice_by_its_files_name(opened: Open, stores: tuple[Path, Path]) -> None:
    assert choice(opened(*stores)) == ["one.sqlite", "other.sqlite"]


def test_files_of_one_name_stand_there_with_their_folders(opened: Open, tmp_path: Path) -> None:
    paths = [tmp_path / folder / "s.sqlite" for folder in ("a", "b")]
    for path in paths:
        path.parent.mkdir()
        make(path, writes("x"))
    assert choice(opened(*paths)) == [str(path) for path in paths]


def test_the_first_store_is_shown_first(opened: Open, stores: tuple[Path, Path]) -> None:
    assert "here" in str(opened(*stores).drawings("changes"))


def test_another_store_is_shown_once_it_is_chosen(opened: Open, stores: tuple[Path, Path]) -> None:
    screen = opened(*stores)
    next(box for box in screen.app.selectbox if box.label == "Store").select(str(stores[1])).run()
    assert screen.crashes == []
    assert "there" in str(screen.drawings("changes"))


def test_a_store_that_is_gone_leaves_the_others_to_choose(opened: Open, stores: tuple[Path, Path]) -> None:
    screen = opened(stores[0].with_name("gone.sqlite"), stores[1])
    assert screen.crashes == []
    assert "gone.sqlite" in screen.says
    assert choice(screen) == ["gone.sqlite", "other.sqlite"]


def test_a_comparison_takes_a_from_another_store(opened: Open, stores: tuple[Path, Path]) -> None:
    one, other = stores
    screen = opened(*stores).run(store=str(other), thread="t", a_store=str(one), a_thread="t", a=head(one))
    assert "of thread t in one.sqlite" in screen.says
    changes = str(screen.drawings("changes"))
    assert "here" in changes
    assert "there" in changes
