"""Lines of text are given to the page as they are, each in its look."""

from tests.components.conftest import Drawn
from ui.components.base.plain_text import plain_text


def test_each_line_is_given_with_its_look_and_its_marks_stay_characters(drawn: Drawn) -> None:
    part = drawn(lambda: plain_text(("title", "**a** <b>"), ("quiet", ":red[b] $x$"), key="k"))
    assert part.lines == [("title", "**a** <b>"), ("quiet", ":red[b] $x$")]


def test_an_empty_line_is_left_out(drawn: Drawn) -> None:
    assert drawn(lambda: plain_text(("text", ""), ("text", "a"), key="k")).lines == [("text", "a")]
    assert drawn(lambda: plain_text(key="k")).lines == []


def test_half_a_character_and_what_can_not_be_seen_are_made_visible(drawn: Drawn) -> None:
    part = drawn(lambda: plain_text(("text", "half \ud83d, turned \u202e"), key="half \ud83d"))
    assert part.lines == [("text", "half ⟨U+D83D⟩, turned ⟨U+202E⟩")]


def test_the_same_lines_have_the_same_signature_and_others_have_another(drawn: Drawn) -> None:
    first, same, other = (
        drawn(lambda text=text: plain_text(("text", text), key="k")).drawings("plain_text")[0]["signature"]
        for text in ("a", "a", "b")
    )
    assert first == same != other
