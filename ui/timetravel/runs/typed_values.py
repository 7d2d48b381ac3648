"""Values of a person's own types in a store, and what happens to those that can't be built. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from ui.timetravel.model.values import Plain, Typed
from ui.timetravel.worker.child.shared.standard_types import STANDARD, StoredType

_MOST_NAMES = 200
_MOST = 200_000
"""The most values that are examined: in a larger state a type that appears only after these is unlikely."""
_ALWAYS_THERE = ("builtins", "datetime", "uuid", "decimal", "pathlib", "collections", "re", "ipaddress", "zoneinfo")
_LANGCHAIN = ("langchain_core", "langgraph")


class Lost(StrEnum):
    """Why a type can't be built where a graph runs."""

    GONE = "gone"
    NO_MODULE = "no module"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class TypesHere:
    """The types in a store that can't be built where a graph runs, with the reasons; and those that are not built,
    because neither the graphs' schemas nor a person has allowed them.
    """

    lost: Mapping[StoredType, Lost] = field(default_factory=dict)
    refused: frozenset[StoredType] = frozenset()


def named_types(*values: Plain) -> dict[StoredType, None]:
    """The classes and functions that would be called to build these values, in order of appearance, without standard
    types.

    A method is named with a dot, as "Person.parse". At most the first 200.
    """
    found: dict[StoredType, None] = {}
    for typed in islice((typed for value in values for typed in _typed(value)), _MOST):
        name = f"{typed.name}.{typed.method}" if typed.constructor == "method" else typed.name
        if (typed.module, name) not in STANDARD:
            found.setdefault((typed.module, name))
        if len(found) == _MOST_NAMES:
            break
    return found


def own_types(values: Mapping[str, Plain]) -> dict[StoredType, tuple[str, str]]:
    """The types that are neither Python's own nor LangChain's, each with the first channel it occurs in and what it is
    made from ("a dict", "a list", "a text", ...).
    """
    found: dict[StoredType, tuple[str, str]] = {}
    left = _MOST
    for channel, value in values.items():
        for typed in _typed(value):
            left -= 1
            if left < 0:
                return found
            kind = (typed.module, typed.name)
            if typed.module.split(".")[0] not in (*_ALWAYS_THERE, *_LANGCHAIN) and typed.module:
                found.setdefault(kind, (channel, _words(typed.value)))
    return found


def _typed(value: Plain) -> Iterator[Typed]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Typed):
            if one.constructor in ("value", "args", "kwargs", "method", "pydantic1", "pydantic2"):
                yield one
            waiting.append(one.value)
        elif isinstance(one, dict):
            waiting.extend(reversed(one.values()))
        elif isinstance(one, list):
            waiting.extend(reversed(one))


def _words(inner: Plain) -> str:
    """What takes the place of a value that can't be built: the data it would have been built from (langgraph-checkpoint
    4.3.2, serde/jsonplus.py, `_create_msgpack_ext_hook`).
    """
    names = {dict: "a dict", list: "a list", str: "a text", int: "a number", float: "a number", bool: "a truth value"}
    return names.get(type(inner), "plain data")


def about_lost(lost: Mapping[StoredType, Lost], here: Mapping[StoredType, tuple[str, str]]) -> list[str]:
    """Sentences for a person before a run from a state with these types: one for each type, and what to do about it."""
    said = [_sentence(kind, why, *here[kind]) for kind, why in lost.items() if kind in here]
    blocked = [kind for kind, why in lost.items() if why is Lost.BLOCKED and kind in here]
    if blocked:
        lines = ", ".join(f"({module!r}, {name!r})" for module, name in blocked)
        said.append(f"To allow these types: JsonPlusSerializer(allowed_msgpack_modules=[{lines}]).")
    return said


def _sentence(kind: StoredType, why: Lost, channel: str, instead: str) -> str:
    module, name = kind
    reason = {
        Lost.GONE: "the graph's own file has no such type"
        if module == "__main__"
        else f"the module {module} has no such type any more",
        Lost.NO_MODULE: f"there is no module {module} here",
        Lost.BLOCKED: "LANGGRAPH_STRICT_MSGPACK is set, and it is not among the types that are allowed",
    }[why]
    return f"{module}.{name} (in {channel}) comes back as {instead}, since {reason}."
