"""Plain data as JSON that a person can edit, and back, with every type kept.

A key that begins with "$" says what JSON can't:

    {"$type": "langchain_core.messages.human.HumanMessage", "content": "Hi", ...}     a typed value made from fields
    {"$type": "builtins.set", "$value": [1, 2]}                                      a typed value made from another
    {"$bytes": "aGVsbG8="}     {"$float": "nan"}     {"$map": [[1, "one"], [2, "two"]]}
    {"$opaque": {...}}         what could not be read: to look at, refused on the way back

"$how" and "$method" are there only where they are not what LangGraph writes for that type. A dict's own key that
begins with "$" gets another "$" in front.
"""

import base64
import math
from collections.abc import Callable
from typing import Any

from ui.timetravel.errors import EditError
from ui.timetravel.model.values import Constructor, Opaque, Plain, Typed
from ui.timetravel.serde.excerpt import cost
from ui.timetravel.serde.json_text import DuplicateKey, NotationError, dump, load
from ui.timetravel.serde.json_view import display
from ui.timetravel.serde.msgpack.extensions import CONSTRUCTORS

__all__ = ["display", "from_json", "from_text", "to_field", "to_json", "to_text"]

EDITABLE = 200_000
"""How many parts a value may have that is written as text. So many characters of a text count as one:"""
EDITABLE_CHARACTERS = 200
_MOST_IN_A_FIELD = 2_000_000
"""The most characters in a browser's text field: with more it could not be used."""

JSON = Any
"""None | bool | int | float | str | list[JSON] | dict[str, JSON]."""

_ALL_CONSTRUCTORS: tuple[Constructor, ...] = (*CONSTRUCTORS, "langchain")
_ARGS = ("args", None)

# What langgraph-checkpoint 4.3.2, serde/jsonplus.py, writes for types that `_default_constructor` has no rule for.
_CONSTRUCTOR_OF: dict[str, tuple[Constructor, str | None]] = {
    "datetime.datetime": ("method", "fromisoformat"),
    "datetime.date": ("args", None),
    "datetime.time": ("kwargs", None),
    "datetime.timedelta": ("args", None),
    "datetime.timezone": ("args", None),
    "pathlib.Path": ("args", None),
    "pathlib.PosixPath": ("args", None),
    "pathlib.WindowsPath": ("args", None),
    "re.compile": ("args", None),
    "langgraph.types.Send": ("args", None),
    "langgraph.types.Interrupt": ("kwargs", None),
    "numpy.ndarray": ("numpy", None),
    "langgraph.checkpoint.serde.types._DeltaSnapshot": ("delta", None),
}


def to_text(plain: Plain, indent: int = 2) -> str:
    """The JSON text to edit. `from_text` gives the same value back, types included, except for `Opaque`.

    Any browser can show it: no bare NaN, no half characters. Raises EditError if it is nested too deep to write, or too
    large (see `EDITABLE`).
    """
    if cost(plain, EDITABLE, EDITABLE_CHARACTERS) > EDITABLE:
        raise EditError("It is too large to be edited as text.")
    return dump(lambda: to_json(plain), indent)


def to_field(plain: Plain) -> str:
    """The same text for a field on a page. Raises EditError as `to_text` does, and where it is too long for a field."""
    text = to_text(plain)
    if len(text) > _MOST_IN_A_FIELD:
        raise EditError("It is too large to be edited as text.")
    return text


def from_text(text: str) -> Plain:
    """The value of an edited text. Raises EditError, which names the line and column, from 1."""
    return load(text, _from_json)


def to_json(plain: Plain) -> JSON:
    """The value as JSON-able data in the notation above. Numbers and texts stay what they are."""
    kind = type(plain)
    if kind is str or kind is int or kind is bool or plain is None:
        return plain
    if kind is list:
        return [to_json(item) for item in plain]
    if kind is dict:
        return _dict_to_json(plain)
    if kind is float:
        return plain if math.isfinite(plain) else {"$float": str(plain)}
    if kind is bytes:
        return {"$bytes": base64.b64encode(plain).decode("ascii")}
    if kind is Typed:
        return _typed_to_json(plain)
    if kind is tuple:  # only as a key of a dict, where `from_json` makes a list a tuple again
        return [to_json(item) for item in plain]
    if kind is Opaque:
        return {"$opaque": {"type": plain.type, "size": plain.size, "reason": plain.reason}}
    raise EditError(f"A value of type {kind.__name__} is not plain data.")


def from_json(value: JSON) -> Plain:
    """The value from which `to_json` made this one. Raises EditError, with the path of what is not in the notation."""
    try:
        return _from_json(value)
    except NotationError as misfit:
        raise EditError(f"At {misfit.where}: {misfit.message}" if misfit.path else misfit.message) from None


def _default_constructor(name: str, has_fields: bool) -> tuple[Constructor, str | None]:
    """The constructor that LangGraph would write for such a type: most with fields are pydantic models (messages
    are).
    """
    return _CONSTRUCTOR_OF.get(name) or (("pydantic2", "model_validate_json") if has_fields else ("value", None))


def _method_of(constructor: Constructor) -> str | None:
    return "model_validate_json" if constructor == "pydantic2" else None


def _dict_to_json(plain: dict[Plain, Plain]) -> JSON:
    if all(type(key) is str for key in plain):
        return _fields_to_json(plain)
    return {"$map": [[to_json(key), to_json(value)] for key, value in plain.items()]}


def _fields_to_json(fields: dict[str, Plain]) -> dict[str, JSON]:
    return {f"${key}" if key[:1] == "$" else key: to_json(value) for key, value in fields.items()}


