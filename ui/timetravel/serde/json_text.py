"""Reads and writes JSON text that a person edits, and says where and why it is not right."""

import json
import re
from collections.abc import Callable
from typing import Any

from ui.timetravel.errors import EditError
from ui.timetravel.ground.text.visible import UNSEEN
from ui.timetravel.model.values import Plain

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
_TOO_DEEP = "It is nested too deep to be edited as text."

# What Python's json module (3.11 to 3.14) says, and the same for a person.
_WORDS = {
    "Expecting value": "A value is expected here. Texts need double quotes; true, false and null are in small letters.",
    "Expecting property name enclosed in double quotes": (
        "A key in double quotes is expected here. No comma may follow the last entry."
    ),
    "Expecting ',' delimiter": "A comma is missing here, or the bracket that closes the list or the braces.",
    "Expecting ':' delimiter": "A colon is missing here, between the key and its value.",
    "Extra data": "There is more text after the end of the value.",
    "Unterminated string starting at": "The text that starts here has no closing quote.",
    "Invalid control character at": "A line break or tab can't be inside a text: write \\n or \\t.",
    "Invalid \\escape": "A backslash in a text is written twice: \\\\.",
    "Invalid \\uXXXX escape": "\\u in a text is followed by four hexadecimal digits, like \\u00e9.",
    "Illegal trailing comma before end of object": "No comma may follow the last entry.",
    "Illegal trailing comma before end of array": "No comma may follow the last item.",
}


class NotationError(Exception):
    """JSON that does not follow our notation, at this path of keys and indices. Never raised outside `serde`."""

    def __init__(self, message: str, path: list[str | int]) -> None:
        super().__init__(message)
        self.message = message
        self.path = path

    @property
    def where(self) -> str:
        """The path in one word: messages[2].content."""
        return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path).removeprefix(".")


class DuplicateKey:
    """Takes the place of an object that has the same key twice: JSON would silently drop the first."""

    def __init__(self, key: str) -> None:
        self.key = key


def dump(write: Callable[[], Any], indent: int) -> str:
    """The text of the JSON that `write` makes; letters of all languages are kept.

    Raises EditError if it is nested too deep.
    """
    try:
        text = json.dumps(write(), indent=indent, ensure_ascii=False, allow_nan=False)
    except RecursionError:
        raise EditError(_TOO_DEEP) from None
    # Half characters are invalid in a browser, and other characters are invisible: both are written as JSON escapes.
    return UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], text)


def load(text: str, read: Callable[[Any], Plain]) -> Plain:
    """The result of `read` on the JSON in `text`. Raises EditError with line and column, also for a `NotationError`."""
    try:
        return read(json.loads(text, object_pairs_hook=_object))
    except json.JSONDecodeError as error:
        raise _syntax_error(text, error) from None
    except NotationError as misfit:
        raise _error_at(text, _locate(text, misfit.path), misfit.message) from None
    except RecursionError:
        raise EditError(_TOO_DEEP) from None
    except ValueError:
        raise EditError("A number in it has more than 4,300 digits, which is too long.") from None


def _object(pairs: list[tuple[str, Any]]) -> Any:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    keys = [key for key, _ in pairs]
    return DuplicateKey(next(key for index, key in enumerate(keys) if key in keys[:index]))


def _syntax_error(text: str, error: json.JSONDecodeError) -> EditError:
    if not text.strip():
        return _error_at(text, 0, "There is no value yet: write one, for instance null.")
    return _error_at(text, error.pos, _WORDS.get(error.msg, f"{error.msg}."))


def _error_at(text: str, position: int, message: str) -> EditError:
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    return EditError(f"Line {line}, column {column}: {message}", line, column)


def _locate(text: str, path: list[str | int]) -> int:
    """The position of the value at `path` in the valid JSON `text`: of its key if it has one, the last of equal
    keys.
    """
    at = here = _after_space(text, 0)
    for step in path:
        found = {key: (start, value) for key, start, value in _members(text, at)}
        if step not in found:
            break
        here, at = found[step]
    return here


def _members(text: str, at: int) -> list[tuple[str | int, int, int]]:
    """Key or index, where it starts, and where its value starts, of each member of the object or list at `at`."""
    members: list[tuple[str | int, int, int]] = []
    is_object = text[at] == "{"
    at = _after_space(text, at + 1)
    while text[at] not in "]}":
        key: str | int = len(members)
        start = at
        if is_object:
            key, at = _DECODER.raw_decode(text, at)
            at = _after_space(text, _after_space(text, at) + 1)
        members.append((key, start, at))
        at = _after_space(text, _DECODER.raw_decode(text, at)[1])
        if text[at] == ",":
            at = _after_space(text, at + 1)
    return members


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
