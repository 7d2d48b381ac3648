import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.components.escape import label

ESCAPED = re.compile(rf"\\([{re.escape(string.punctuation)}])")
marks = st.sampled_from(
    ["    ", "\n", "\n\n", "\r", "\t", "- ", "1. ", "# ", "> ", "`", "**", "[a](b)", "<b>", "&amp;", "\\"]
)
texts = st.text(max_size=20) | st.lists(marks | st.text(max_size=4), max_size=8).map("".join)


def words(text: str) -> list[str]:
    """What is left of a text when it flows: Markdown keeps neither line breaks nor runs of spaces."""
    return text.split()


@given(texts)
def test_every_mark_is_escaped_and_nothing_else_is_added(text: str) -> None:
    escaped = label(text)
    assert not set(ESCAPED.sub("", escaped)) & set(string.punctuation)
    assert words(ESCAPED.sub(r"\1", escaped)) == words(text)


@given(texts)
def test_commonmark_gives_the_text_back(text: str) -> None:
    markdown = pytest.importorskip("markdown_it").MarkdownIt("commonmark")
    blocks = markdown.parse(label(text))
    assert {block.type for block in blocks} <= {"paragraph_open", "inline", "paragraph_close"}
    parts = [part for block in blocks for part in block.children or ()]
    assert {part.type for part in parts} <= {"text", "text_special", "softbreak", "hardbreak"}
    shown = "\n".join(
        "".join(part.content if part.type.startswith("text") else "\n" for part in block.children or ())
        for block in blocks
        if block.type == "inline"
    )
    assert words(shown) == words(text.replace("\0", "\ufffd"))


def test_letters_and_spaces_stay_as_they_are() -> None:
    assert label("Größe der Stadt 步骤 😀") == "Größe der Stadt 步骤 😀"


def test_an_indented_line_is_no_code_block() -> None:
    assert label("    a*\n\n\tb") == "a\\*\n\nb"
