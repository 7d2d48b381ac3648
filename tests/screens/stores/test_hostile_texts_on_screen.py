"""Half a character in a name, a key or a value, which no encoding can hold, is on every screen of a store."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.conftest import Screen
from tests.support.hostile.stores.stores import in_sqlite
from tests.support.hostile.values.texts import TEXTS, store_of_texts, thread_of
from ui.session.view import TABS, sendable

Open = Callable[..., Screen]
KINDS = ("halves", "control")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = store_of_texts({kind: TEXTS[kind] for kind in KINDS})
    return in_sqlite(rows, tmp_path_factory.mktemp("texts") / "texts.sqlite")


@pytest.mark.parametrize("place", range(len(KINDS)), ids=KINDS)
def test_every_tab_and_history_is_a_page(opened: Open, store: Path, place: int) -> None:
    screen = opened(store)
    for look in [*({"tab": tab} for tab in TABS), {"history": "tree"}, {"history": "graph"}]:
        screen.run(thread=thread_of(KINDS[place], place), **look)
        assert screen.crashes == [], look
        assert "checkpoint" in screen.says


def test_a_channel_is_chosen_by_a_name_that_no_address_can_hold(opened: Open, store: Path) -> None:
    screen = opened(store)
    screen.run(thread=thread_of("halves", 0), tab="state", channel=sendable(TEXTS["halves"]))
    assert screen.crashes == []
    assert screen.app.selectbox(key="channel").value == TEXTS["halves"]
