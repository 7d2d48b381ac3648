"""Walking through time: keys, slider, address, Back, reload, big histories, somebody else's store."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph
from playwright.sync_api import expect
from typing_extensions import TypedDict

from tests.browser.conftest import started
from tests.browser.support.driver import Driver

Open = Callable[..., Driver]


class State(TypedDict, total=False):
    count: int


def count_on(state: State) -> State:
    return {"count": state["count"] + 1}


def again(state: State) -> str:
    return "count_on" if state["count"] < 6 else END


def fill(path: Path) -> None:
    """Somebody's own store: a loop of six rounds, a second thread, and 2,000 branches off one checkpoint."""
    builder = StateGraph(State)
    builder.add_node("count_on", count_on)
    builder.add_edge(START, "count_on")
    builder.add_conditional_edges(
        "count_on", lambda state: "count_on" if state["count"] < 6 else END, ["count_on", END]
    )
    with closing(sqlite3.connect(path, check_same_thread=False)) as connection:
        graph = builder.compile(checkpointer=SqliteSaver(connection))
        graph.invoke({"count": 5}, {"configurable": {"thread_id": "broad"}})
        base = [*graph.get_state_history({"configurable": {"thread_id": "broad"}})][-2].config
        for number in range(2_000):
            graph.update_state(base, {"count": number}, as_node="count_on")
        graph.invoke({"count": 3}, {"configurable": {"thread_id": "other"}})
        graph.invoke({"count": 0}, {"configurable": {"thread_id": "mine"}})


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("somebodys") / "their.sqlite"
    fill(path)
    return path


@pytest.fixture(scope="module")
def theirs(store: Path) -> Iterator[str]:
    with started(store.parent, str(store)) as address:
        yield address


def test_somebody_elses_store_is_read_only_and_says_how_to_get_more(theirs: str, store: Path, open_page: Open) -> None:
    before = hashlib.sha256(store.read_bytes()).hexdigest()
    one = open_page(theirs)
    one.says("Step 6: count_on ran")
    one.sees("read-only")
    one.sees("Inspection only: this app was started without graphs.")
    one.sees("--graphs langgraph.json")
    one.shot("debugger-read-only")
    one.pick("Fork")
    one.pick("Raw")
    one.page.locator("[data-testid=stDataFrame]").first.hover()
    expect(one.page.get_by_role("button", name="Search", exact=True).first).to_be_visible()
    expect(one.page.get_by_role("button", name="Download as CSV")).to_have_count(0)  # a spreadsheet runs formulas
    one.pick("Tree")
    assert hashlib.sha256(store.read_bytes()).hexdigest() == before
    assert {path.name for path in store.parent.iterdir()} == {"their.sqlite"}


def test_the_arrow_keys_and_home_and_end_walk_along_the_branch(theirs: str, open_page: Open) -> None:
    one = open_page(f"{theirs}/?thread=mine")
    one.says("Step 6")
    for key, said in (("ArrowLeft", "Step 5"), ("ArrowLeft", "Step 4"), ("ArrowRight", "Step 5"), ("Home", "Step -1")):
        one.page.keyboard.press(key)
        one.says(said)
    one.page.keyboard.press("End")
    one.says("Step 6")


def test_the_slider_walks_along_the_branch(theirs: str, open_page: Open) -> None:
    one = open_page(f"{theirs}/?thread=mine")
    one.page.get_by_role("slider").press("ArrowLeft")
    one.says("Step 5")


def test_a_selection_in_the_table_is_the_selection_in_the_tree(theirs: str, open_page: Open) -> None:
    one = open_page(f"{theirs}/?thread=mine")
    one.click_row(3)
    one.says("Step 3")
    one.pick("Tree")
    expect(one.page.locator(".tree .row.selected .step")).to_have_text("3")
    one.tree_row("count_on", 1).click()
    one.settle()
    one.says("Step 5")
    one.pick("Table")
    one.page.keyboard.press("Escape")
    one.says("Step 5")


