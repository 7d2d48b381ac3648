"""A few cases of each promise that `make soak` tries at length."""

import pytest

from tests.soak.__main__ import account
from tests.soak.promise import names
from tests.soak.trial import attempt

ALIKE = {"many_clicks": "crowd"}
"""Promises that differ in length alone: a few clicks of one visitor are a part of a few of two."""


@pytest.mark.parametrize("name", [name for name in names() if name not in ALIKE])
def test_holds_in_a_few_cases(name: str) -> None:
    outcome = attempt(name, seed=1, short=True)
    assert outcome.failures == [], "\n".join(account(outcome, 1))
