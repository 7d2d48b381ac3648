"""The path of a question to a server, in which ids stand that the server told."""

import re
from urllib.parse import unquote_to_bytes

_ASTRAY = re.compile(rb"\.{0,2}|.*[/\\\x00-\x1f\x7f].*", re.DOTALL)
"""A part of a path that is another path to whoever decodes it, such as a proxy."""


def astray(target: bytes, base: bytes) -> str:
    """The id in a path below `base` that would make another question of it; empty where none does.

    langgraph_sdk 0.4.14 percent-encodes ids (`_shared/utilities.py`), but proxies decode, once or twice, and go up at
    "..".
    """
    for part in target.partition(b"?")[0].removeprefix(base).split(b"/")[1:]:
        told = unquote_to_bytes(part)
        if _ASTRAY.fullmatch(unquote_to_bytes(told)):
            return told.decode("utf-8", "replace") or "(none)"
    return ""
