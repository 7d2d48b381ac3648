"""What changed, one card a change; every text of a store in them is text."""

from typing import Any

from tests.browser.scripts.conftest import Host, Opens

NAME = "checkpoint/changes/cards"
MARKUP = "<img src=x onerror='window.hit = 1'><b>x</b>"


def draw(host: Host, *changes: dict[str, Any]) -> Host:
    return host.draw(changes=list(changes), signature=repr(changes))


def change(op: str, **more: Any) -> dict[str, Any]:
    return {"op": op, "mark": "~", "word": "changed", "path": "a.b", **more}


def test_a_change_has_its_old_and_its_new_side(opens: Opens) -> None:
    host = draw(opens(NAME), change("replace", old={"text": "1"}, new={"text": "2"}))
    assert host.texts(".head > span") == ["~", "changed", "a.b"]
    assert host.texts(".side") == ["old", "new"]
    assert host.texts(".body") == ["1", "2"]


def test_what_came_or_just_is_there_has_one_value_without_a_side(opens: Opens) -> None:
    host = draw(opens(NAME), change("add", new={"text": "2"}), change("", new={"text": "3", "prose": True}))
    assert host.texts(".side") == []
    assert host.texts(".text.code") == ["2"]
    assert host.texts(".text:not(.code)") == ["3"]


def test_markup_is_text_wherever_it_stands(opens: Opens) -> None:
    message = {
        "role": MARKUP,
        "answers": MARKUP,
        "parts": [
            {"kind": "text", "text": MARKUP},
            {"kind": "call", "label": MARKUP, "id": MARKUP, "fields": [[MARKUP, MARKUP]], "more": MARKUP},
            {"kind": "reasoning", "label": MARKUP, "fields": [], "text": MARKUP},
            {"kind": "data", "label": MARKUP, "fields": [], "text": MARKUP},
        ],
    }
    host = draw(
        opens(NAME),
        change("replace", path=MARKUP, note=MARKUP, warning=MARKUP, old=message, new={"text": MARKUP, "more": MARKUP}),
        change("replace", pieces=[{"kind": "added", "text": MARKUP}, {"kind": "left out", "text": MARKUP}]),
    )
    assert host.find(".changes img, .changes b").count() == 0
    assert host.run("window.hit") is None
    assert host.find(".changes").inner_text().count("onerror") >= 10


def test_inside_a_long_text_what_came_and_what_went_is_marked(opens: Opens) -> None:
    pieces = [
        {"kind": "same", "text": "a"},
        {"kind": "removed", "text": "b"},
        {"kind": "added", "text": "c"},
        {"kind": "left out", "text": " … "},
    ]
    host = draw(opens(NAME), change("replace", pieces=pieces))
    assert host.run("[...root.querySelectorAll('.text > *')].map(one => [one.tagName, one.textContent])") == [
        ["SPAN", "a"],
        ["DEL", "b"],
        ["INS", "c"],
        ["SPAN", " … "],
    ]


def test_reasoning_is_folded_until_it_is_opened(opens: Opens) -> None:
    part = {"kind": "reasoning", "label": "reasoning", "fields": [], "text": "because"}
    host = draw(opens(NAME), change("", new={"role": "AI", "parts": [part]}))
    assert not host.page.get_by_text("because").is_visible()
    host.page.get_by_text("reasoning", exact=True).click()
    assert host.page.get_by_text("because").is_visible()


def test_what_is_unfolded_stays_so_while_the_same_is_drawn_again(opens: Opens) -> None:
    part = {"kind": "reasoning", "label": "reasoning", "fields": [], "text": "because"}
    one = change("", new={"role": "AI", "parts": [part]})
    host = draw(opens(NAME), one)
    host.page.get_by_text("reasoning", exact=True).click()
    draw(host, one)
    assert host.page.get_by_text("because").is_visible()
    draw(host, one, one)
    assert host.find(".change").count() == 2


def test_a_warning_stands_below_its_card(opens: Opens) -> None:
    host = draw(opens(NAME), change("", new={"text": "x"}, warning="No answer yet"))
    assert host.texts(".change > :last-child") == ["⚠ No answer yet"]


def test_without_its_box_nothing_goes_wrong(opens: Opens) -> None:
    draw(opens(NAME, missing=True), change("add", new={"text": "x"}))


def test_very_many_cards_are_soon_drawn(opens: Opens) -> None:
    host = draw(opens(NAME), *(change("add", path=f"p{at}", new={"text": "x" * 100}) for at in range(2_000)))
    assert host.find(".change").count() == 2_000
