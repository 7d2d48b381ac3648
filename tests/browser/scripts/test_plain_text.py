"""Lines of text, drawn as they are."""

from tests.browser.scripts.conftest import Opens

NAME = "base/plain_text"
LINES = [
    {"look": "title", "text": "<b>bold</b> & <img src=x onerror='window.hit = 1'>"},
    {"look": "heading", "text": "**a**"},
    {"look": "quiet", "text": "two\nlines"},
]


def test_markup_stays_characters(opens: Opens) -> None:
    host = opens(NAME).draw(lines=LINES, signature="1", reveal="")
    assert host.texts(".plain > *") == [line["text"] for line in LINES]
    assert host.find(".plain b, .plain img").count() == 0
    assert host.run("window.hit") is None


def test_titles_and_headings_are_headings(opens: Opens) -> None:
    host = opens(NAME).draw(lines=LINES, signature="1", reveal="")
    assert host.run("[...root.querySelectorAll('.plain > *')].map(one => [one.tagName, one.className])") == [
        ["H2", "title"],
        ["H3", "heading"],
        ["P", "quiet"],
    ]


def test_the_same_lines_are_not_drawn_anew_and_others_are(opens: Opens) -> None:
    host = opens(NAME).draw(lines=LINES, signature="1", reveal="")
    host.run("root.querySelector('h2').mark = 1")
    host.draw(lines=LINES, signature="1", reveal="")
    assert host.run("root.querySelector('h2').mark") == 1
    host.draw(lines=LINES[:1], signature="2", reveal="")
    assert host.run("root.querySelector('h2').mark") is None
    assert len(host.texts(".plain > *")) == 1


def test_the_page_scrolls_to_what_is_to_be_revealed_once(opens: Opens) -> None:
    host = opens(NAME, around="<div style='height: 5000px'></div>")
    host.draw(lines=LINES, signature="1", reveal="")
    assert host.run("scrollY") == 0
    host.draw(lines=LINES, signature="1", reveal="it ended")
    assert host.run("scrollY") > 3_000
    host.run("scrollTo(0, 0)")
    host.draw(lines=LINES, signature="1", reveal="it ended")
    assert host.run("scrollY") == 0


def test_without_its_box_nothing_is_drawn(opens: Opens) -> None:
    opens(NAME, missing=True).draw(lines=LINES, signature="1", reveal="x")


def test_very_many_lines_are_soon_drawn(opens: Opens) -> None:
    host = opens(NAME).draw(lines=[{"look": "text", "text": f"line {at}"} for at in range(5_000)], signature="1")
    assert host.find(".plain > p").count() == 5_000
