import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ui.timetravel.diff import text as textdiff
from ui.timetravel.diff.text import Piece, abridge, text_diff

FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"

words = st.sampled_from(
    ["the ", "report", "\r\n", "\n", "\r", FAMILY, "😀", "中文", "e\u0301", "\ud83d", "\x00", "\u2028"]
)
texts = st.text(max_size=40) | st.lists(words | st.text(max_size=5), max_size=30).map("".join)


@st.composite
def pairs(draw):
    """Two texts that have much in common."""
    parts = draw(st.lists(texts, max_size=6))
    others = [draw(texts) if draw(st.booleans()) else part for part in parts]
    return "".join(parts), "".join(others)


def joined(pieces, *kinds):
    return "".join(piece.text for piece in pieces if piece.kind in kinds)


@pytest.fixture(params=[2_000, 10], ids=["by characters", "by lines first"])
def long(request, monkeypatch):
    monkeypatch.setattr(textdiff, "_LONG", request.param)


@pytest.mark.parametrize("longest", [2_000, 5], ids=["by characters", "by lines first"])
@settings(max_examples=300, deadline=None)
@given(pair=pairs() | st.tuples(texts, texts))
def test_the_pieces_make_up_both_texts(longest, pair):
    old, new = pair
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(textdiff, "_LONG", longest)
        pieces = text_diff(old, new)
    assert joined(pieces, "same", "removed") == old
    assert joined(pieces, "same", "added") == new
    assert all(piece.text for piece in pieces)
    assert all(one.kind != other.kind for one, other in pairwise(pieces))


@pytest.mark.usefixtures("long")
def test_an_edited_word_is_removed_and_added():
    assert text_diff("The draft is ready.\nSend it.", "The draft is done.\nSend it.") == [
        Piece("same", "The draft is "),
        Piece("removed", "ready"),
        Piece("added", "done"),
        Piece("same", ".\nSend it."),
    ]


@pytest.mark.usefixtures("long")
def test_equal_texts_are_one_piece_and_empty_ones_are_none():
    assert text_diff("one\ntwo\n", "one\ntwo\n") == [Piece("same", "one\ntwo\n")]
    assert text_diff("", "") == []


def test_letters_that_happen_to_be_equal_are_no_common_text():
    assert text_diff("mouse", "sofas") == [Piece("removed", "mouse"), Piece("added", "sofas")]


def test_lines_that_happen_to_be_equal_are_no_common_text():
    old = "".join(f"What was said first, in sentence {k}\n" for k in range(60))
    new = "".join(f"Nothing of that, but item number {k}\n" for k in range(60))
    old, new = (text.replace("7\n", "7\n}\n") for text in (old, new))
    assert not any(piece.kind == "same" and piece.text == "}\n" for piece in text_diff(old, new, seconds=1e-6))


def test_a_line_moved_far_is_removed_and_added():
    lines = [f"line number {k}\n" for k in range(300)]
    moved = [*lines[:10], *lines[11:], lines[10]]
    assert [
        (piece.kind, piece.text) for piece in text_diff("".join(lines), "".join(moved)) if piece.kind != "same"
    ] == [
        ("removed", lines[10]),
        ("added", lines[10]),
    ]


def test_many_edits_in_a_long_text_are_each_found():
    lines = [f"This is line {k}, and {k * k} its square.\n" for k in range(3_000)]
    edited = [line.replace("square", "area") if k % 100 == 50 else line for k, line in enumerate(lines)]
    changed = [piece for piece in text_diff("".join(lines), "".join(edited), seconds=5) if piece.kind != "same"]
    assert joined(changed, "removed").count("squ") == 30
    assert len(joined(changed, "removed", "added")) < 30 * len("square" + "area")


def test_time_is_bounded_and_what_is_found_stays_exact():
    old, new = "ab" * 200_000, "bba" * 150_000
    start = time.perf_counter()
    pieces = text_diff(old, new, seconds=0.05)
    assert time.perf_counter() - start < 2
    assert joined(pieces, "same", "removed") == old
    assert joined(pieces, "same", "added") == new


# --- leaving out what is far from any change ---


def test_the_middle_between_two_changes_is_skipped():
    pieces = [Piece("removed", "a"), Piece("same", "x" * 80 + "." * 3_214 + "y" * 80), Piece("added", "b")]
    assert abridge(pieces) == [
        Piece("removed", "a"),
        Piece("same", "x" * 80),
        Piece("skipped", "." * 3_214),
        Piece("same", "y" * 80),
        Piece("added", "b"),
    ]


def test_before_the_first_change_and_after_the_last_only_what_is_next_to_them_stays():
    pieces = [Piece("same", "a" * 500), Piece("added", "b"), Piece("same", "c" * 500)]
    assert abridge(pieces, context=100) == [
        Piece("skipped", "a" * 400),
        Piece("same", "a" * 100),
        Piece("added", "b"),
        Piece("same", "c" * 100),
        Piece("skipped", "c" * 400),
    ]


def test_of_a_text_without_changes_the_beginning_stays():
    assert abridge([Piece("same", "a" * 500)]) == [Piece("same", "a" * 80), Piece("skipped", "a" * 420)]


def test_a_stretch_that_is_hardly_longer_than_its_ends_stays_whole():
    pieces = [Piece("removed", "a"), Piece("same", "x" * 190), Piece("added", "b")]
    assert abridge(pieces) == pieces


@given(pairs(), st.integers(0, 20))
def test_nothing_is_lost_by_leaving_out(pair, context):
    old, new = pair
    pieces = abridge(text_diff(old, new), context)
    assert joined(pieces, "same", "skipped", "removed") == old
    assert joined(pieces, "same", "skipped", "added") == new
    assert all(piece.text for piece in pieces)
