"""Turns the beginning of a JSON text into valid JSON: open brackets are closed, and a mark says what is left out.

Pure.
"""

import json
import re
from itertools import islice

from ui.timetravel.serde.excerpt import MORE

LEFT = "(left out of the JSON)"
"""The only key of the object that marks what was left out; its value is the number of characters."""

STRING = r'"(?:[^"\\]++|\\.)*+"?'
"""A pattern for a JSON string, closed or not (so that no start of one is tried twice)."""
_STRINGS = re.compile(STRING, re.DOTALL)
# Up to the next sign outside a string, or to the end: a regular expression skips what is between them in C.
_SIGNS = re.compile(rf'(?:[^"\[\]{{}},]++|{STRING})*+(?:([\[\]{{}},])|\Z)', re.DOTALL)
_BRACKETS = re.compile(rf'(?:[^"\[\]{{}}]++|{STRING})*+(?:([\[\]{{}}])|\Z)', re.DOTALL)
_HALF_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\(?:u[0-9a-fA-F]{0,3})?$")


def beginning(text: str, most: int) -> str:
    """The beginning of a JSON text, with at most `most` brackets and commas, cut between values.

    A string that the end of `text` cuts off is kept as far as it was read.
    """
    signs = [sign for sign in islice(_SIGNS.finditer(text), most + 1) if sign.lastindex]
    whole = len(signs) <= most
    signs = signs[:most]
    done = tail = signs[-1].end() if signs else 0
    if signs and signs[-1][1] == ",":
        done -= 1
    open_ = _open_after(text[:tail])
    if whole:
        for token in _STRINGS.finditer(text, tail):
            if token.end() == len(text) and (len(token[0]) == 1 or not token[0].endswith('"')):
                done = token.start() if _is_key(text, token.start(), open_) else len(text)
                if done == len(text):
                    text = _HALF_ESCAPE.sub(r"\1", text) + '"'
                    done = len(text)
        if not open_:
            return text
    return text[:done] + _closing(open_, text[:done], len(text) - done)


def _open_after(text: str) -> list[str]:
    """The brackets that are open after a text, the innermost last."""
    open_: list[str] = []
    for found in _BRACKETS.finditer(text):
        bracket = found[1]
        if bracket in ("[", "{"):
            open_.append(bracket)
        elif bracket and open_:
            open_.pop()
    return open_


def _is_key(text: str, start: int, open_: list[str]) -> bool:
    """Whether the string at `start` is a key, whose value is then missing."""
    return bool(open_) and open_[-1] == "{" and text[:start].rstrip()[-1:] != ":"


def _closing(open_: list[str], before: str, left: int) -> str:
    """The text that closes these brackets, with a mark in the innermost."""
    mark = json.dumps({LEFT: left})
    closed = []
    for at, bracket in enumerate(reversed(open_)):
        comma = "" if at == 0 and before.endswith(("[", "{")) else ","
        if at == 0:
            closed.append(comma + (mark if bracket == "[" else f"{json.dumps(MORE)}:{mark}"))
        closed.append("]" if bracket == "[" else "}")
    return "".join(closed)
