"""Encodes plain, tagged data as the msgpack that LangGraph's own serializer reads: the inverse of decode.py."""

from typing import Any

import ormsgpack

from ui.timetravel.errors import EditError
from ui.timetravel.ground.text.formatting import shorten
from ui.timetravel.model.values import Opaque, Plain, Typed
from ui.timetravel.serde.json_rows import POSITIONAL
from ui.timetravel.serde.messages.chat import OLD_MODULES
from ui.timetravel.serde.msgpack import extensions as ext

_OPTION = (
    ormsgpack.OPT_NON_STR_KEYS
    | ormsgpack.OPT_PASSTHROUGH_DATACLASS
    | ormsgpack.OPT_PASSTHROUGH_DATETIME
    | ormsgpack.OPT_PASSTHROUGH_ENUM
    | ormsgpack.OPT_PASSTHROUGH_SUBCLASS
    | ormsgpack.OPT_PASSTHROUGH_UUID
)
_CODES = {name: code for code, name in enumerate(ext.CONSTRUCTORS)}
_INTEGERS = range(-(2**63), 2**64)
_TOO_DEEP = f"The value is nested more than {ext.MAX_DEPTH} levels deep, which can't be stored."
_KEYS = (str, int, float, bool, type(None))


def encode(plain: Plain) -> bytes:
    """The bytes that JsonPlusSerializer.loads_typed(("msgpack", bytes)) revives (langgraph-checkpoint 4.3.2).

    `decode("msgpack", encode(plain)) == plain`, except that values from `json` rows ("langchain") come back with
    the equal msgpack `constructor`. Raises EditError, which says which value it is, for what LangGraph can't store: an
    `Opaque`, whole numbers beyond 64 bits, half surrogate pairs, deeper nesting than `ext.MAX_DEPTH`.
    """
    try:
        blob = ormsgpack.packb(plain, default=_extension, option=_OPTION)
    except ormsgpack.MsgpackEncodeError:
        raise _explanation(plain) from None
    if not ext.fits(plain):
        raise EditError(_TOO_DEEP)
    return blob


def _extension(value: object) -> Any:
    if not isinstance(value, Typed):
        raise EditError(_unstorable(value))
    if value.constructor == "unbuilt":
        raise EditError("This is what a value follows from, not the value itself: write the value in its place.")
    if value.constructor == "langchain":
        if not value.module:
            return _of_javascript(value)
        value = _modern(value)
    body = ormsgpack.packb(ext.payload(value), default=_extension, option=_OPTION)
    return ormsgpack.Ext(_CODES[value.constructor], body)


def _modern(old: Typed) -> Typed:
    """A constructor of a `json` row in the form in which LangGraph would write it as msgpack."""
    module, value = old.module, old.value
    if module in OLD_MODULES:
        module = "langchain_core.messages"
    if type(value) is dict and POSITIONAL not in value:
        if old.method in ("construct", "model_construct"):
            return Typed(module, old.name, value, "pydantic2" if old.method == "model_construct" else "pydantic1")
        return Typed(module, old.name, value, "kwargs")
    if type(value) is list and old.method is None:
        return Typed(module, old.name, value, "args")
    if type(value) is list and len(value) == 1:
        return Typed(module, old.name, value[0], "method", old.method)
    raise EditError(f"{old.type} is built in a way that LangGraph can't store any more.")


def _of_javascript(value: Typed) -> Any:
    """Python's equivalent of a JavaScript value that JSON lacks, for ormsgpack to encode. Raises EditError."""
    args = value.value if type(value.value) is list else []
    match value.name, args:
        case "undefined", _:
            return None
        case "Set", [[*items]]:
            return Typed("builtins", "set", items)
        case "Uint8Array", [[*numbers]] if all(type(n) is int and 0 <= n < 256 for n in numbers):
            return bytes(numbers)
        case "Map", [[*pairs]] if all(type(p) is list and len(p) == 2 and type(p[0]) in _KEYS for p in pairs):
            return dict(pairs)
    raise EditError(f"A value of JavaScript's type {value.name} can't be stored by LangGraph for Python: replace it.")


def _explanation(plain: Plain) -> EditError:
    """The error that names the first value that can't be stored."""
    try:
        return _fault(plain, "") or EditError(_TOO_DEEP)
    except RecursionError:
        return EditError(_TOO_DEEP)


def _fault(plain: Plain, path: str) -> EditError | None:
    if isinstance(plain, Typed):
        return _typed_fault(plain, path)
    if isinstance(plain, dict):
        for key, value in plain.items():
            fault = _key_fault(key, path) or _fault(value, f"{path}.{key}" if path else str(key))
            if fault:
                return fault
        return None
    if isinstance(plain, list):
        return next((fault for i, item in enumerate(plain) if (fault := _fault(item, f"{path}[{i}]"))), None)
    reason = _unstorable(plain)
    return EditError(_at(path, reason)) if reason else None


def _typed_fault(typed: Typed, path: str) -> EditError | None:
    if inner := _fault(typed.value, path):
        return inner
    try:
        _extension(typed)
    except EditError as error:
        return EditError(_at(path, str(error)))
    except ormsgpack.MsgpackEncodeError:
        return EditError(_at(path, f"{typed.type} can't be stored by LangGraph."))
    return None


def _key_fault(key: Plain, path: str) -> EditError | None:
    if isinstance(key, tuple):
        return next((fault for part in key if (fault := _key_fault(part, path))), None)
    if isinstance(key, Typed | Opaque):
        return EditError(_at(path, "LangGraph can't store a dict with a typed value as a key."))
    reason = _unstorable(key)
    return EditError(_at(path, reason)) if reason else None


def _unstorable(value: object) -> str:
    """Why this single value can't be stored; empty if it can."""
    if isinstance(value, Opaque):
        return f"A value that could not be read ({value.type}: {value.reason}) can't be written either: replace it."
    if type(value) is int and value not in _INTEGERS:
        return f"The whole number {_short(value)} has more than 64 bits, which LangGraph can't store."
    if type(value) is str and any("\ud800" <= char <= "\udfff" for char in value):
        return "A text holds half of a character (a lone surrogate, like \\ud800), which LangGraph can't store."
    if value is None or type(value) in (bool, int, float, str, bytes):
        return ""
    return f"A value of type {type(value).__name__} is not plain data."


def _short(number: int) -> str:
    return str(number) if number.bit_length() < 100 else f"of {number.bit_length()} bits"


def _at(path: str, message: str) -> str:
    return f"At {shorten(path)}: {message}" if path else message
