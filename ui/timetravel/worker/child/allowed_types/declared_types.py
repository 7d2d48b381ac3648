"""The types that a graph declares: for its state, its input and output, its context, its nodes and its tasks.

Only types count that LangGraph's serializer writes: pydantic models, dataclasses, named tuples, enums, secrets. Other
types in a schema (a client, a file, a function) can't have been stored, so no store has a reason to name them.
"""

import dataclasses
import sys
import types
import typing
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any, ForwardRef, get_args, get_origin

from langchain_core.messages import BaseMessage
from langgraph.pregel import Pregel
from typing_extensions import get_type_hints, is_typeddict

from ..graphs.imports.live_objects import live_objects
from ..graphs.langgraph_internals import builder_of, is_task_function

try:
    from langgraph.graph import StateGraph
except ImportError:  # pragma: no cover
    StateGraph = None  # type: ignore[assignment,misc]

_FRAMES = ("builtins", "typing", "typing_extensions", "enum", "pydantic", "langchain", "langchain_core", "langgraph")
"""Packages whose types many classes inherit from: if a schema names one of them, its subclasses are not included."""
_WRITTEN_BY = ("model_dump", "get_secret_value", "dict", "_asdict")
"""Methods by which LangGraph's serializer writes an object (langgraph-checkpoint 4.3.2, serde/jsonplus.py)."""


def types_of(graphs: Iterable[Any]) -> set[type]:
    """The types that these graphs (compiled or not) and tasks declare, with their subclasses."""
    walk = _Walk()
    for each in graphs:
        for declared in _declared(each):
            walk.into(declared)
    return walk.found


def types_of_live_graphs() -> set[type]:
    """The types that any graph or task made by the loaded code declares, whatever calls it; and all message types."""
    return types_of(live_objects(_is_graph)) | {kind for kind in _below(BaseMessage) if is_written(kind)}


def _is_graph(kind: type) -> bool:
    return issubclass(kind, Pregel | StateGraph) or is_task_function(kind)


def _declared(one: Any) -> Iterator[Any]:
    """All annotations and schemas of a graph or a task."""
    yield from _values(one, "context_schema", "config_schema", "config_type", "input_schema", "output_schema")
    if isinstance(one, Pregel):
        for channel in one.channels.values():
            yield from _values(channel, "ValueType", "UpdateType", "typ")
        builder = builder_of(one)
        yield from _declared(builder) if builder is not None else ()
        for node in one.nodes.values():
            yield from _answers(node.bound)
    elif StateGraph is not None and isinstance(one, StateGraph):
        yield from getattr(one, "schemas", {})
        yield from _values(one, "state_schema", "schema", "input", "output")
        for spec in one.nodes.values():
            yield from _values(spec, "input_schema", "input")
            yield from _answers(getattr(spec, "runnable", None))
    elif (function := getattr(one, "func", None)) is not None:
        yield _hints(function).get("return")


def _values(one: Any, *names: str) -> Iterator[Any]:
    for name in names:
        try:
            found = getattr(one, name, None)
        except Exception:
            continue
        if found is not None and not isinstance(found, types.MethodType):
            yield found


def _answers(bound: Any) -> Iterator[Any]:
    """The types in which agents of LangGraph and LangChain are asked to answer: their nodes keep them as
    `response_format` (langgraph-prebuilt 1.1.2, chat_agent_executor.py; langchain 1.4.7, agents/factory.py).
    """
    for name in ("func", "afunc"):
        function = getattr(bound, name, None)
        code = getattr(function, "__code__", None)
        cells = zip(getattr(code, "co_freevars", ()), getattr(function, "__closure__", None) or (), strict=False)
        for free, cell in cells:
            if "response_format" in free:
                yield from _formats(_content(cell))


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return None


def _formats(found: Any) -> Iterator[Any]:
    if isinstance(found, tuple):
        yield from found
    yield found
    yield getattr(found, "schema", None)
    for each in getattr(found, "schema_specs", None) or ():
        yield getattr(each, "schema", None)


class _Walk:
    """Collects the types in annotations, visiting each annotation once."""

    def __init__(self) -> None:
        self.found: set[type] = set()
        self._seen: list[Any] = []
        self._known: set[int] = set()

    def into(self, annotation: Any, module: str = "") -> None:
        """Collect the types in an annotation; names in quotes are looked up in `module`."""
        waiting = [(annotation, module)]
        while waiting:
            one, where = waiting.pop()
            if id(one) in self._known:
                continue
            self._known.add(id(one))
            self._seen.append(one)  # keeps it alive, so that no other object gets its id
            waiting += [(each, getattr(one, "__module__", None) or where) for each in self._inside(one, where)]

    def _inside(self, one: Any, module: str) -> Iterator[Any]:
        if isinstance(one, str | ForwardRef):
            yield _resolved(one if isinstance(one, str) else one.__forward_arg__, module)
        elif (origin := get_origin(one)) is not None:
            yield origin
            yield from (type(each) if isinstance(each, Enum) else each for each in get_args(one) if each is not ...)
        elif isinstance(one, type):
            yield from self._in_type(one)
        else:
            # type aliases, NewType, type variables
            yield from _values(one, "__value__", "__supertype__", "__bound__", "__default__")
            yield from getattr(one, "__constraints__", ()) or ()

    def _in_type(self, kind: type) -> Iterator[Any]:
        if is_typeddict(kind):
            yield from _hints(kind).values()
            return
        if not is_written(kind):
            return
        self.found.add(kind)
        if kind.__module__.partition(".")[0] in _FRAMES:
            return
        yield from _below(kind)
        yield from _hints(kind).values()
        for fields in ("model_fields", "__fields__"):
            for each in _mapping(kind, fields):
                yield getattr(each, "annotation", None) or getattr(each, "outer_type_", None)


def is_written(kind: type) -> bool:
    """Whether LangGraph's serializer writes objects of this type, so that a store may name it."""
    if issubclass(kind, Enum) or dataclasses.is_dataclass(kind):
        return True
    return kind.__module__ != "builtins" and any(callable(getattr(kind, name, None)) for name in _WRITTEN_BY)


def _below(kind: type) -> Iterator[type]:
    try:
        below: list[type] = type.__subclasses__(kind)
    except Exception:
        return
    for each in below:
        yield each
        yield from _below(each)


def _mapping(kind: type, name: str) -> list[Any]:
    found = vars(kind).get(name) or vars(kind).get("__pydantic_fields__")
    return list(found.values()) if isinstance(found, dict) else []


def _hints(one: Any) -> dict[str, Any]:
    """The annotations of an object; as they are where a name can't be found, such as one from a `TYPE_CHECKING`
    block.
    """
    try:
        return get_type_hints(one, include_extras=True)
    except Exception:
        return dict(getattr(one, "__annotations__", None) or {})


def _resolved(text: str, module: str) -> Any:
    """The meaning of an annotation in quotes in its module: a name, or names with dots; None for anything else.

    It is not evaluated: where that is possible LangGraph and pydantic have done it already.
    """
    found: Any = sys.modules.get(module)
    for part in text.split("."):
        found = getattr(found, "__dict__", {}).get(part)
    return found if found is not None else getattr(typing, text, None) if text.isidentifier() else None
