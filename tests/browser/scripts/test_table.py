"""What minds Streamlit's table: the selected row comes into sight, rows stay put, and no click gets lost."""

from typing import Any

import pytest

from tests.browser.scripts.conftest import Host, Opens

ROW, HEAD = 35, 35
PAGE = """
<div data-testid="stApp" data-test-script-state="notRunning">
  <div class="st-key-t">
    <div class="dvn-scroller" style="height: 520px; width: 400px; overflow: auto">
      <div id="rows" style="height: 10px"></div>
      <table role="grid" style="display: none"><tr><th>Step</th></tr></table>
    </div>
  </div>
</div>
"""
"""As much of Streamlit 1.67's table as the script knows of."""


class Table:
    """A table with so many rows, of which the script is told."""

    def __init__(self, host: Host) -> None:
        self.host = host

    def draw(self, number: int, row: int | None, **more: Any) -> "Table":
        """Give the table so many rows, of which one is selected, and tell the script."""
        self.host.run("document.querySelector('#rows').style.height = argument", f"{(number + 1) * ROW + 1}px")
        data = {"row": row, "rows": number, "rowHeight": ROW, "history": "h", "selected": f"c{row}", "page": 0}
        self.host.draw(**{**data, "top": number - 1, "table": "t", **more})
        return self.settled()

    def settled(self) -> "Table":
        self.host.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return self

    @property
    def top(self) -> float:
        return float(self.host.run("document.querySelector('.dvn-scroller').scrollTop"))

    def scroll(self, top: float) -> None:
        self.host.run("document.querySelector('.dvn-scroller').scrollTop = argument", top)
        self.settled()

    def click(self, row: int) -> None:
        """Click the row at this place among those in sight."""
        box = self.host.find(".dvn-scroller").bounding_box()
        assert box
        self.host.page.mouse.click(box["x"] + 50, box["y"] + HEAD + row * ROW + ROW / 2)

    def told(self, name: str) -> list[Any]:
        return [value for _, told, value in self.host.sent if told == name]


@pytest.fixture
def table(opens: Opens) -> Table:
    return Table(opens("history/table", around=PAGE))


def test_a_row_that_gets_selected_elsewhere_comes_into_sight(table: Table) -> None:
    table.draw(200, 0)
    assert table.top == 0
    table.draw(200, 150)
    assert table.top <= 150 * ROW <= table.top + 520
    assert table.host.sent == []


def test_a_row_that_is_in_sight_already_moves_nothing(table: Table) -> None:
    table.draw(200, 100)
    before = table.top
    table.draw(200, 101)
    assert table.top == before


def test_rows_in_sight_stay_when_others_come_in_above(table: Table) -> None:
    table.draw(200, 100)
    table.scroll(1_000)
    table.draw(203, 103, selected="c100")
    assert table.top == 1_000 + 3 * ROW


def test_at_the_very_top_newcomers_come_into_sight(table: Table) -> None:
    table.draw(200, 0)
    table.draw(202, 2, selected="c0")
    assert table.top == 0


def test_a_row_that_newcomers_would_push_out_of_sight_stays_in_it(table: Table) -> None:
    table.draw(200, 12)
    assert table.top == 0
    table.draw(205, 17, selected="c12")
    assert 0 < table.top < 17 * ROW


def test_a_press_tells_which_rows_the_table_showed_and_does_so_once(table: Table) -> None:
    table.draw(200, 0)
    table.click(3)
    table.click(4)
    table.host.page.wait_for_function("sent.some(([, name]) => name === 'pressed')")
    table.host.page.wait_for_timeout(120)
    assert table.told("pressed") == [{"top": 199, "history": "h"}]


def test_a_click_of_which_nobody_hears_is_told_again(table: Table) -> None:
    table.draw(200, 0)
    table.click(3)
    table.host.page.wait_for_function("sent.some(([, name]) => name === 'clicked')")
    assert table.told("clicked") == [{"history": "h", "top": 199, "row": 3}]


def test_a_click_that_was_heard_is_not_told_again(table: Table) -> None:
    table.draw(200, 0)
    table.click(3)
    table.draw(200, 3)
    table.host.page.wait_for_timeout(600)
    assert table.told("clicked") == []


def test_a_click_that_newcomers_overtake_is_told_by_what_its_row_showed(table: Table) -> None:
    table.draw(200, 0)
    table.click(3)
    table.draw(202, 2, selected="c0")
    assert table.told("clicked") == [{"history": "h", "top": 199, "row": 3}]


def test_while_the_app_works_a_click_waits(table: Table) -> None:
    table.draw(200, 0)
    table.host.run("document.querySelector('[data-testid=stApp]').dataset.testScriptState = 'running'")
    table.click(3)
    table.host.page.wait_for_timeout(600)
    assert table.told("clicked") == []
    table.host.run("document.querySelector('[data-testid=stApp]').dataset.testScriptState = 'notRunning'")
    table.host.page.wait_for_function("sent.some(([, name]) => name === 'clicked')")


def test_in_a_sorted_table_a_row_is_known_by_none_of_its_places(table: Table) -> None:
    table.draw(200, 0)
    table.host.run("document.querySelector('th').textContent = '↑ Step'")
    table.click(3)
    table.host.page.wait_for_timeout(600)
    assert table.told("clicked") == []


def test_without_the_tables_scroller_nothing_goes_wrong_and_nothing_is_told(opens: Opens) -> None:
    host = opens("history/table", around="<div class='st-key-t'><button id='b'>x</button></div>")
    data = {"row": 3, "rows": 9, "rowHeight": ROW, "history": "h", "selected": "c", "page": 0, "top": 8, "table": "t"}
    host.draw(**data)
    host.find("#b").click()
    host.draw(**{**data, "rows": 10, "top": 9})
    host.page.wait_for_timeout(600)
    assert [one for one in host.sent if one[1] == "clicked"] == []


def test_without_the_table_at_all_neither(opens: Opens) -> None:
    data = {"row": None, "rows": 0, "rowHeight": ROW, "history": "h", "selected": "", "page": 0, "top": 0, "table": "t"}
    host = opens("history/table").draw(**data)
    host.page.mouse.click(50, 50)
    assert host.sent == []
