"""What the screens keep of stores is bounded in bytes, however many large states somebody walks through."""

import tracemalloc

import pytest
import streamlit as st

from ui import checkpoint_reads
from ui.checkpoint_reads import kept


@pytest.fixture(autouse=True)
def little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint_reads, "KEPT_BYTES", 8 << 20)
    st.cache_resource.clear()


def test_a_hundred_large_states_take_no_more_than_there_is_room_for() -> None:
    tracemalloc.start()
    try:
        for one in range(100):
            kept(("state", one), lambda: [{} for _ in range(10_000)])
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert 4 << 20 < taken < 9 << 20


def test_what_there_is_room_for_is_read_once() -> None:
    read: list[int] = []
    for _ in range(2):
        assert kept(("state",), lambda: read.append(1) or "found") == "found"
    assert len(read) == 1
