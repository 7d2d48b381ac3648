"""How many random programs are run: always the same ones, and more where an environment variable says so.

TIMETRAVEL_CONFORMANCE=50 pytest tests/conformance -k sqlite      fifty times as many, other ones at each run
"""

import os
from collections.abc import Callable
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

_TIMES = float(os.environ.get("TIMETRAVEL_CONFORMANCE", "1"))


def for_each(number: int, check: Callable[[Random], None]) -> None:
    """Call `check` about so many times, each time with other random numbers.

    They are the same at every run; with more than the usual number of programs they are Hypothesis', which looks for
    the smallest program that fails.
    """
    if _TIMES == 1:
        for seed in range(number):
            check(Random(seed))
        return

    @settings(
        max_examples=max(1, int(number * _TIMES)),
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(random=st.randoms(use_true_random=False))
    def sought(random: Random) -> None:
        check(random)

    sought()
