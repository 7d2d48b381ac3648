"""What a terminal would show of text printed for one: no escape sequences, the last state of a rewritten line."""

import re

_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]?|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]?")


def as_shown(text: str) -> str:
    """The text without colours and movements of the cursor; of a line that was written over, as a bar of progress is,
    what stands there at last. Takes time in proportion to the text.
    """
    if "\x1b" in text:
        text = _ESCAPES.sub("", text)
    if "\r" not in text:
        return text
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
