import ast
import sys
import unicodedata

import pytest

from tests.support.hostile.values.texts import TEXTS
from ui.timetravel.ground.text.visible import UNSEEN, code, visible

MADE_WITH = {"\t", "\n", "\u200c", "\u200d"}
"""Unseen, but texts and emoji are made with them."""
SEEN = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
"""Marks of number and end of Arabic, Syriac and Kaithi, which Unicode counts as formats though they are drawn."""
SHORTHAND = {chr(one) for one in range(0x13430, 0x13440)}
"""Joiners of Egyptian hieroglyphs, which are drawn in their way."""


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("nul\0 bell\a del\x7f", "nul␀ bell␇ del␡"),
        ("user\u202enimda", "user⟨U+202E⟩nimda"),
        ("half \ud83d", "half ⟨U+D83D⟩"),
        ("zero\u200bwidth\ufeff", "zero⟨U+200B⟩width⟨U+FEFF⟩"),
        ("tag \U000e0041", "tag ⟨U+E0041⟩"),
        ("line\r\nline\ttab\nline", "line\r\nline\ttab\nline"),
        ("over\rwritten", "over␍written"),
        ("👩‍🚀 می‌خواهم ❤️ 步骤", "👩‍🚀 می‌خواهم ❤️ 步骤"),
    ],
)
def test_what_is_shown(text: str, seen: str) -> None:
    assert visible(text) == seen


def test_every_control_mark_of_format_half_and_separator_is_seen() -> None:
    unseen = [
        chr(one)
        for one in range(sys.maxunicode + 1)
        if unicodedata.category(chr(one)) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    ]
    missed = [one for one in unseen if not UNSEEN.match(one)]
    assert set(missed) <= MADE_WITH | SEEN | SHORTHAND


def test_what_is_visible_stays_as_it_is() -> None:
    text = "".join(map(chr, range(0x250)))
    assert visible(visible(text)) == visible(text)


@pytest.mark.parametrize("text", [*TEXTS.values(), "a\u034fb", "\u3164", "'\"\\\u2028\u115f", "\U000e0100x"])
def test_code_of_a_text_is_that_text_and_nothing_else_however_it_is_made_up(text: str) -> None:
    shown = code({"thread_id": text})
    assert visible(shown) == shown
    assert ast.literal_eval(shown) == {"thread_id": text}
