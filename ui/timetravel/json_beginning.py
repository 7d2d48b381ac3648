"""The beginning of a JSON text as JSON: what was open is closed, with a mark of what is left out. Pure."""

import json
import re

from ui.timetravel.excerpt import MORE

LEFT = "(left out of the JSON)"
"""The only key of the object that stands for what was left out; its value is the number of characters."""

# A string, closed or not, a bracket, or a comma.
_TOKENS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)
_HALF_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\(?:u[0-9a-fA-F]{0,3})?$")


def beginning(text: str, most: int) -> str:
    """As much of a JSON text as has at most `most` brackets and commas, and ends in the middle of none of its values.

    A text that the end of `text` cuts off is kept as far as it is there.
    """
    open_: list[str] = []
    count = done = 0
    for token in _TOKENS.finditer(text):
        sign = token[0]
        if sign[0] == '"':
            if token.end() == len(text) and (len(sign) == 1 or not sign.endswith('"')):
                done = token.start() if _is_key(text, token.start(), open_) else len(text)
                if done == len(text):
                    text = _HALF_ESCAPE.sub(r"\1", text) + '"'
                    done = len(text)
            continue
        count += 1
        if count > most:
            break
        if sign == ",":
            done = token.start()
        elif sign in "[{":
            open_.append(sign)
            done = token.end()
        elif open_:
            open_.pop()
            done = token.end()
    else:
        if not open_:
            return text
    return text[:done] + _closing(open_, text[:done], len(text) - done)


def _is_key(text: str, start: int, open_: list[str]) -> bool:
    """Whether the string at `start` is a key: then what it names is not there."""
    return bool(open_) and open_[-1] == "{" and text[:start].rstrip()[-1:] != ":"


def _closing(open_: list[str], before: str, left: int) -> str:
    """What closes these brackets, with a mark in the innermost."""
    mark = json.dumps({LEFT: left})
    closed = []
    for at, bracket in enumerate(reversed(open_)):
        comma = "" if at == 0 and before.endswith(("[", "{")) else ","
        if at == 0:
            closed.append(comma + (mark if bracket == "[" else f"{json.dumps(MORE)}:{mark}"))
        closed.append("]" if bracket == "[" else "}")
    return "".join(closed)
