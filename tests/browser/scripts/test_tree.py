"""The tree of branches: only the rows in sight are drawn; a click or the arrow keys tell which one is picked."""

from typing import Any

import pytest

from tests.browser.scripts.conftest import Host, Opens

NAME = "history/tree"
ROW = 28


def rows(number: int, first: int = 0) -> list[list[Any]]:
    """One branch from top to bottom: each row's parent is the one below it."""
    names = range(first, first + number)
    return [
        [
            f"c{name}",
            0,
            None if at + 1 == number else at + 1,
            0,
            True,
            "end" if at == 0 else "quiet",
            str(name),
            "node",
            "",
        ]
        for at, name in enumerate(names)
    ]


def draw(host: Host, shown: list[list[Any]], selected: str = "", **more: Any) -> Host:
    data = {"rows": shown, "fromAbove": [], "selected": selected, "pinned": "", "height": 520, "history": "h", **more}
    return host.draw(**data, signature=repr(data))


def drawn(host: Host) -> list[str]:
    found: list[str] = host.run("[...root.querySelectorAll('.row')].map(row => row.dataset.checkpoint)")
    return found


def scroll(host: Host, top: int) -> None:
    host.run("root.querySelector('.tree').scrollTop = argument", top)
    host.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def top(host: Host) -> int:
    return int(host.run("root.querySelector('.tree').scrollTop"))


def test_each_checkpoint_is_a_row_with_its_words_as_text(opens: Opens) -> None:
    shown = rows(3)
    shown[1][7:] = ["<b>node</b>", "10:00", "draft failed", "<i>latest</i>"]
    host = draw(opens(NAME), shown, "c2", pinned="c1")
    assert host.texts(".row .step") == ["0", "1", "2"]
    assert host.texts("[data-checkpoint=c1] span") == [
        "1",
        "<b>node</b>",
        "A",
        "draft failed",
        "<i>latest</i>",
        "10:00",
    ]
    assert host.find(".row b, .row i").count() == 0
    assert host.find(".mark.failed").count() == 1
    assert host.run("root.querySelector('[aria-selected=true]').dataset.checkpoint") == "c2"


def test_of_a_long_history_only_the_rows_in_sight_are_drawn(opens: Opens) -> None:
    host = draw(opens(NAME), rows(5_000), "c0")
    assert len(drawn(host)) < 60
    scroll(host, 3_000 * ROW)
    assert "c3000" in drawn(host)
    assert "c0" not in drawn(host)
    assert len(drawn(host)) < 60


def test_a_branch_has_one_line_and_each_row_a_dot(opens: Opens) -> None:
    host = draw(opens(NAME), rows(4), "c0")
    assert host.find("circle.dot").count() == 4
    assert host.find("circle.dot.selected").count() == 1
    assert host.find("path.line.on-path").count() == 3


def test_a_branch_that_leaves_another_bends_to_it(opens: Opens) -> None:
    shown = rows(3)
    shown[0][1:4] = [1, 2, 0]
    host = draw(opens(NAME), shown, "c0", fromAbove=[[0, 1, False]])
    assert "Q" in "".join(host.run("[...root.querySelectorAll('path')].map(line => line.getAttribute('d'))"))


def test_a_click_picks_a_checkpoint(opens: Opens) -> None:
    host = draw(opens(NAME), rows(3), "c0")
    host.find("[data-checkpoint=c1]").click()
    assert host.sent == [["trigger", "clicked", "c1"]]


@pytest.mark.parametrize(
    ("selected", "key", "told"),
    [
        ("c1", "ArrowDown", ["c2"]),
        ("c1", "ArrowUp", ["c0"]),
        ("c0", "ArrowUp", []),
        ("c2", "ArrowDown", []),
        ("", "ArrowDown", ["c0"]),
        ("", "ArrowUp", ["c2"]),
        ("c1", "a", []),
    ],
)
def test_the_arrow_keys_pick_the_next_one(opens: Opens, selected: str, key: str, told: list[str]) -> None:
    host = draw(opens(NAME), rows(3), selected)
    host.find(".tree").press(key)
    assert host.told == told


def test_rows_stay_where_they_are_when_others_come_in_above(opens: Opens) -> None:
    host = draw(opens(NAME), rows(300, 10), "c150")
    scroll(host, 1_000)
    draw(host, rows(303, 7), "c150")
    assert top(host) == 1_000 + 3 * ROW


def test_at_the_very_top_newcomers_come_into_sight(opens: Opens) -> None:
    host = draw(opens(NAME), rows(300, 10), "c10")
    draw(host, rows(301, 9), "c10")
    assert top(host) == 0
    assert drawn(host)[0] == "c9"


def test_the_row_that_gets_selected_comes_into_sight_and_a_person_who_scrolled_away_is_left_alone(opens: Opens) -> None:
    host = draw(opens(NAME), rows(300), "c0")
    draw(host, rows(300), "c200")
    assert top(host) <= 200 * ROW <= top(host) + 520
    scroll(host, 0)
    scroll(host, 50)
    draw(host, rows(300), "c200", pinned="c1")
    assert top(host) == 50


def test_another_history_begins_where_its_selected_row_is(opens: Opens) -> None:
    host = draw(opens(NAME), rows(300), "c0")
    scroll(host, 5_000)
    draw(host, rows(300), "c100", history="another")
    assert top(host) <= 100 * ROW <= top(host) + 520


def test_the_focus_stays_on_the_tree_so_that_one_can_walk_on(opens: Opens) -> None:
    host = draw(opens(NAME), rows(5), "c1")
    host.find(".tree").press("ArrowDown")
    draw(host, rows(5), "c2")
    host.page.keyboard.press("ArrowDown")
    assert host.told == ["c2", "c3"]


def test_without_its_box_nothing_goes_wrong(opens: Opens) -> None:
    draw(opens(NAME, missing=True), rows(3))


def test_a_history_without_a_row_is_empty(opens: Opens) -> None:
    host = draw(opens(NAME), rows(3), "c1")
    draw(host, [])
    assert drawn(host) == []
    host.find(".tree").press("ArrowDown", no_wait_after=True)
    assert host.sent == []
