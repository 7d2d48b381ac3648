"""What a lesson's Markdown file becomes."""

import pytest

from ui.lessons.text import Button, Prose, parse

TEXT = """\
# Title

One.

[Do it](do:run)

Two, with a [link](https://example.org).

- a list

[Check](do:check)

- `held` It holds.
- `other` Another.
"""


def test_its_title_is_its_first_line() -> None:
    assert parse(TEXT).title == "Title"


def test_a_link_to_a_step_on_a_line_of_its_own_is_a_button_between_the_paragraphs() -> None:
    assert parse(TEXT).blocks == (
        Prose("One."),
        Button("run", "Do it"),
        Prose("Two, with a [link](https://example.org).\n\n- a list"),
        Button("check", "Check"),
    )


def test_what_follows_the_check_are_its_sentences_by_name() -> None:
    assert parse(TEXT).findings == {"held": "It holds.", "other": "Another."}


def test_a_text_without_a_title_is_refused() -> None:
    with pytest.raises(ValueError, match="begins with its title"):
        parse("One.")


def test_anything_else_after_the_check_is_refused() -> None:
    with pytest.raises(ValueError, match="This is none: More"):
        parse(f"{TEXT}\nMore.")
