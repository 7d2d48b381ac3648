"""What comes between what a person does and its being told to the app: a timer of the page, or a page drawn anew."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.support.driver import Driver

HESITATES = """
    const later = window.setTimeout;
    window.setTimeout = (then, wait, ...rest) => later(then, window.hesitates && !wait ? 1500 : wait, ...rest);
"""
"""Run before the page's own scripts. Once `window.hesitates`, what waits for the next free moment waits for longer than
the second after which the page looks at its store again. What Streamlit tells the app does so (1.67.0)."""

STANDS_STILL = """
    document.addEventListener("click", () => {
        const over = performance.now() + 400;
        while (performance.now() < over);
    });
"""
"""Has the page do nothing else for a while after each click, as on a slow machine: what was to be told at different
times is told at once then."""

Open = Callable[..., Driver]


@pytest.fixture
def hesitant(app: str, open_page: Open) -> Driver:
    """The history of a finished run; the browser tells the app late of what is done there."""
    one = open_page(f"{app}/?graph=counter")
    one.click("Run")
    one.sees("Finished")
    one.alter(HESITATES)
    one.page.goto(one.address.replace("/?", "/debugger?"))
    one.says("the run is finished")
    one.settle()
    return one


def test_a_choice_is_not_lost(hesitant: Driver) -> None:
    hesitant.page.evaluate("window.hesitates = true")
    hesitant.page.get_by_role("radio", name="Tree").click()
    expect(hesitant.page.locator(".tree .row.selected")).to_be_visible()
    assert "history=tree" in hesitant.address


def test_a_click_on_a_row_is_not_lost_where_the_page_stands_still(hesitant: Driver) -> None:
    hesitant.page.evaluate(STANDS_STILL)
    hesitant.click_row(2)
    hesitant.says("Step 3")
    hesitant.click_row(0)
    hesitant.says("the run is finished")


def test_a_button_does_once_what_it_does(hesitant: Driver) -> None:
    hesitant.click_row(2)
    hesitant.page.evaluate("window.hesitates = true")
    hesitant.page.get_by_role("button", name="Run again from here").click()
    hesitant.sees("Finished")
    hesitant.says("the run is finished")
    hesitant.sees("2 branches")
    hesitant.page.wait_for_timeout(3_000)  # a second run would be over by then
    hesitant.sees("2 branches")


def test_a_press_is_not_lost_on_a_thread_that_moves_away_before_the_release(app: str, open_page: Open) -> None:
    for _ in range(2):
        one = open_page(f"{app}/?graph=counter")
        one.click("Run")
        one.sees("Finished")
    one.page.goto(one.address.replace("/?", "/debugger?"))
    one.says("the run is finished")
    one.settle()
    older = one.page.locator(".thread:not(.selected)").first
    thread = older.get_attribute("data-thread") or ""
    box = one.at_rest(older)
    one.page.mouse.move(box["x"] + 20, box["y"] + box["height"] - 5)
    one.page.mouse.down()
    search = one.page.get_by_role("textbox", name="Threads")
    search.fill(thread)
    search.press("Enter")
    expect(one.page.locator(".thread")).to_have_count(1)
    one.page.mouse.up()
    expect(one.page.locator(".thread.selected")).to_have_attribute("data-thread", thread)
    assert f"thread={thread}" in one.address


def test_a_row_of_a_table_that_is_sorted_otherwise_stays_selected(hesitant: Driver) -> None:
    hesitant.click_row(-1)
    hesitant.page.get_by_text("Sort descending").click()
    hesitant.page.wait_for_timeout(500)  # the spoken table hears a fifth of a second late how it is sorted
    hesitant.click_row(0)
    hesitant.says("input")
    hesitant.page.mouse.move(0, 0)
    hesitant.click_row(0)
    hesitant.page.wait_for_timeout(1_500)  # a click that was taken for lost would be told again by then
    hesitant.says("input")
