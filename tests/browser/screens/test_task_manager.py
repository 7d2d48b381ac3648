"""Several tasks at once, each with a bar that moves by itself; one is rolled back and resumed."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.browser.conftest import started
from tests.browser.support.driver import Driver

Open = Callable[..., Driver]


def row(one: Driver, topic: str) -> Locator:
    return one.page.locator(".task", has_text=topic)


def done(one: Driver, topic: str) -> int:
    return int(row(one, topic).get_by_role("progressbar").get_attribute("aria-valuenow") or 0)


def finishes(one: Driver, topic: str) -> None:
    expect(row(one, topic)).to_contain_text("finished", timeout=60_000)
    expect(row(one, topic)).to_contain_text("finalize, 4 of 4")


def test_tasks_run_at_once_and_one_is_rolled_back_and_resumed(tmp_path: Path, open_page: Open) -> None:
    with started(tmp_path, pause="1") as address:
        one = open_page(f"{address}/tasks", width=1400)
        one.shot("tasks-empty")
        for topic in ("tides", "*salt* <b>"):
            one.page.get_by_role("textbox", name="Topic of a new task").fill(topic)
            one.page.get_by_role("button", name="Create task").click()
            expect(row(one, topic)).to_have_class("task selected")
        one.sees("2 tasks: 2 running")

        row(one, "tides").locator(".open").click()
        expect(row(one, "tides")).to_have_class("task selected")
        seen = {done(one, "tides")}
        expect(row(one, "tides")).not_to_contain_text("not begun", timeout=60_000)
        seen.add(done(one, "tides"))
        one.shot("tasks-running")
        finishes(one, "tides")
        finishes(one, "*salt* <b>")
        seen.add(done(one, "tides"))
        assert len(seen) > 1, "the bar did not move"
        expect(row(one, "tides")).to_have_class("task selected")
        one.settle()
        one.sees("2 tasks: 2 finished")

        outlined = one.page.locator(".plain", has_text="outline, 2 of 4").filter(has_text="next is draft")
        expect(outlined).to_have_count(1)
        one.page.get_by_role("button", name="Roll back to here").nth(1).click()
        one.sees("Resume then goes on with draft.")
        one.shot("tasks-roll-back")
        one.page.get_by_role("button", name="Roll back", exact=True).filter(visible=True).click()
        expect(row(one, "tides")).to_contain_text("outline, 2 of 4", timeout=60_000)
        expect(row(one, "tides")).to_contain_text("unfinished", timeout=60_000)
        one.page.reload()
        one.settle()
        expect(row(one, "tides")).to_have_class("task selected")

        one.click("Resume")
        finishes(one, "tides")
        one.link("See it in the Debugger")
        one.says("the run is finished")
        assert one.outside() == []
