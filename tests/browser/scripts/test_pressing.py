"""A press that the browser makes no click of is heard; one of which it makes a click is left to that."""

import pytest

from tests.browser.scripts.conftest import COMPONENTS, Host, Opens, Parts

PARTS = Parts(
    (COMPONENTS / "base/pressing.js").read_text(encoding="utf-8")
    + """
    export default ({ data, parentElement, setTriggerValue }) => {
      const box = parentElement.querySelector(".box");
      box.replaceChildren(...data.rows.map((name) => {
        const row = document.createElement("button");
        row.className = "row";
        row.textContent = row.dataset.name = name;
        row.onclick = () => setTriggerValue("clicked", name);
        return row;
      }));
      pressing(box, ".row", (row) => setTriggerValue("pressed", row.dataset.name));
    };
    """,
    '<div class="box"></div>',
    ".row { display: block; width: 200px; height: 40px; }",
)


@pytest.fixture
def host(opens: Opens) -> Host:
    return opens(parts=PARTS).draw(rows=["a", "b", "c"])


def press(host: Host, name: str) -> tuple[float, float]:
    box = host.find(f"[data-name={name}]").bounding_box()
    assert box
    at = box["x"] + 50, box["y"] + 20
    host.page.mouse.move(*at)
    host.page.mouse.down()
    return at


def test_a_plain_click_is_told_once(host: Host) -> None:
    host.find("[data-name=b]").click()
    assert host.sent == [["trigger", "clicked", "b"]]


def test_a_row_that_is_drawn_anew_while_it_is_pressed_is_picked(host: Host) -> None:
    press(host, "b")
    host.draw(rows=["a", "b", "c"])
    host.page.mouse.up()
    assert ["trigger", "pressed", "b"] in host.sent
    assert {value for _, _, value in host.sent} == {"b"}


def test_a_row_that_moves_away_under_the_pointer_is_picked_and_not_the_one_that_came_there(host: Host) -> None:
    press(host, "b")
    host.draw(rows=["new", "a", "b", "c"])
    host.page.mouse.up()
    assert host.sent == [["trigger", "pressed", "b"]]


def test_a_pointer_that_was_dragged_away_picks_nothing(host: Host) -> None:
    x, y = press(host, "b")
    host.draw(rows=["new", "a", "b", "c"])
    host.page.mouse.move(x + 60, y)
    host.page.mouse.up()
    assert host.sent == []


def test_another_button_of_the_mouse_and_a_press_beside_the_rows_pick_nothing(host: Host) -> None:
    host.find("[data-name=a]").click(button="right")
    host.page.mouse.click(600, 600)
    assert host.sent == []


def test_a_press_that_the_browser_gave_up_picks_nothing(host: Host) -> None:
    press(host, "b")
    host.draw(rows=["new", "a", "b", "c"])
    host.run("dispatchEvent(new PointerEvent('pointercancel'))")
    host.page.mouse.up()
    assert [one for one in host.sent if one[1] == "pressed"] == []
