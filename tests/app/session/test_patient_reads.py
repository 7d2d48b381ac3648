"""What the screens keep of stores is bounded in bytes, and read once by however many ask for it."""

import threading
import tracemalloc
from collections.abc import Iterator

import pytest
import streamlit as st

from ui.session.reads import patient_reads
from ui.session.reads.patient_reads import Reads, read_once
from ui.timetravel.errors import StoreUnreadable


@pytest.fixture(autouse=True)
def little_room(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(patient_reads, "MOST", 8 << 20)
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def test_a_hundred_large_states_take_no_more_than_there_is_room_for() -> None:
    tracemalloc.start()
    try:
        for one in range(100):
            read_once(("state", one), 0, lambda: [{} for _ in range(10_000)], "Reading")
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert 4 << 20 < taken < 9 << 20


def test_what_there_is_room_for_is_read_once_as_long_as_the_store_stays_as_it_is() -> None:
    read: list[int] = []
    for stamp in (1, 1, 2):
        assert read_once(("state",), stamp, lambda: read.append(1) or "found", "Reading") == "found"
    assert len(read) == 2


def test_who_asks_for_what_is_being_read_gets_what_comes_of_it() -> None:
    reads, may, read = Reads(), threading.Event(), list[int]()

    def slowly() -> str:
        read.append(1)
        may.wait(10)
        return "found"

    both = [reads.begin("same", slowly, len) for _ in range(2)]
    may.set()
    assert [one.result(10) for one in both] == ["found", "found"]
    assert len(read) == 1


def test_what_can_not_be_read_is_said_and_tried_again() -> None:
    def fails() -> str:
        raise StoreUnreadable("It is locked.")

    with pytest.raises(StoreUnreadable, match="It is locked"):
        read_once(("state",), 0, fails, "Reading")
    assert read_once(("state",), 0, lambda: "found", "Reading") == "found"
