"""Checks the path of a request, which contains ids that a server chose."""

import re
from urllib.parse import unquote_to_bytes

_ASTRAY = re.compile(rb"\.{0,2}|.*[/\\\x00-\x1f\x7f].*", re.DOTALL)
"""A part of a path that becomes another path if it is decoded, for instance by a proxy."""


def astray(target: bytes, base: bytes) -> str:
    """An id in a path below `base` that would turn the request into another one; empty where none does.

    langgraph_sdk 0.4.14 percent-encodes ids (`_shared/utilities.py`), but proxies decode, once or twice, and resolve
    "..".
    """
    for part in target.partition(b"?")[0].removeprefix(base).split(b"/")[1:]:
        told = unquote_to_bytes(part)
        if _ASTRAY.fullmatch(unquote_to_bytes(told)):
            return told.decode("utf-8", "replace") or "(none)"
    return ""
