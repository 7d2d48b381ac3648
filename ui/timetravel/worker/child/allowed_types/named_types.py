"""The names in serialized bytes, found without importing or calling any of them; and the same bytes as inert data.

The codes and payloads are those of langgraph-checkpoint 2.1.2 to 4.3.2 (serde/jsonplus.py): extensions 0 to 5 hold
(module, name, argument[, method]), 6 a numpy array, 7 the value of a delta channel's snapshot; JSON has LangChain's
constructors, {"lc": 1 or 2, "type": "constructor", "id": [...]}.
"""

import json
from typing import Any

import ormsgpack
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from ..errors.refused import Refused
from ..savers.internals.serializers import kind_of_snapshots, names_of_today
from ..shared.standard_types import StoredType
from .pickles import inert_pickle, names_in_pickle

_METHOD, _V1, _V2, _NUMPY, _DELTA = 3, 4, 5, 6, 7
_OPTION = ormsgpack.OPT_NON_STR_KEYS
_NO_NAME = "The store holds a value which does not say in LangGraph's way what it is of: nothing was built of it."
_CONSTRUCTS = (None, "construct", "model_construct")
"""The methods in older versions' form of pydantic models: the constructor, or the one that does not validate."""


def names_in(kind: str, data: bytes, *, constructors: bool = True) -> set[StoredType]:
    """What LangGraph's serializer would call to build a value, each by its module and name.

    `constructors`: the serializer builds JSON's constructors of any module, as those before langgraph-checkpoint 3 do.
    Raises Refused for names in a form that LangGraph does not write; and the errors of msgpack and JSON.
    """
    if kind == "msgpack":
        return _in_msgpack(data)
    if kind == "json":
        return _in_json(data, constructors=constructors)
    return names_in_pickle(data) if kind == "pickle" else set()


def inert(kind: str, data: bytes) -> Any:
    """The value with nothing in it built: LangGraph's serializers write it back unchanged.

    Pickled objects become placeholders, which can't be written back. Raises Refused for a format that is not one of
    LangGraph's.
    """
    if kind == "null":
        return None
    if kind in ("bytes", "bytearray"):
        return bytes(data) if kind == "bytes" else bytearray(data)
    if kind == "msgpack":
        return ormsgpack.unpackb(data, ext_hook=_left, option=_OPTION)
    if kind == "json":
        return json.loads(data, object_hook=_constructor_left)
    if kind == "pickle":
        return inert_pickle(data)
    raise Refused(f'The store holds a value of the kind "{kind}", which LangGraph\'s own serializers do not write.')


def sent_to(value: Any) -> list[str]:
    """The nodes of the `Send`s in an inert list; "" for an item that is not a Send."""
    return [_node(each) for each in value] if isinstance(value, list) else []


def _node(send: Any) -> str:
    if not isinstance(send, ormsgpack.Ext):
        return str(getattr(send, "node", ""))
    found = ormsgpack.unpackb(ormsgpack.packb(send), ext_hook=lambda _, data: _parts(data), option=_OPTION)
    named = isinstance(found, list) and len(found) > 2 and found[1] == "Send" and isinstance(found[2], list)
    return str(found[2][0]) if named and found[2] else ""


def _parts(data: bytes) -> Any:
    return ormsgpack.unpackb(data, ext_hook=lambda *_: None, option=_OPTION)


# --- msgpack ---


def _left(code: int, data: bytes) -> Any:
    """An extension, not built; except snapshots, which LangGraph's savers recognize by their type."""
    if code == _DELTA and (kind := kind_of_snapshots()) is not None:
        return kind(ormsgpack.unpackb(data, ext_hook=_left, option=_OPTION))
    return ormsgpack.Ext(code, data)


