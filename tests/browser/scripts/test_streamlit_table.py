"""What is looked for of Streamlit's own table: found where it is, null where a part is missing or called otherwise."""

from typing import Any

import pytest

from tests.browser.scripts.conftest import COMPONENTS, Opens, Parts

LOOKING = Parts(
    (COMPONENTS / "history/streamlit_table.js").read_text(encoding="utf-8")
    + """
    export default ({ setTriggerValue }) => {
      const scroller = scrollerOf("t");
      setTriggerValue("found", [scroller && scroller.id, appRests(), sorted("t"), selectedRow("t")]);
    };
    """,
    "",
    "",
)


def table(*, head: str = "Step", cell: str = "aria-selected='true'", row: str = "aria-rowindex='5'") -> str:
    return f"""
    <div data-testid="stApp" data-test-script-state="running"><div class="st-key-t">
      <div class="dvn-scroller" id="scroller"></div>
      <table role="grid"><tr><th>{head}</th></tr><tr {row}><td {cell}>x</td></tr></table>
    </div></div>
    """


@pytest.mark.parametrize(
    ("around", "found"),
    [
        (table(), ["scroller", False, False, 3]),
        (table().replace("running", "notRunning"), ["scroller", True, False, 3]),
        (table(head="↓ Step"), ["scroller", False, True, None]),
        (table(cell=""), ["scroller", False, False, None]),
        (table(row=""), ["scroller", False, False, None]),
        (table(row="aria-rowindex='1'"), ["scroller", False, False, None]),
        (table(row="aria-rowindex='<b>'"), ["scroller", False, False, None]),
        (table().replace("dvn-scroller", "scroll"), [None, False, False, 3]),
        (table().replace("data-test-script-state", "data-state"), ["scroller", None, False, 3]),
        (table().replace("role=", "data-role="), ["scroller", False, False, None]),
        (table().replace("st-key-t", "st-key-other"), [None, False, False, None]),
        ("", [None, None, False, None]),
    ],
)
def test_each_part_is_found_or_said_not_to_be_there(opens: Opens, around: str, found: list[Any]) -> None:
    assert opens(parts=LOOKING, around=around).draw().told == [found]
