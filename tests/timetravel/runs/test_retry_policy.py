import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.timetravel.runs.retries.retry_policy import LONGEST_PAUSE, RetryPolicy


def test_pauses_grow_by_the_factor_and_there_is_none_after_the_last_try():
    assert RetryPolicy(tries=5, first_pause=1, factor=2).pauses == (1, 2, 4, 8)


def test_a_single_try_has_no_pause():
    assert RetryPolicy(tries=1).pauses == ()


@given(st.integers(1, 100), st.floats(0, LONGEST_PAUSE), st.floats(1, 1e300))
def test_pauses_never_shrink_nor_grow_beyond_an_hour(tries, first, factor):
    pauses = RetryPolicy(tries, first, factor).pauses
    assert len(pauses) == tries - 1
    assert list(pauses) == sorted(pauses)
    assert all(0 <= pause <= LONGEST_PAUSE for pause in pauses)


@pytest.mark.parametrize("wrong", [{"tries": 0}, {"tries": 101}, {"first_pause": -1}, {"factor": 0.5}])
def test_what_is_out_of_bounds_is_refused(wrong):
    with pytest.raises(ValueError, match=r"tries|[Pp]ause"):
        RetryPolicy(**wrong)
