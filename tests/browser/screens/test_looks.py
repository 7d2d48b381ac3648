"""Every screen at the sizes and in the themes that people have: nothing cut off, what is needed is in sight."""

from collections.abc import Callable

import pytest

from tests.browser.support.driver import Driver

Open = Callable[..., Driver]
LOOKS = [(1500, 900, "light"), (1100, 700, "dark")]


def in_sight(one: Driver, name: str) -> bool:
    """Whether a button is whole in the window, without scrolling."""
    box = one.page.get_by_role("button", name=name, exact=True).first.bounding_box()
    size = one.page.viewport_size
    return bool(box and size and box["y"] >= 0 and box["y"] + box["height"] <= size["height"])


def too_wide(one: Driver) -> bool:
    return bool(one.page.evaluate("document.scrollingElement.scrollWidth > window.innerWidth"))


def toolbar_covers_the_summary(one: Driver) -> bool:
    """Whether the buttons that a table has while the pointer is on it lie over the line above it."""
    one.page.get_by_test_id("stDataFrame").hover()
    bar = one.at_rest(one.page.get_by_test_id("stElementToolbar").first)
    line = one.at_rest(one.page.locator(".st-key-history_summary [data-testid=stCaptionContainer]"))
    return bar["x"] < line["x"] + line["width"] and bar["y"] < line["y"] + line["height"]


def heights(one: Driver, row: str, labels: tuple[str, ...]) -> set[int]:
    """At which heights the labels of a row are, in pixels."""
    boxes = [one.at_rest(one.page.locator(f".st-key-{row} label", has_text=label).first) for label in labels]
    return {round(box["y"] + box["height"] / 2) for box in boxes}


@pytest.mark.parametrize(("width", "height", "scheme"), LOOKS)
def test_what_a_person_needs_is_in_sight(app: str, open_page: Open, width: int, height: int, scheme: str) -> None:
    one = open_page(f"{app}/?graph=content_pipeline", width=width, height=height, scheme=scheme)
    name = f"{width}-{scheme}"
    one.sees("From a topic to a text")
    one.page.wait_for_selector("[data-testid=stGraphVizChart] svg")
    assert in_sight(one, "Run")
    assert width < 1200 or len(heights(one, "thread_row", ("Thread", "Id of the new thread"))) == 1
    one.shot(f"looks-run-{name}")
    one.click("Run")
    one.sees("Finished")
    one.shot(f"looks-finished-{name}")
    one.link("See it in the Debugger")
    one.says("finalize ran")
    assert in_sight(one, "Change and fork")
    one.shot(f"looks-table-{name}")
    assert not toolbar_covers_the_summary(one)
    one.click_row(2)
    one.pick("Tree")
    assert in_sight(one, "Run again from here")
    one.shot(f"looks-tree-{name}")
    one.click("Change and fork")
    one.channel("outline")
    assert width < 1200 or len(heights(one, "fork_row", ("Change made as", "Fork into"))) == 1
    one.type("New value, as JSON", '{"title": "Moon", "sections": ["pull"]}')
    one.shot(f"looks-fork-{name}")
    one.click("Fork and run")
    one.sees("Finished")
    one.says("Step 5")
    one.click("Compare the branches' ends")
    one.sees("Compared with A")
    one.shot(f"looks-compare-{name}")
    for tab in ("State", "Writes", "Raw"):
        one.pick(tab)
        one.shot(f"looks-{tab.lower()}-{name}")
    one.pick("Graph")
    one.at_rest(one.page.get_by_test_id("stGraphVizChart").first)
    one.shot(f"looks-graph-{name}")
    assert not too_wide(one)
