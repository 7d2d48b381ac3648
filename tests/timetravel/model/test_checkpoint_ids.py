from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langgraph.checkpoint.base.id import uuid6

from ui.timetravel.model.checkpoint_ids import step_of, time_of


def test_the_time_of_an_id_is_when_langgraph_made_it() -> None:
    made = time_of(str(uuid6()))
    assert made is not None
    assert abs(made - datetime.now(UTC)) < timedelta(seconds=5)


@pytest.mark.parametrize("step", [-1, 0, 1, 2, 1_000, 16_381])
def test_the_step_is_the_clock_sequence(step: int) -> None:
    assert step_of(str(uuid6(clock_seq=step))) == step


def test_the_step_of_a_very_long_thread_starts_over() -> None:
    assert step_of(str(uuid6(clock_seq=16_384 + 5))) == 5


def test_ids_sort_by_their_time() -> None:
    ids = [str(uuid6(clock_seq=step)) for step in range(100)]
    assert sorted(ids) == ids
    times = [time_of(one) or datetime.max for one in ids]
    assert sorted(times) == times


@given(st.text() | st.uuids(version=4).map(str) | st.from_regex(r"[0-9a-f-]{14}6[0-9a-f-]{21}", fullmatch=True))
def test_no_text_breaks_it(text: str) -> None:
    assert (time_of(text) is None) >= (step_of(text) is None)


def test_an_id_of_another_kind_says_nothing() -> None:
    assert time_of("checkpoint 7") is None
    assert step_of("3a1b2c3d-0000-4000-8000-000000000000") is None
