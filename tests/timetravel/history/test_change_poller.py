import threading
from collections.abc import Hashable
from pathlib import Path
from typing import Any, cast

import pytest

from ui.services.create_store import make_store
from ui.timetravel.errors import StoreNotFound
from ui.timetravel.history.change_poller import ChangePoller, StoreStamps, poll_now
from ui.timetravel.stores import Store, open_store


class Slow:
    """A store whose stamp comes when it is let."""

    def __init__(self) -> None:
        self.asked = 0
        self.may_answer = threading.Event()

    def change_token(self, thread_id: str = "") -> Hashable:
        self.asked += not thread_id
        self.may_answer.wait(20)
        return f"stamp of {thread_id or 'all'}"


def look(lookout: ChangePoller, store: Any, patience: float) -> StoreStamps | None:
    return lookout.look("s", "t", lambda: cast(Store, store), patience)


def test_a_store_tells_its_stamps_for_the_thread_and_as_a_whole(tmp_path: Path) -> None:
    slow = Slow()
    slow.may_answer.set()
    found = look(ChangePoller(), slow, patience=20)
    assert found is not None
    assert found.stamps == ("stamp of t", "stamp of all")


def test_a_slow_store_is_not_asked_again_until_it_has_answered() -> None:
    lookout, slow = ChangePoller(), Slow()
    assert [look(lookout, slow, patience=0) for _ in range(5)] == [None] * 5
    slow.may_answer.set()
    assert look(lookout, slow, patience=20) is not None
    assert slow.asked == 1
    assert look(lookout, slow, patience=20) is not None
    assert slow.asked == 2


def test_a_store_that_is_gone_says_why_and_answers_again_once_it_is_back(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    make_store(path)
    with open_store(str(path)) as store:
        path.rename(tmp_path / "away")
        gone = poll_now(lambda: store, "t")
        assert gone.stamps is None
        assert "There is no file" in gone.trouble
        (tmp_path / "away").rename(path)
        assert poll_now(lambda: store, "t").stamps is not None


def test_a_store_that_cannot_be_opened_says_why() -> None:
    def closed() -> Store:
        raise StoreNotFound("It is not there.")

    assert poll_now(closed, "t").trouble == "It is not there."


def test_an_error_of_ours_reaches_who_asks() -> None:
    with pytest.raises(AttributeError):
        look(ChangePoller(), object(), patience=20)
