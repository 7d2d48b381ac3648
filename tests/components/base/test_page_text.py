import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.components.base.page_text import as_text, data, handle, held, key_of, label, table
from ui.timetravel.ground.text.visible import UNSEEN, visible

JOINER = "\u2060"
ESCAPED = re.compile(rf"\\([{re.escape(string.punctuation)}])")
marks = st.sampled_from(
    ["    ", "\n", "\n\n", "\r", "\t", "- ", "1. ", "# ", "> ", "`", "**", "[a](b)", "<b>", "&amp;", "\\"]
)
texts = st.text(max_size=20) | st.lists(marks | st.text(max_size=4), max_size=8).map("".join)


def words(text: str) -> list[str]:
    """What is left of a text when it flows: Markdown keeps neither line breaks nor runs of spaces."""
    return text.split()


AFTERWARDS = [
    re.compile(r"https?://|www(?=\.)", re.IGNORECASE),
    re.compile(r"[-.\w+]+@[-\w]+(?:\.[-\w]+)+"),
    re.compile(r"(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)"),
    re.compile(r":streamlit:"),
]
"""What Streamlit 1.67 replaces in texts once Markdown is through (static/js/StreamlitMarkdown)."""
turned = st.sampled_from(
    [
        "http://",
        "HTTPS://a.b/c?d",
        "www.",
        "a@b.c",
        " -> ",
        "<-",
        "--",
        "<->",
        ">=",
        "~=",
        ":streamlit:",
        ":smile:",
        "$x$",
    ]
)
page_texts = texts | st.lists(turned | st.text(max_size=3), max_size=6).map("".join)


def as_commonmark(markdown: str) -> str:
    blocks = pytest.importorskip("markdown_it").MarkdownIt("commonmark").parse(markdown)
    assert {block.type for block in blocks} <= {"paragraph_open", "inline", "paragraph_close"}
    parts = [part for block in blocks for part in block.children or ()]
    assert {part.type for part in parts} <= {"text", "text_special", "softbreak", "hardbreak"}
    return "\n".join(
        "".join(part.content if part.type.startswith("text") else "\n" for part in block.children or ())
        for block in blocks
        if block.type == "inline"
    )


@given(page_texts)
def test_every_mark_is_escaped_and_nothing_else_is_added(text: str) -> None:
    escaped = label(text)
    assert not set(ESCAPED.sub("", escaped)) & set(string.punctuation)
    assert words(ESCAPED.sub(r"\1", escaped).replace(JOINER, "")) == words(visible(text))


@given(page_texts)
def test_commonmark_gives_the_text_back(text: str) -> None:
    assert words(as_commonmark(label(text)).replace(JOINER, "")) == words(visible(text))


@given(page_texts)
def test_nothing_is_left_that_streamlit_replaces_once_markdown_is_through(text: str) -> None:
    assert [found for found in AFTERWARDS if found.search(as_commonmark(label(text)))] == []


@given(st.text(alphabet=st.characters() | st.sampled_from("\ud800\udfff\u202e\0"), max_size=30))
def test_everything_can_be_sent_whatever_is_in_it(text: str) -> None:
    for made in (label(text), as_text(text), key_of(text), handle(text), table([{"a": text}], ["a"])["a"][0]):
        assert made.encode("utf-8").decode("utf-8") == made
        assert not UNSEEN.search(made.replace(JOINER, ""))


def test_a_long_text_says_how_much_is_left_out() -> None:
    assert as_text("a" * 1_000_000) == "a" * 100_000 + " … 900,000 more characters"
    assert len(label("*" * 1_000_000)) < 1000


def test_data_of_a_component_has_no_text_that_went_round() -> None:
    made = data({"lines": [("a\0", 1, None)], "more": {"text": "\u202eb"}})
    assert made == {"lines": [["a␀", 1, None]], "more": {"text": "⟨U+202E⟩b"}}


@given(texts, texts)
def test_keys_and_handles_of_two_texts_differ_and_a_key_of_a_key_is_itself(one: str, other: str) -> None:
    assert (key_of(one) == key_of(other)) == (one == other)
    assert (handle(one) == handle(other)) == (one == other)
    assert key_of(key_of(one)) == key_of(one)
    assert held(handle(one), [other, one]) == one


def test_a_long_key_is_short_and_its_own() -> None:
    assert key_of("a" * 10_000) != key_of("a" * 10_001)
    assert len(key_of("a" * 10_000)) == 200 == len(key_of(key_of("a" * 10_000)))


def test_letters_and_spaces_stay_as_they_are() -> None:
    assert label("Größe der Stadt 步骤 😀") == "Größe der Stadt 步骤 😀"


def test_an_indented_line_is_no_code_block() -> None:
    assert label("    a*\n\n\tb") == "a\\*\n\nb"
