"""A store that another process writes to, while a person looks at it: news come by themselves, and nothing moves."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import started
from tests.browser.support.driver import Driver
from tests.browser.support.late import Late

WRITER = Path(__file__).parents[1] / "support" / "live_writer.py"
GRAPH = f"{WRITER.read_text()}\n\ngraph = counting().compile()\n"
SOON = 10_000
"""Milliseconds after which something should have been there long ago, even on a machine that is busy."""

PLACE_OF_STEP_25 = """tree => {  // at one moment: rows are made anew when others come in, and when the tree scrolls
    const step = [...tree.querySelectorAll('.row .step')].find(step => step.textContent === '25');
    return step.closest('.row').getBoundingClientRect().top - tree.getBoundingClientRect().top;
}"""
"""In pixels below the tree's upper edge."""

Open = Callable[..., Driver]
Tell = Callable[..., None]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("live")


@pytest.fixture(scope="module")
def tell(folder: Path) -> Iterator[Tell]:
    """Tells the writer what to write; gives back when it is written."""
    command = [sys.executable, str(WRITER), str(folder / "s.sqlite")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdin
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"

        def say(*order: object, wait: bool = True) -> None:
            assert writer.stdin
            assert writer.stdout
            writer.stdin.write(json.dumps(order) + "\n")
            writer.stdin.flush()
            if wait:
                assert writer.stdout.readline() == "done\n"

        say("count", "first", 2)
        yield say
        writer.terminate()


@pytest.fixture(scope="module")
def live(folder: Path, tell: Tell) -> Iterator[str]:
    (folder / "counting.py").write_text(GRAPH)
    listing = folder / "langgraph.json"
    listing.write_text(json.dumps({"dependencies": ["."], "graphs": {"counting": "./counting.py:graph"}}))
    with started(folder, "s.sqlite", "--graphs", str(listing)) as address:
        yield f"{address}/debugger"


def holds(one: Driver, checkpoints: int) -> None:
    """The history says that it has so many checkpoints by now."""
    expect(one.page.locator(".st-key-history_summary")).to_contain_text(f"{checkpoints} checkpoints,", timeout=SOON)
    one.settle()


def table(one: Driver) -> Locator:
    return one.page.locator(".st-key-history_table .dvn-scroller")


def scroll(box: Locator, pixels: int) -> None:
    expect(box).to_have_count(1)
    box.evaluate("(box, pixels) => { box.scrollTop = pixels }", pixels)


def scrolled(box: Locator, pixels: int) -> None:
    """The box comes to be scrolled by this much."""
    expect(box).to_have_js_property("scrollTop", pixels, timeout=SOON)


def thread_row(one: Driver, thread: str) -> Locator:
    return one.page.locator(f".thread[data-thread={thread}]")


def test_new_checkpoints_come_within_two_seconds(live: str, tell: Tell, open_page: Open) -> None:
    tell("count", "soon", 2)
    one = open_page(f"{live}?thread=soon")
    took = []
    for total in (6, 9, 12):
        tell("count", "soon", 2)
        start = time.monotonic()
        expect(one.page.locator(".st-key-history_summary")).to_contain_text(f"{total} checkpoints,", timeout=SOON)
        took.append(time.monotonic() - start)
    assert min(took) < 2


def test_what_was_the_latest_stays_selected(live: str, tell: Tell, open_page: Open) -> None:
    tell("count", "stays", 5)
    one = open_page(f"{live}?thread=stays&history=tree")
    one.says("Step 4:")
    tell("count", "stays", 2)
    holds(one, 9)
    one.says("Step 4:")
    expect(one.page.locator(".tree .row.selected .step")).to_have_text("4")
    expect(one.page.locator(".tree .row", has_text="latest").locator(".step")).to_have_text("7")
    one.click("3 new", exact=False)
    one.says("Step 7:")
    expect(one.page.get_by_role("button", name="new")).to_have_count(0)


def test_the_rows_in_sight_of_the_table_stay_where_they_are(live: str, tell: Tell, open_page: Open) -> None:
    tell("count", "rows", 39)
    one = open_page(f"{live}?thread=rows")
    holds(one, 40)
    top = one.at_rest(one.page.locator(".st-key-history_table"))
    scroll(table(one), 240)
    tell("count", "rows", 3)
    holds(one, 44)
    scrolled(table(one), 240 + 4 * 35)
    assert one.at_rest(one.page.locator(".st-key-history_table")) == top
    one.click_row(0)
    scrolled(table(one), 240 + 4 * 35)


def test_at_the_top_of_the_table_newcomers_come_into_sight(live: str, tell: Tell, open_page: Open) -> None:
    tell("count", "top", 39)
    one = open_page(f"{live}?thread=top")
    tell("count", "top", 3)
    holds(one, 44)
    scrolled(table(one), 0)
    tell("count", "top", 19)
    holds(one, 64)
    # The selected row is the lowest in sight now.
    one.page.wait_for_function(
        """() => {
            const box = document.querySelector('.st-key-history_table .dvn-scroller');
            return Math.abs(box.scrollTop + box.clientHeight - 36 - 25 * 35) < 2;
        }"""
    )


def test_the_rows_in_sight_of_the_tree_stay_where_they_are(live: str, tell: Tell, open_page: Open) -> None:
    tell("count", "tree", 39)
    one = open_page(f"{live}?thread=tree&history=tree")
    tree = one.page.locator(".tree")
    scroll(tree, 300)
    expect(one.page.locator(".tree .row .step", has_text="25")).to_be_attached()
    before = tree.evaluate(PLACE_OF_STEP_25)
    tell("count", "tree", 5)
    holds(one, 46)
    scrolled(tree, 300 + 6 * 28)
    assert tree.evaluate(PLACE_OF_STEP_25) == before


def test_what_is_half_typed_stays(live: str, tell: Tell, open_page: Open) -> None:
    tell("count", "typed", 3)
    one = open_page(f"{live}?thread=typed&tab=fork")
    one.channel("n")
    value = one.page.get_by_role("textbox", name="New value, as JSON")
    value.press_sequentially("77")
    tell("count", "typed", 3)
    holds(one, 8)
    expect(value).to_have_value("277")
    expect(value).to_be_focused()
    search = one.page.get_by_role("textbox", name="Threads")
    search.press_sequentially("typ")
    tell("count", "typed", 3)
    holds(one, 12)
    expect(search).to_have_value("typ")
    expect(search).to_be_focused()
    expect(value).to_have_value("277")


def test_an_open_list_of_choices_stays_open(live: str, tell: Tell, open_page: Open) -> None:
    tell("count", "choices", 3)
    one = open_page(f"{live}?thread=choices&tab=fork")
    one.page.get_by_role("combobox", name="Change made as").first.click()
    tell("count", "choices", 3)
    holds(one, 8)
    expect(one.page.get_by_role("option", name="work")).to_be_visible()


def test_nothing_changes_while_following_is_off(live: str, tell: Tell, open_page: Open) -> None:
    tell("count", "off", 3)
    one = open_page(f"{live}?thread=off&follow=off")
    watched = open_page(f"{live}?thread=off")
    tell("count", "off", 3)
    holds(watched, 8)
    holds(one, 4)
    one.page.get_by_text("Follow", exact=True).click()
    holds(one, 8)
    assert "follow" not in one.address
    one.page.get_by_text("Follow", exact=True).click()
    one.page.wait_for_url("**follow=off**")


def test_a_new_thread_comes_into_the_list(live: str, tell: Tell, open_page: Open) -> None:
    one = open_page(f"{live}?thread=first")
    tell("count", "newcomer", 3)
    expect(thread_row(one, "newcomer")).to_contain_text("4 checkpoints", timeout=SOON)
    expect(one.page.locator(".thread.selected")).to_have_attribute("data-thread", "first")


def test_a_question_comes_up_and_goes_when_it_is_answered(live: str, tell: Tell, open_page: Open) -> None:
    one = open_page(f"{live}?thread=first")
    tell("ask", "asks")
    expect(thread_row(one, "asks")).to_contain_text("interrupted", timeout=SOON)
    thread_row(one, "asks").click()
    one.says("ask asks and waits for an answer: “Which *way* shall it go?”")
    answer = one.page.get_by_role("textbox", name="Your answer")
    answer.press_sequentially("le")
    tell("count", "first", 1)
    expect(thread_row(one, "first")).to_contain_text("6 checkpoints", timeout=SOON)
    expect(answer).to_have_value("le")
    tell("answer", "asks", "right")
    expect(one.headline()).to_contain_text("and was answered", timeout=SOON)


def test_a_subgraphs_own_history_is_followed(live: str, tell: Tell, open_page: Open) -> None:
    tell("nest", "nested")
    one = open_page(f"{live}?thread=nested")
    holds(one, 3)
    one.choose_starting("Namespace", "team")
    first = int(one.page.locator(".st-key-history_summary").inner_text().split()[0])
    tell("nest", "nested")
    holds(one, first + 4)
    one.says(f"Step {first - 2}:")


def test_a_window_on_a_long_history_stays_where_it_is(live: str, tell: Tell, open_page: Open) -> None:
    tell("count", "long", 699)
    one = open_page(f"{live}?thread=long&page=2")
    one.sees("Rows 301 to 600")
    tell("count", "long", 4)
    holds(one, 705)
    one.sees("Rows 306 to 605")
    one.click_row(1)
    one.says("Step 397:")
    one.click("Newer")
    one.sees("Rows 6 to 305")
    one.click("Newer")
    one.sees("Rows 1 to 300")


def test_a_window_at_the_top_lets_newcomers_in(live: str, tell: Tell, open_page: Open) -> None:
    tell("count", "longer", 399)
    one = open_page(f"{live}?thread=longer")
    one.sees("Rows 1 to 300")
    step = one.page.get_by_role("spinbutton", name="Go to step")
    step.fill("12")
    tell("count", "longer", 3)
    holds(one, 404)
    one.sees("Rows 1 to 304")
    expect(step).to_have_value("12")
    step.fill("398")
    tell("count", "longer", 149)
    holds(one, 554)
    one.sees("Rows 55 to 454")
    one.says("Step 398:")


def test_a_busy_writer_leaves_the_page_usable(live: str, tell: Tell, open_page: Open) -> None:
    tell("count", "busy", 39)
    one = open_page(f"{live}?thread=busy&history=tree")
    tell("count", "busy", 120, 0.05, wait=False)
    expect(one.page.get_by_role("button", name="new")).to_be_visible(timeout=SOON)
    for step in (12, 9, 11, 10):
        scroll(one.page.locator(".tree"), 100_000)
        one.page.locator(".tree .row", has=one.page.get_by_text(str(step), exact=True)).first.click()
        one.says(f"Step {step}:")
    one.pick("State")
    one.sees("goal")
    thread_row(one, "first").click()
    expect(one.page.locator(".thread.selected")).to_have_attribute("data-thread", "first")


def test_a_store_that_is_gone_is_followed_again_when_it_is_back(folder: Path, tell: Tell, open_page: Open) -> None:
    store = folder / "other.sqlite"
    command = [sys.executable, str(WRITER), str(store)]
    order = json.dumps(["count", "t", 3]) + "\n"
    subprocess.run(command, input=order, text=True, check=True, stdout=subprocess.DEVNULL)
    with started(folder, str(store)) as address:
        one = open_page(f"{address}/debugger?thread=t")
        away = store.rename(folder / "away.sqlite")
        expect(one.page.get_by_text("Can't be followed now: There is no file")).to_be_visible(timeout=SOON)
        one.says("Step 2:")
        subprocess.run(
            [sys.executable, str(WRITER), str(away)], input=order, text=True, check=True, stdout=subprocess.DEVNULL
        )
        away.rename(store)
        holds(one, 8)
        expect(one.page.get_by_text("Can't be followed now")).to_have_count(0)
        store.rename(away)
        one.page.get_by_role("radio", name="Raw").click()
        expect(one.page.get_by_role("button", name="Try again")).to_be_visible(timeout=SOON)
        away.rename(store)
        holds(one, 8)


def hearing_late(live: str, tell: Tell, open_page: Open, thread: str) -> tuple[Driver, Late]:
    """A new thread at its last step, in a window whose connection can be held."""
    tell("count", thread, 3)
    one = open_page(live)
    connection = Late(one)
    one.page.goto(f"{live}?thread={thread}")
    one.says("Step 2:")
    one.settle()
    return one, connection


def test_a_press_in_the_table_takes_no_step_back_where_the_browser_hears_late_of_it(
    live: str, tell: Tell, open_page: Open
) -> None:
    one, connection = hearing_late(live, tell, open_page, "pressed")
    connection.hold()
    one.page.keyboard.press("ArrowLeft")
    one.page.locator(".st-key-history_table").dispatch_event("pointerdown")
    connection.release(after=3)  # the key, the press and a timer
    one.says("Step 1:")
    tell("count", "pressed", 1)
    holds(one, 7)
    one.says("Step 1:")


def test_a_click_is_not_taken_back_where_the_browser_hears_late_of_it(live: str, tell: Tell, open_page: Open) -> None:
    one, connection = hearing_late(live, tell, open_page, "late")
    connection.hold()
    one.page.get_by_role("button", name="Change and fork").click()
    tell("count", "late", 1)
    connection.release(after=4)  # the click, and what the timer asks for with what the browser knows
    holds(one, 7)
    one.sees("Channels to change")
