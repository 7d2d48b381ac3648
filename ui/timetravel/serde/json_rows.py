"""Decodes `json` rows, those of old Python savers and of LangGraph.js, with their {"lc": ...} constructors.

Old Python: langgraph-checkpoint 1 and 2, serde/jsonplus.py. LangGraph.js: libs/checkpoint/src/serde/jsonplus.ts, which
writes `Set`, `Map`, `RegExp`, `Error`, `Uint8Array` and `undefined` in this form.
"""

import json
import re
from typing import Any

from ui.timetravel.ground.text.formatting import format_bytes
from ui.timetravel.model.values import Opaque, Plain, Typed
from ui.timetravel.serde.budget import ITEMS, LEFT_OUT, Budget
from ui.timetravel.serde.json_beginning import LEFT, STRING, beginning
from ui.timetravel.serde.msgpack import extensions as ext

POSITIONAL = ""
"""The key for the positional arguments of a constructor that has keyword arguments as well."""

_DEEP = "(nested too deep)"
_LONGEST_CHARACTER = 4
# A string, or a bracket.
_TOKENS = re.compile(rf"{STRING}|[\[\]{{}}]", re.DOTALL)


def decode_json(blob: bytes, whole: int = 0, budget: Budget | None = None) -> Plain:
    """The plain data of a `json` row; `Opaque` if it is not JSON. Never raises, whatever the bytes.

    What is beyond the budget is left out and marked; `whole` is the size in bytes where `blob` is only the beginning.
    """
    cut = whole > len(blob)
    budget = budget or Budget()
    try:
        text = blob.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        if not cut or error.start < len(blob) - _LONGEST_CHARACTER:
            return Opaque("json", len(blob), "its text is not valid UTF-8")
        text = blob[: error.start].decode("utf-8", "surrogatepass")
    count = sum(map(text.count, ",[{"))
    most = min(ITEMS, budget.items)
    budget.items -= min(count, most)
    if cut or count > most:
        text = beginning(text, most)
    try:
        plain = _parse(text)
        return plain if ext.fits(plain) else _parse(_prune(text))
    except RecursionError:
        return _parse_deep(text, len(blob))
    except json.JSONDecodeError as error:
        return Opaque("json", len(blob), f"it is no JSON from character {error.pos + 1} on")


def _parse_deep(text: str, size: int) -> Plain:
    try:
        return _parse(_prune(text))
    except json.JSONDecodeError:
        return Opaque("json", size, "it is no JSON, and nested very deep")


def _parse(text: str) -> Plain:
    try:
        return json.loads(text, object_hook=_tagged)
    except json.JSONDecodeError:
        raise
    except ValueError:  # a number that is too long: checking each number takes a third more time
        return json.loads(text, object_hook=_tagged, parse_int=_int)


def _int(digits: str) -> int | Opaque:
    try:
        return int(digits)
    except ValueError:  # Python refuses to read more than 4,300 digits
        return Opaque("int", len(digits), f"it is a number of {len(digits)} digits")


def _tagged(value: dict[str, Plain]) -> Plain:
    if LEFT in value and len(value) == 1:
        return Opaque("json", value[LEFT], f"{LEFT_OUT}{format_bytes(value[LEFT])} of its JSON are not read")
    if _DEEP in value and len(value) == 1:
        return Opaque("json", value[_DEEP], f"it is nested more than {ext.MAX_DEPTH} levels deep")
    if value.get("lc") not in (1, 2):
        return value
    if value.get("type") == "undefined":
        return Typed("", "undefined", None, "langchain")
    path = value.get("id")
    if not (value.get("type") == "constructor" and type(path) is list and path):
        return value
    if not all(type(part) is str for part in path):
        return value
    *module, name = path
    return Typed(".".join(module), name, _arguments(value), "langchain", _method(value.get("method")))


def _arguments(value: dict[str, Plain]) -> Plain:
    args, kwargs = value.get("args"), value.get("kwargs")
    if args and kwargs and type(kwargs) is dict:
        return {POSITIONAL: args, **kwargs}
    if args:
        return args
    return {} if kwargs is None else kwargs


def _method(method: Any) -> str | None:
    """The method as text. Old savers wrote [None, "construct"] for pydantic: try the constructor, then that."""
    if type(method) is list:
        return next((part for part in reversed(method) if type(part) is str), None)
    return method if type(method) is str else None


def _prune(text: str) -> str:
    """The same JSON, with a mark in place of every list and object that is nested too deep.

    Brackets that never close are cut off, so that reading the rest can't take too much of the stack.
    """
    kept: list[str] = []
    depth = cut = done = 0
    for token in _TOKENS.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth == ext.MAX_DEPTH + 1:
                cut = token.start()
        elif token[0] in "]}":
            depth -= 1
            if depth == ext.MAX_DEPTH:
                kept += (text[done:cut], json.dumps({_DEEP: token.end() - cut}))
                done = token.end()
    return "".join(kept) + (text[done:cut] if depth > ext.MAX_DEPTH else text[done:])