def _in_msgpack(data: bytes) -> set[StoredType]:
    found: set[StoredType] = set()

    def look(code: int, data: bytes) -> None:
        payload = ormsgpack.unpackb(data, ext_hook=look, option=_OPTION)
        if 0 <= code <= _V2:
            found.add(_named(code, payload))
        elif code == _NUMPY and not _is_array(payload):
            raise Refused(_NO_NAME)

    ormsgpack.unpackb(data, ext_hook=look, option=_OPTION)
    return found


def _named(code: int, payload: Any) -> StoredType:
    """The module and name in a payload. Its shape is checked, so that nothing but these two texts can be looked up."""
    shaped = type(payload) is list and len(payload) >= (4 if code == _METHOD else 3)
    if not shaped or type(payload[0]) is not str or type(payload[1]) is not str:
        raise Refused(_NO_NAME)
    if code != _METHOD:
        return payload[0], payload[1]
    if type(payload[3]) is not str:
        raise Refused(_NO_NAME)
    return payload[0], f"{payload[1]}.{payload[3]}"


def _is_array(payload: Any) -> bool:
    """Whether the dtype is of numbers, texts or times rather than of objects."""
    if type(payload) is not list or len(payload) != 4:
        return False
    dtype, shape, order, buffer = payload
    told = type(dtype) is str and type(buffer) is bytes and order in ("C", "F") and "O" not in dtype
    return told and type(shape) is list and all(type(each) is int for each in shape)


# --- JSON ---


def _in_json(data: bytes, *, constructors: bool) -> set[StoredType]:
    found: set[StoredType] = set()

    def look(value: dict[str, Any]) -> dict[str, Any]:
        number = value.get("lc")
        if isinstance(number, dict | list):
            raise Refused(_NO_NAME)
        if value.get("type") == "secret" and number == 1:
            found.add(("os", "environ"))
        elif _is_constructor(value) and (number == 1 or constructors):
            found.update(_named_in_json(value))
        return value

    json.loads(data, object_hook=look)
    return found


def _is_constructor(value: dict[str, Any]) -> bool:
    kind = value.get("type")
    if value.get("lc") not in (1, 2) or value.get("id") is None:
        return False
    if isinstance(kind, dict | list):
        raise Refused(_NO_NAME)
    return kind == "constructor"


def _path(value: dict[str, Any]) -> tuple[str, ...]:
    """The module's parts and the name; for LangChain's own constructors under their present names."""
    path = value["id"]
    if type(path) is not list or len(path) < 2 or not all(type(part) is str for part in path):
        raise Refused(_NO_NAME)
    return tuple(names_of_today().get(tuple(path), path)) if value["lc"] == 1 else tuple(path)


def _named_in_json(value: dict[str, Any]) -> set[StoredType]:
    *module, name = _path(value)
    methods = value.get("method") if value["lc"] == 2 else None
    methods = methods if isinstance(methods, list) else [methods]
    if not all(each is None or type(each) is str for each in methods):
        raise Refused(_NO_NAME)
    names = [name if each in _CONSTRUCTS else f"{name}.{each}" for each in methods]
    return {(".".join(module), each) for each in names}


def _constructor_left(value: dict[str, Any]) -> Any:
    """A constructor as the equivalent msgpack extension, where there is one."""
    if not _is_constructor(value):
        return value
    *module, name = _path(value)
    start = [".".join(module), name]
    args, kwargs, methods = value.get("args"), value.get("kwargs"), value.get("method")
    if value["lc"] == 1:
        return _extension(_V2, [*start, kwargs or {}, "model_validate_json"])
    if isinstance(methods, str):
        return _extension(_METHOD, [*start, args[0], methods]) if isinstance(args, list) and len(args) == 1 else value
    if isinstance(methods, list):
        return _extension(_V2 if "model_construct" in methods else _V1, [*start, kwargs or {}])
    if args and kwargs:
        return value
    return _extension(2, [*start, kwargs]) if kwargs else _extension(1, [*start, args or []])


def _extension(code: int, payload: Any) -> Any:
    return ormsgpack.Ext(code, JsonPlusSerializer().dumps_typed(payload)[1])
