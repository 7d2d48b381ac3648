"""How many random programs are run: always the same ones, and more where an environment variable says so.

TIMETRAVEL_CONFORMANCE=50 pytest tests/conformance -k sqlite      fifty times as many, other ones at each run
"""

import os

from hypothesis import HealthCheck, Phase, settings

_TIMES = float(os.environ.get("TIMETRAVEL_CONFORMANCE", "1"))


def examples(number: int) -> settings:
    """The settings for about this many programs."""
    soak = _TIMES != 1
    return settings(
        max_examples=max(1, int(number * _TIMES)),
        derandomize=not soak,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink] if soak else [Phase.generate],
        suppress_health_check=list(HealthCheck),
        print_blob=soak,
        report_multiple_bugs=False,
    )
