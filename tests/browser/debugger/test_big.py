"""Big histories: found, walked and paged through at once, whether as a table, a tree or a graph."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from scripts.make_big_store import make
from tests.browser.conftest import started
from tests.browser.support.driver import Driver
from ui.timetravel.stores import open_store

CHECKPOINTS, BRANCHES = 20_000, 300
LAST = CHECKPOINTS - 2
"""The last superstep: the first is -1."""

GRAPH = """
from typing import TypedDict

from langgraph.graph import END, START, StateGraph


class State(TypedDict, total=False):
    n: int
    text: str


builder = StateGraph(State)
builder.add_node("step", lambda state: {"n": state["n"] + 1})
builder.add_edge(START, "step")
builder.add_conditional_edges("step", lambda state: "step" if state["n"] < 15 else END)
graph = builder.compile()
"""

Open = Callable[..., Driver]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("big") / "big.sqlite"
    make(path, CHECKPOINTS, BRANCHES, size=600)
    return path


@pytest.fixture(scope="module")
def big(store: Path) -> Iterator[str]:
    with started(store.parent, str(store)) as address:
        yield address


def long(store: Path) -> tuple[str, ...]:
    with open_store(str(store)) as opened:
        return opened.skeleton("long").ids


def in_sight(one: Driver, step: int) -> None:
    """The tree's row of this step is selected, and within its box."""
    row = one.page.locator(".tree .row.selected")
    expect(row.locator(".step")).to_have_text(str(step))
    box, tree = row.bounding_box(), one.page.locator(".tree").bounding_box()
    assert box
    assert tree
    assert tree["y"] - 1 <= box["y"]
    assert box["y"] + box["height"] <= tree["y"] + tree["height"] + 1


def selected_row_comes_in_sight(one: Driver) -> None:
    """The table scrolls so that its selected cell is in it."""
    one.page.wait_for_function(
        """() => {
                const box = document.querySelector('.st-key-history_table .dvn-scroller');
                const cell = document.querySelector('.st-key-history_table td[aria-selected=true]');
                if (!cell) return false;
                const top = (Number(cell.closest('tr').getAttribute('aria-rowindex')) - 2) * 35;
                return top >= box.scrollTop && top + 70 <= box.scrollTop + box.clientHeight + 2;
            }"""
    )


def test_it_is_soon_there_and_soon_walked_through(big: str, open_page: Open) -> None:
    start = time.monotonic()
    one = open_page(f"{big}/debugger?thread=long")
    one.says(f"Step {LAST}")
    assert time.monotonic() - start < 20  # 2 s on an idle machine
    start = time.monotonic()
    for step in range(1, 11):
        one.page.keyboard.press("ArrowLeft")
        one.says(f"Step {LAST - step}:")
    assert time.monotonic() - start < 20  # 2 s on an idle machine


def test_little_is_sent_at_a_click(big: str, open_page: Open) -> None:
    one = open_page(f"{big}/debugger?thread=long&history=tree")
    sizes: list[int] = []
    one.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: sizes.append(len(frame))))
    one.page.reload()
    one.settle()
    one.says(f"Step {LAST}")
    sizes.clear()
    one.page.keyboard.press("ArrowLeft")
    one.says(f"Step {LAST - 1}:")
    one.settle()
    assert 0 < sum(sizes) < 200_000


def test_a_checkpoint_in_the_middle_is_found_by_its_address(big: str, store: Path, open_page: Open) -> None:
    middle = long(store)[10_000]
    one = open_page(f"{big}/debugger?thread=long&checkpoint={middle}")
    one.says("Step 9999:")
    selected_row_comes_in_sight(one)
    one.shot("debugger-big-table")
    one.pick("Tree")
    in_sight(one, 9999)
    one.pick("Graph")
    one.sees("selected")
    one.says("Step 9999:")


def test_the_table_is_paged_through_and_a_click_selects_in_any_part(big: str, open_page: Open) -> None:
    one = open_page(f"{big}/debugger?thread=long")
    one.sees("Rows 1 to 300")
    one.click("Older")
    one.sees("Rows 301 to 600")
    one.says(f"Step {LAST}:")
    one.click_row(2)
    one.says(f"Step {LAST - 302}:")
    one.sees("Rows 301 to 600")
    one.click("Newer")
    one.sees("Rows 1 to 300")


