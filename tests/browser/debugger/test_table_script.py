"""The table's own script in a page that is not as Streamlit 1.67 makes it: it leaves the table as it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page

import ui

HISTORY = Path(ui.__file__).parent / "components" / "history"
SELECTED = '<table role="grid"><tr><td aria-selected="true">1</td></tr></table>'
BODIES = {
    "nothing": "",
    "an empty box": '<div class="st-key-history_table"></div>',
    "another grid": '<div data-testid="stApp"><div class="st-key-history_table" style="height: 99px; overflow: auto">'
    '<div style="height: 999px"><table role="grid"><tr><th>Step</th></tr></table></div></div></div>',
    "rows without numbers": f'<div class="st-key-history_table">{SELECTED}</div>',
}
TABLE = "document.querySelector('.st-key-history_table')"
DRAW = """rows => {
    const where = { history: "a", selected: "b", page: 0, top: 20 - rows };
    const data = { table: "history_table", rowHeight: 35, rows, row: 0, ...where };
    const say = (...what) => window.said.push(what);
    draw({ data, parentElement: document.body, setStateValue: say, setTriggerValue: say });
}"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    one = chromium.new_page()
    yield one
    one.close()


@pytest.mark.parametrize("body", BODIES)
def test_nothing_goes_wrong_where_the_parts_of_the_table_are_called_otherwise(page: Page, body: str) -> None:
    errors: list[Error] = []
    page.on("pageerror", lambda error: errors.append(error))
    page.set_content(BODIES[body])
    text = "".join((HISTORY / f"{name}.js").read_text(encoding="utf-8") for name in ("streamlit_table", "table"))
    page.add_script_tag(content=f"(() => {{ window.said = []; {text.replace('export default', 'window.draw =')} }})()")
    page.evaluate(DRAW, 3)
    page.mouse.click(20, 20)
    page.keyboard.press("ArrowDown")
    page.evaluate(f"{TABLE}?.scrollTo(0, 50)")
    page.evaluate(DRAW, 5)  # rows came in above
    page.evaluate(f"{TABLE}?.dispatchEvent(new MouseEvent('click', {{ bubbles: true }}))")
    page.wait_for_timeout(700)  # longer than it takes to tell a click again
    assert errors == []
    assert [what for what in page.evaluate("said") if what[0] == "clicked"] == []
