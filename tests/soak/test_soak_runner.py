"""What `make soak` says of promises that hold, of such that don't, and of a trial that ends before it is through."""

from pathlib import Path

import pytest

from tests.soak.__main__ import account, table
from tests.soak.promise import Case
from tests.soak.trial import Outcome, attempt

PROMISES = {
    "holds": "yield Case('one'); yield Case(f'chance {scale.rng.random()}')",
    "breaks": "yield Case('one'); yield Case('two', 'it broke'); print('noise')",
    "raises": "yield Case('one'); raise ValueError('out of luck')",
    "dies": "yield Case('one'); os._exit(9)",
    "hangs": "yield Case('one'); time.sleep(60)",
    "idle": "yield from ()",
}
MODULE = """
import os, time
from tests.soak.promise import Case, Promise
def try_all(scale):
    {body}
PROMISE = Promise("{name}", "Nothing breaks.", try_all, limit={limit})
"""


@pytest.fixture
def tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    package = tmp_path / "frail"
    package.mkdir()
    for name, body in PROMISES.items():
        limit = 2 if name == "hangs" else 60
        (package / f"{name}.py").write_text(MODULE.format(name=name, body=body, limit=limit), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def try_(name: str, seed: int = 1) -> Outcome:
        return attempt(f"frail.{name}", seed=seed, short=True)

    return try_


def test_a_promise_that_holds_has_cases_and_no_failures(tried) -> None:
    outcome = tried("holds")
    assert len(outcome.cases) == 2
    assert outcome.failures == []
    assert account(outcome, 1) == []


def test_the_same_seed_has_the_same_chances(tried) -> None:
    assert tried("holds", 7).cases == tried("holds", 7).cases != tried("holds", 8).cases


def test_a_promise_that_breaks_says_what_and_how_to_try_it_again(tried) -> None:
    outcome = tried("breaks")
    assert outcome.failures == [Case("two", "it broke")]
    told = "\n".join(account(outcome, 3))
    assert "it broke" in told
    assert "--only frail.breaks --seed 3" in told


@pytest.mark.parametrize(
    ("name", "why"), [("raises", "out of luck"), ("dies", "ended with 9"), ("hangs", "not through after 2 s")]
)
def test_a_trial_that_is_not_through_fails_and_keeps_the_cases_that_it_tried(tried, name: str, why: str) -> None:
    outcome = tried(name)
    assert outcome.cases[0] == Case("one")
    assert [why in case.failure for case in outcome.failures] == [True]


def test_a_trial_of_nothing_fails(tried) -> None:
    assert tried("idle").failures == [Case("the trial itself", "it tried nothing")]


def test_the_table_counts_cases_and_failures(tried) -> None:
    lines = table([tried("breaks")])
    assert lines[0].split() == ["promise", "cases", "failures", "time"]
    assert lines[1].split()[:3] == ["frail.breaks", "2", "1"]
    assert lines[1].endswith("Nothing breaks.")
