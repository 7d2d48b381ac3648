"""Turns plain, tagged data into the JSON that a server's API takes. Pure."""

import math
from collections.abc import Mapping
from typing import Any

from ui.timetravel.errors import EditError
from ui.timetravel.model.values import Opaque, Plain, Typed
from ui.timetravel.serde.messages.chat import is_message_type

_INTEGERS = range(-(2**63), 2**64)


def to_json(plain: Plain, path: str = "") -> Any:
    """The value as JSON-able data; LangChain's messages as the dicts that its reducers accept as messages.

    Raises EditError, which says where, for what JSON can't represent: other typed values, bytes, keys that are not
    texts, integers beyond 64 bits, NaN and infinity.
    """
    kind = type(plain)
    if kind in (dict, list):
        return _nested(plain, path)
    if kind is Typed:
        return _message(plain, path)
    reason = _unsendable(plain)
    if reason:
        raise EditError(f"At {path}: {reason}" if path else reason)
    return plain


def _nested(plain: Plain, path: str) -> Any:
    try:
        if type(plain) is list:
            return [to_json(item, f"{path}[{index}]") for index, item in enumerate(plain)]
        for key in plain:
            if type(key) is not str:
                raise EditError(f"At {path}: the key {key!r} is no text, and a server takes JSON. Write it as a text.")
        return {key: to_json(value, f"{path}.{key}" if path else key) for key, value in plain.items()}
    except RecursionError:
        raise EditError("The value is nested too deep to be sent to a server.") from None


def _message(typed: Typed, path: str) -> Any:
    fields = typed.value
    if not is_message_type(typed) or not isinstance(fields, Mapping):
        at = f"At {path}: a" if path else "A"
        raise EditError(
            f"{at} value of the type {typed.type} can't be sent to a server, which takes JSON. Write it as plain data, "
            "in the form that the graph's code understands."
        )
    kind = typed.name.removesuffix("Chunk").removesuffix("Message").lower()
    return to_json({"type": kind, **fields}, path)


def _unsendable(value: object) -> str:
    if isinstance(value, Opaque):
        return f"A value that could not be read ({value.type}: {value.reason}) can't be sent either: replace it."
    if type(value) is int and value not in _INTEGERS:
        return "A whole number with more than 64 bits can't be sent to a server."
    if type(value) is float and not math.isfinite(value):
        return f"The number {value} has no form in JSON, which a server takes."
    if type(value) is str and any("\ud800" <= char <= "\udfff" for char in value):
        return "A text holds half of a character (a lone surrogate), which can't be sent to a server."
    if value is None or type(value) in (bool, int, float, str):
        return ""
    return f"A value of type {type(value).__name__} can't be sent to a server, which takes JSON."
