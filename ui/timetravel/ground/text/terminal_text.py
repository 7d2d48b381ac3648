"""Text printed for a terminal, as a terminal would show it: no escape sequences, and overwritten lines in their last
state.
"""

import re

_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]?|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]?")


def as_shown(text: str) -> str:
    """The text without colours and cursor movements; a line that was overwritten, such as a progress bar, in its last
    state.

    Takes time in proportion to the text.
    """
    if "\x1b" in text:
        text = _ESCAPES.sub("", text)
    if "\r" not in text:
        return text
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