def test_the_address_names_what_is_looked_at_and_back_and_forward_and_reload_work(theirs: str, open_page: Open) -> None:
    one = open_page(f"{theirs}/?thread=mine")
    one.click_row(1)
    one.says("Step 5")
    one.pick("State")
    one.pick("Tree")
    address = one.address
    assert all(part in address for part in ("store=", "thread=mine", "checkpoint=", "tab=state", "history=tree"))
    one.page.go_back()
    one.settle()
    expect(one.page.get_by_role("radio", name="Table")).to_be_checked()
    one.page.go_back()
    one.settle()
    expect(one.page.get_by_role("radio", name="Changes")).to_be_checked()
    one.page.go_forward()
    one.page.go_forward()
    one.settle()
    assert one.address == address
    one.page.reload()
    one.settle()
    one.says("Step 5")
    expect(one.page.get_by_role("radio", name="Tree")).to_be_checked()
    other = open_page(address)
    other.says("Step 5")
    expect(other.page.get_by_role("radio", name="State")).to_be_checked()


def test_an_address_that_names_nothing_comes_to_name_what_is_shown(theirs: str, open_page: Open) -> None:
    one = open_page(theirs)
    assert "thread=mine" in one.address
    assert "checkpoint=" in one.address
    one.page.locator(".thread", has_text="other").click()
    one.settle()
    assert "thread=other&checkpoint=" in one.address


def test_any_checkpoint_can_be_pinned_and_compared_with_one_of_another_thread(theirs: str, open_page: Open) -> None:
    one = open_page(f"{theirs}/?thread=mine")
    one.click("Pin as A")
    one.sees("This is A itself")
    one.page.locator(".thread", has_text="other").click()
    one.settle()
    one.says("Step 3")
    one.page.keyboard.press("ArrowLeft")
    one.says("Step 2")
    one.sees("of thread mine")
    one.page.reload()
    one.settle()
    one.sees("of thread mine")
    expect(one.page.locator(".change .path", has_text="count")).to_be_visible()


def test_two_thousand_branches_can_be_clicked(theirs: str, open_page: Open) -> None:
    one = open_page(f"{theirs}/debugger?thread=broad&history=tree")
    one.sees("2,001 branches")
    assert one.tree_rows().count() < 200
    newest = one.tree_rows().first.get_attribute("data-checkpoint")
    one.page.locator(".tree").evaluate("tree => tree.scrollTop = tree.scrollHeight / 2")
    expect(one.page.locator(f".tree .row[data-checkpoint='{newest}']")).to_have_count(0)
    row = one.tree_rows().nth(15)
    step = row.get_attribute("data-checkpoint")
    row.click()
    one.settle()
    assert f"checkpoint={step}" in one.address
    one.says("was changed by hand")
    one.shot("debugger-broad")


def test_threads_are_found_by_a_part_of_their_id(theirs: str, open_page: Open) -> None:
    one = open_page(theirs, height=500)
    expect(one.page.locator(".thread.selected")).to_have_count(1)
    assert one.page.get_by_test_id("stSidebarContent").evaluate("side => side.scrollTop") == 0
    one.type("Threads", "the")
    expect(one.page.locator(".thread")).to_have_count(1)
    one.type("Threads", "nobody")
    one.sees("No thread has this in its id.")


def test_an_address_of_a_checkpoint_that_is_not_there_says_so(theirs: str, open_page: Open) -> None:
    one = open_page(f"{theirs}/?thread=mine&checkpoint=nothing")
    one.sees("This thread has no checkpoint nothing. The latest one is shown.")
    one.says("Step 6")


def test_an_address_of_a_thread_that_is_not_there_says_so(theirs: str, open_page: Open) -> None:
    one = open_page(f"{theirs}/?thread=nobody")
    one.sees("no checkpoints of thread nobody")
