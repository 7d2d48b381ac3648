"""The keys that walk along the branch reach Streamlit's buttons wherever the focus is, but in a field."""

import pytest

from tests.browser.scripts.conftest import Host, Opens

PAGE = """
  <div class="st-key-history_table"><div id="table" tabindex="0">table</div></div>
  <div class="st-key-tab"><button id="option">Changes</button></div>
  <input id="field"><button id="other">other</button>
"""


@pytest.fixture
def host(opens: Opens) -> Host:
    host = opens("sidebar/transport_keys", around=PAGE).draw()
    host.run("window.heard = []")
    host.run("document.body.addEventListener('keydown', event => heard.push([event.key, event.target.id]))")
    host.run("document.querySelector('#table').addEventListener('keydown', () => heard.push('table'))")
    return host


def heard(host: Host) -> object:
    return host.run("heard")


@pytest.mark.parametrize("key", ["ArrowLeft", "ArrowRight", "Home", "End"])
def test_in_the_table_they_are_handed_to_the_page_instead(host: Host, key: str) -> None:
    host.find("#table").press(key)
    assert heard(host) == [[key, ""]]


@pytest.mark.parametrize("key", ["ArrowDown", "a", "Control+ArrowLeft", "Shift+End"])
def test_any_other_key_is_the_tables_own(host: Host, key: str) -> None:
    host.find("#table").press(key)
    last = key.rpartition("+")[2]
    assert heard(host)[-2:] == ["table", [last, "table"]]  # type: ignore[index]


def test_in_a_field_they_move_the_cursor(host: Host) -> None:
    host.find("#field").fill("abc")
    host.find("#field").press("ArrowLeft")
    assert heard(host) == [["ArrowLeft", "field"]]
    assert host.run("document.querySelector('#field').selectionStart") == 2


def test_an_option_that_was_clicked_lets_go_of_the_focus(host: Host) -> None:
    host.find("#option").click()
    host.page.wait_for_function("document.activeElement === document.body")
    host.page.keyboard.press("ArrowRight")
    assert heard(host) == [["ArrowRight", ""]]


def test_whoever_came_there_by_the_keyboard_keeps_it(host: Host) -> None:
    host.find("#option").press("Enter")
    host.find("#option").press("ArrowRight")
    assert host.run("document.activeElement.id") == "option"
    assert heard(host)[-1] == ["ArrowRight", "option"]  # type: ignore[index]


def test_drawn_again_each_key_is_handed_on_once(host: Host) -> None:
    host.draw()
    host.find("#table").press("Home")
    assert heard(host) == [["Home", ""]]


def test_on_a_page_without_the_table_keys_go_their_way(opens: Opens) -> None:
    host = opens("sidebar/transport_keys", around="<input id='field'>").draw()
    host.find("#field").press("ArrowLeft")
    assert host.sent == []
