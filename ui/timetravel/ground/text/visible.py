"""Makes visible the characters of a text that nobody would see, or that change how others are seen."""

import re

_UNSEEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls, but tab and line breaks
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\ud800-\udfff\ufffe\uffff"
)
"""Controls, marks of direction, halves of characters, and the characters that Unicode 16 calls default ignorable. Not
the joiners U+200C and U+200D and the variation selectors U+FE00 to U+FE0F, which are part of words and emoji.
"""

UNSEEN = re.compile(f"[{_UNSEEN}]|\r(?!\n)")
_PICTURES = 0x2400


def visible(text: str) -> str:
    """The text with each invisible character replaced: controls by their pictures (␀), others by number (⟨U+202E⟩).

    Any encoding can hold the result, and the order in which it is shown can't mislead a reader.
    """
    # Most texts are plain words. Checking that takes a fifth of the time of the search, for thousands at each redraw.
    return text if text.isascii() and text.isprintable() else UNSEEN.sub(_shown, text)


def code(value: object) -> str:
    """Python source that makes the value, which is plain data, with invisible characters escaped: it can be copied and
    run.
    """
    return UNSEEN.sub(lambda found: found[0].encode("ascii", "backslashreplace").decode("ascii"), repr(value))


def _shown(found: re.Match[str]) -> str:
    number = ord(found[0])
    if number < 0x20:
        return chr(_PICTURES + number)
    return "\u2421" if number == 0x7F else f"⟨U+{number:04X}⟩"
