"""A graph's state in words: its channels with types and reducers."""

import re
import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from langchain_core.messages import AnyMessage
from langgraph.channels.base import BaseChannel
from pydantic import create_model
from typing_extensions import get_type_hints

from ...runs.overwrite import is_delta
from ...shared.reserved_names import EDGES, END, OWN, PREVIOUS, ROOT
from ..any_graph import AnyGraph
from .input_schema import QUALIFIERS

_PLAIN_CHANNELS = ("LastValue", "LastValueAfterFinish", "EphemeralValue", "AnyValue", "UntrackedValue")
_DOTS = re.compile(r"\b(?:[A-Za-z_]\w*\.)+([A-Za-z_]\w*)")


def channels(graph: AnyGraph) -> list[dict[str, Any]]:
    """The channels that a person declared, in their order."""
    return [_channel(name, each) for name, each in graph.channels.items() if not _internal(name)]


def type_name(declared: Any) -> str:
    """A type as a person writes it: `list[AnyMessage]`, without modules and without the extras of Annotated."""
    if declared == AnyMessage:
        return "AnyMessage"
    origin, args = get_origin(declared), get_args(declared)
    if origin is Annotated or origin in QUALIFIERS:
        return type_name(args[0])
    if origin is Union or origin is types.UnionType:
        return " | ".join(type_name(each) for each in args)
    if origin is Literal:
        return f"Literal[{', '.join(map(repr, args))}]"
    if isinstance(args, tuple) and args and origin is not None:
        inner = ", ".join(_argument(each) for each in args)
        return f"{getattr(origin, '__name__', str(origin))}[{inner}]"
    if declared is None or declared is type(None):
        return "None"
    if isinstance(declared, type):
        return declared.__name__
    return _DOTS.sub(r"\1", str(declared))


def _argument(each: Any) -> str:
    if each is ...:
        return "..."
    return f"[{', '.join(type_name(one) for one in each)}]" if isinstance(each, list) else type_name(each)


def _internal(name: str) -> bool:
    return name not in (ROOT, END, PREVIOUS) and name.startswith((OWN, *EDGES))


def _channel(name: str, channel: Any) -> dict[str, Any]:
    if not isinstance(channel, BaseChannel):
        kind = getattr(channel, "__name__", str(channel))
        return {"name": name, "type": f"managed by LangGraph ({kind})", "reducer": None}
    kind, delta = type_name(channel.ValueType), is_delta(channel)
    return {"name": name, "type": kind, "reducer": _reducer(channel), "delta": delta}


def _reducer(channel: BaseChannel[Any, Any, Any]) -> str | None:
    """The reducer's name, or for another channel class that collects values (Topic, ...) the class's name; else
    None.
    """
    operator: Any = getattr(channel, "operator", None) or getattr(channel, "reducer", None)
    if operator is not None:
        while getattr(operator, "func", None) is not None:
            operator = operator.func
        # add_messages is a closure called _add_messages.
        return str(getattr(operator, "__name__", type(operator).__name__)).lstrip("_")
    kind = type(channel).__name__
    return None if kind in _PLAIN_CHANNELS else kind


def annotations_schema(declared: Any) -> dict[str, Any]:
    """The JSON schema of a TypedDict from its annotations alone. No field is required or has a default."""
    required: frozenset[str] = getattr(declared, "__required_keys__", frozenset())
    fields: dict[str, Any] = {}
    for name, hint in get_type_hints(declared, include_extras=True).items():
        while get_origin(hint) in QUALIFIERS:
            hint = get_args(hint)[0]
        fields[name] = (hint, ...) if name in required else (hint, None)
    schema: dict[str, Any] = create_model(declared.__name__, **fields).model_json_schema()
    for name, each in schema.get("properties", {}).items():
        if name not in required and each.get("default", ...) is None:
            del each["default"]
    return schema