def test_the_arrow_keys_go_on_past_the_edge_of_the_table(big: str, open_page: Open) -> None:
    one = open_page(f"{big}/debugger?thread=long&page=2")
    one.click_row(1)
    one.says(f"Step {LAST - 301}:")
    for step in (300, 299, 298, 297):
        one.page.keyboard.press("ArrowUp")
        one.says(f"Step {LAST - step}:")
        one.settle()
    selected_row_comes_in_sight(one)


def test_left_and_right_walk_also_while_the_table_has_the_focus(big: str, open_page: Open) -> None:
    one = open_page(f"{big}/debugger?thread=long")
    one.click_row(3)
    one.says(f"Step {LAST - 3}:")
    one.page.keyboard.press("ArrowLeft")
    one.says(f"Step {LAST - 4}:")
    one.page.keyboard.press("ArrowLeft")
    one.says(f"Step {LAST - 5}:")
    one.page.keyboard.press("ArrowRight")
    one.says(f"Step {LAST - 4}:")
    one.page.keyboard.press("Home")
    one.says("Step -1:")
    one.page.keyboard.press("End")
    one.says(f"Step {LAST}:")


def test_the_keys_walk_right_after_a_click_on_another_drawing(big: str, open_page: Open) -> None:
    one = open_page(f"{big}/debugger?thread=long")
    for step, drawing in enumerate(("Tree", "Graph", "Table"), 1):
        one.pick(drawing)
        one.page.keyboard.press("ArrowLeft")
        one.says(f"Step {LAST - step}:")


def test_the_arrow_keys_go_on_past_the_edge_of_the_tree(big: str, open_page: Open) -> None:
    one = open_page(f"{big}/debugger?thread=long&history=tree")
    one.click("Older")
    one.sees("Rows 501 to 1,000")
    one.tree_rows().nth(1).click()
    one.says(f"Step {LAST - 501}:")
    one.settle()
    for step in (500, 499, 498):
        one.page.locator(".tree").press("ArrowUp")
        one.says(f"Step {LAST - step}:")
        one.settle()
        in_sight(one, LAST - step)


def test_a_step_is_gone_to_by_its_number(big: str, open_page: Open) -> None:
    one = open_page(f"{big}/debugger?thread=long&history=tree")
    one.type("Go to step", "1234")
    one.says("Step 1234:")
    in_sight(one, 1234)
    one.type("Go to step", "999999")
    one.says(f"Step {LAST}:")


def test_lines_of_branches_go_on_through_every_part_of_the_tree(big: str, open_page: Open) -> None:
    one = open_page(f"{big}/debugger?thread=wide&history=tree&page=2")
    one.sees("Rows 404 to 903")
    expect(one.page.locator(".tree path.line[d^='M14 0V']")).to_have_count(1)
    one.shot("debugger-big-tree")


def test_a_fork_with_hundreds_of_branches_is_readable_as_a_graph(big: str, open_page: Open) -> None:
    one = open_page(f"{big}/debugger?thread=wide&history=graph")
    one.sees("states nearest to the selected one")
    assert one.page.locator("[data-testid=stGraphVizChart] g.node").count() < 20


def test_another_thread_and_back(big: str, open_page: Open) -> None:
    one = open_page(f"{big}/debugger?thread=long&history=tree")
    one.click("Older")
    one.page.locator(".thread", has_text="wide").click()
    one.says("Step 4:")
    in_sight(one, 4)
    one.page.locator(".thread", has_text="long").click()
    one.says(f"Step {LAST}:")
    in_sight(one, LAST)


def test_a_fork_at_the_far_end_is_followed(store: Path, tmp_path: Path, open_page: Open) -> None:
    shutil.copy(store, tmp_path / "mine.sqlite")
    (tmp_path / "loop.py").write_text(GRAPH, encoding="utf-8")
    with started(tmp_path, "mine.sqlite", "--graph", "loop.py:graph") as address:
        one = open_page(f"{address}/debugger?thread=long&history=tree&checkpoint={long(store)[11]}")
        one.says("Step 10:")
        in_sight(one, 10)
        one.click("Run again from here")
        one.says("Step 16:")
        one.settle()
        in_sight(one, 16)
        one.sees("2 branches")
        one.shot("debugger-big-fork")
        one.page.keyboard.press("Home")
        one.says("Step -1:")
        one.pick("Table")
        one.page.keyboard.press("End")
        one.says("Step 16:")