def _typed_to_json(typed: Typed) -> JSON:
    value = typed.value
    has_fields = type(value) is dict and all(type(key) is str for key in value)
    said: dict[str, JSON] = {"$type": typed.type}
    if not typed.name or "." in typed.name:  # not a class's name, but a store may hold it
        said["$type"] = [typed.module, typed.name]
    constructor, method = _default_constructor(typed.type, has_fields)
    if typed.constructor != constructor:
        said["$how"] = typed.constructor
        method = _method_of(typed.constructor)
    if typed.method != method:
        said["$method"] = typed.method
    return said | (_fields_to_json(value) if has_fields else {"$value": to_json(value)})


def _split(name: str) -> tuple[str, str]:
    module, _, last = name.rpartition(".")
    return module, last


def _from_json(value: JSON) -> Plain:
    if type(value) is list:
        return [_at(index, _from_json, item) for index, item in enumerate(value)]
    if type(value) is dict:
        return _object(value)
    if isinstance(value, DuplicateKey):
        raise NotationError(f'The key "{value.key}" is there twice: rename or remove one.', [value.key])
    if value is None or type(value) in (bool, int, float, str):
        return value
    raise NotationError(f"A value of type {type(value).__name__} is not JSON.", [])


def _at(step: str | int, read: Callable[[Any], Plain], value: JSON) -> Plain:
    """`read(value)`; on an error, this step is put in front of the error's path, so that the path costs nothing
    otherwise.
    """
    try:
        return read(value)
    except NotationError as misfit:
        misfit.path.insert(0, step)
        raise


def _object(value: dict[str, JSON]) -> Plain:
    for key, read in _FORMS.items():
        if key in value:
            if len(value) > 1:
                raise NotationError(f'"{key}" stands alone: nothing else may be in its braces.', [key])
            return _at(key, read, value[key])
    if "$type" in value:
        return _typed(value)
    return _fields(value)


def _fields(value: dict[str, JSON]) -> dict[str, Plain]:
    fields: dict[str, Plain] = {}
    for key, item in value.items():
        if key[:1] == "$" and key[:2] != "$$":
            raise NotationError(f'"{key}" means nothing here. For a key that begins with a $, write "${key}".', [key])
        fields[key[1:] if key[:1] == "$" else key] = _at(key, _from_json, item)
    return fields


def _typed(value: dict[str, JSON]) -> Typed:
    module, name = _at("$type", _type_name, value["$type"])
    rest = {key: item for key, item in value.items() if key not in ("$type", "$how", "$method")}
    if "$value" in rest:
        if len(rest) > 1:
            raise NotationError('A typed value has either "$value" or fields of its own, not both.', ["$value"])
        made_from = _at("$value", _from_json, rest["$value"])
    else:
        made_from = _fields(rest)
    has_fields = type(made_from) is dict and all(type(key) is str for key in made_from)
    constructor, method = _default_constructor(f"{module}.{name}" if module else name, has_fields)
    if "$how" in value and value["$how"] != constructor:
        constructor = _at("$how", _constructor, value["$how"])
        method = _method_of(constructor)
    if "$method" in value:
        method = _at("$method", _method, value["$method"])
    return Typed(module, name, made_from, constructor, method)


def _type_name(value: JSON) -> tuple[str, str]:
    if type(value) is str and value:
        return _split(value)
    if type(value) is list and len(value) == 2 and type(value[0]) is type(value[1]) is str:
        return value[0], value[1]
    raise NotationError('"$type" is the full name of a type, like "builtins.set".', [])


def _constructor(value: JSON) -> Constructor:
    if value == "unbuilt":
        raise NotationError(
            "This is what the value follows from, not the value: write the value itself in its place.", []
        )
    for constructor in _ALL_CONSTRUCTORS:
        if value == constructor:
            return constructor
    raise NotationError(f'"$how" is one of {", ".join(_ALL_CONSTRUCTORS)}.', [])


def _method(value: JSON) -> str | None:
    if value is None or type(value) is str:
        return value
    raise NotationError('"$method" is the name of a method, or null.', [])


def _bytes(value: JSON) -> bytes:
    try:
        if type(value) is str:
            return base64.b64decode(value, validate=True)
    except ValueError:
        pass
    raise NotationError('"$bytes" is a text in base64, like "aGVsbG8=".', [])


def _float(value: JSON) -> float:
    if value in ("nan", "inf", "-inf"):
        return float(value)
    raise NotationError('"$float" is "nan", "inf" or "-inf"; every other number is written as it is.', [])


def _map(value: JSON) -> dict[Plain, Plain]:
    if type(value) is not list:
        raise NotationError('"$map" is a list of pairs, like [[1, "one"], [2, "two"]].', [])
    return dict(_at(index, _pair, pair) for index, pair in enumerate(value))


def _pair(value: JSON) -> tuple[Plain, Plain]:
    if type(value) is not list or len(value) != 2:
        raise NotationError('Each entry of "$map" is a pair: [key, value].', [])
    key = _hashable(_at(0, _from_json, value[0]))
    try:
        hash(key)
    except TypeError:
        raise NotationError("A dict can't be a key.", [0]) from None
    return key, _at(1, _from_json, value[1])


def _hashable(key: Plain) -> Plain:
    return tuple(_hashable(item) for item in key) if type(key) is list else key


def _opaque(value: JSON) -> Plain:
    raise NotationError("This value could not be read from the store, so it can't be written back: replace it.", [])


_FORMS: dict[str, Callable[[JSON], Plain]] = {
    "$bytes": _bytes,
    "$float": _float,
    "$map": _map,
    "$opaque": _opaque,
}
