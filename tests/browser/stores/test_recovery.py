"""A crash in the middle of a run and the way on from it, and a step that fails until it passes."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import started
from tests.browser.support.driver import Driver

Open = Callable[..., Driver]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recovery")


@pytest.fixture(scope="module")
def samples(place: Path) -> Iterator[str]:
    """The app with the sample graphs, whose steps take no time."""
    with started(place, pause="0") as address:
        yield address


def began(place: Path, thread: str) -> Counter[str]:
    """How often each node of a thread began, by the file that the samples write outside the state."""
    lines = (place / ".timetravel" / "node-runs.jsonl").read_text(encoding="utf-8").splitlines()
    return Counter(one["node"] for one in map(json.loads, lines) if one["thread"] == thread)


def killed(address: str, open_page: Open) -> str:
    """Run the slow job, kill its worker in the middle, and give the thread that it leaves."""
    one = open_page(f"{address}/?graph=slow_job")
    # Not `click`, which waits for a page at rest: that may come late while a run goes on.
    one.page.get_by_role("button", name="Run", exact=True).click()
    one.page.get_by_text("part 1 of 12 is done").wait_for()
    one.page.get_by_role("button", name="Kill the worker").click()
    one.page.get_by_text("as a crash or a pulled plug would").wait_for()
    one.shot("run-kill")
    one.page.get_by_role("button", name="Kill it now").click()
    one.page.get_by_text("The worker process died").wait_for()
    one.page.get_by_text("Next is work. What finished is not run again.").wait_for()
    one.shot("run-died")
    (thread,) = parse_qs(urlsplit(one.address).query)["thread"]
    return thread


def test_a_killed_worker_loses_the_part_it_was_at_and_nothing_else(
    place: Path, open_page: Open, request: pytest.FixtureRequest
) -> None:
    with started(place, pause="0.3") as address:
        thread = killed(address, open_page)
    assert not began(place, thread)["finish"]
    one = open_page(f"{request.getfixturevalue('samples')}/debugger?thread={thread}")
    one.click("Resume")
    expect(one.page.get_by_text("✔ Finished")).to_be_visible(timeout=30_000)
    runs = began(place, thread)
    assert (runs["part 1"], runs["part 12"], runs["finish"]) == (1, 1, 1)
    assert sum(runs.values()) - len(runs) <= 1, "at most the part that was killed began twice"


def test_a_step_that_fails_by_chance_is_tried_until_it_passes(samples: str, open_page: Open) -> None:
    one = open_page(f"{samples}/?graph=unstable_task")
    one.click("Run")
    expect(one.page.get_by_text("unstable raised RuntimeError: unstable failed")).to_be_visible(timeout=20_000)
    one.click("Resume with retries")
    one.type("First pause (s)", "0.5")
    one.sees("Waits 0.5 s, 1 s, 2 s, 4 s in between.")
    one.shot("run-retries")
    one.page.get_by_role("button", name="Start", exact=True).click()
    expect(one.page.get_by_text("✔ Finished · try 3 of 5")).to_be_visible(timeout=60_000)
    one.page.reload()
    one.settle()
    for said in ("✖ Try 1 failed", "then a pause of 0.5 s", "✖ Try 2 failed", "then a pause of 1 s", "✔ Try 3 passed"):
        one.sees(said)
    one.shot("run-tried")
