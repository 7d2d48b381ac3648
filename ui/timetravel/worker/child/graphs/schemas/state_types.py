"""Tries how the first nodes of a graph build their state, before anything is written.

LangGraph builds a node's input with the state's own type when the node starts. For a pydantic model or a dataclass that
may fail, and by that time two checkpoints have been written (langgraph 1.2.22, graph/state.py, `_pick_mapper` and
`_coerce_state`). For a TypedDict it checks nothing.
"""

import copy
import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from langgraph.channels.base import BaseChannel
from langgraph.channels.binop import BinaryOperatorAggregate
from langgraph.constants import START
from langgraph.types import Command
from pydantic import BaseModel, ValidationError

from ...errors.refused import Refused
from ...shared.reserved_names import ROOT
from ..any_graph import AnyGraph
from ..langgraph_internals import builder_of, declared_nodes, declared_state, ends_of_edges, schemas_of_branches

_MANAGED = {"IsLastStepManager": False, "RemainingStepsManager": 24}
"""A placeholder for the values that LangGraph itself will give."""


@dataclass(frozen=True)
class StateReader:
    """A reader of the state: the channels it reads, and how it builds its type from them (None: it takes a dict)."""

    channels: tuple[str, ...]
    build: Callable[[dict[str, Any]], Any] | None
    schema: Any


def first_readers(graph: AnyGraph) -> list[StateReader]:
    """The nodes to which START always leads, and a branch at START; empty for a graph that is no StateGraph."""
    readers = [_node(graph, end) for end in sorted(ends_of_edges(graph, START)) if end in graph.nodes]
    readers += [_of_schema(graph, schema) for schema in schemas_of_branches(graph, START)]
    return [each for each in readers if each is not None]


def builds_its_type(graph: AnyGraph) -> bool:
    """Whether a first node builds a type of its own, which fills in defaults for what is left out."""
    return any(reader.build for reader in first_readers(graph))


def required_channels(graph: AnyGraph) -> frozenset[str]:
    """The channels without which a first node can't start on a new thread."""
    found: set[str] = set()
    for reader in first_readers(graph):
        if reader.build:
            found |= {name for name in _required(reader.schema) if name in reader.channels}
    return frozenset(name for name in found if not _has_value(graph.channels.get(name)))


def refuse_input(graph: AnyGraph, held: Mapping[str, Any], value: Any) -> None:
    """Raise Refused for an input with which LangGraph, a reducer or a first node's own type would fail.

    `held` are the values that the thread has already.
    """
    if value is None:
        raise Refused("null is no input: to LangGraph it means to go on with what is due. Nothing was written.")
    if builder_of(graph) is None or ROOT in graph.channels:
        return
    if not isinstance(value, Mapping):
        if isinstance(value, (str, int, float)) or (isinstance(value, list) and not _has_command(value)):
            raise Refused(
                f"The input must be an object with channels as its keys, not {value!r:.80}. Nothing was written."
            )
        return
    after, wrong = _with(graph, held, value, ())
    for reader in first_readers(graph):
        wrong += [each for each in _misfits(graph, reader, after) if each not in wrong]
    if wrong:
        raise Refused(f"The input is not what the graph takes, so nothing was written. {_said(wrong)}")


def refuse_edit(
    graph: AnyGraph, held: Mapping[str, Any] | None, values: Mapping[str, Any], replaced: Iterable[str]
) -> None:
    """Raise Refused for a change after which the state's own type, or a reducer, would fail.

    What was wrong with the previous values, `held`, does not count. None: they are not known.
    """
    before = held or {}
    after, wrong = _with(graph, before, values, frozenset(replaced))
    reader = _of_schema(graph, declared_state(graph))
    if reader is not None:
        old = _misfits(graph, reader, before)
        new = [each for each in _misfits(graph, reader, after) if each not in old]
        wrong += new if held is not None else [each for each in new if each[0] and each[0][0] in values]
    if wrong:
        raise Refused(f"The change does not fit the graph's state, so nothing was written. {_said(wrong)}")


Wrong = tuple[tuple[Any, ...], str]
"""A path in the state, and what is wrong there."""


def _with(
    graph: AnyGraph, held: Mapping[str, Any], given: Mapping[str, Any], replaced: Iterable[str]
) -> tuple[dict[str, Any], list[Wrong]]:
    """The state after the change, and the errors of reducers. Channels that LangGraph ignores are left out."""
    after, wrong = dict(held), []
    for name, value in given.items():
        channel = graph.channels.get(name)
        if not isinstance(channel, BaseChannel):
            continue
        if name in replaced or not isinstance(channel, BinaryOperatorAggregate):
            after[name] = value
            continue
        try:
            after[name] = _reduced(channel, held, name, value)
        except Exception as error:
            wrong.append(((name,), f"{type(error).__name__}: {error}"))
    return after, wrong


def _reduced(channel: Any, held: Mapping[str, Any], name: str, value: Any) -> Any:
    """The result of the reducer, on copies, since a reducer may change its arguments."""
    fresh = channel.from_checkpoint(copy.deepcopy(held[name])) if name in held else copy.deepcopy(channel)
    fresh.update([copy.deepcopy(value)])
    return fresh.get()


def _misfits(graph: AnyGraph, reader: StateReader, values: Mapping[str, Any]) -> list[Wrong]:
    if reader.build is None:
        return []
    given = {name: values[name] for name in reader.channels if name in values} | _given_anyway(graph, reader, values)
    try:
        reader.build(given)
    except ValidationError as error:
        return [(tuple(each["loc"]), each["msg"]) for each in error.errors(include_url=False, include_context=False)]
    except Exception as error:
        return [((), str(error) or type(error).__name__)]
    return []


def _given_anyway(graph: AnyGraph, reader: StateReader, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that LangGraph adds itself: managed values, and those with which reducers begin."""
    given: dict[str, Any] = {}
    known: Mapping[str, Any] = graph.channels
    for name in reader.channels:
        channel = known.get(name)
        if channel is None:
            continue
        if not isinstance(channel, BaseChannel):
            given[name] = _MANAGED.get(getattr(channel, "__name__", ""))
        elif name not in values and _has_value(channel):
            given[name] = channel.get()
    return given


def _said(wrong: list[Wrong]) -> str:
    shown = [(f"{_where(path)}: " if path else "") + message.rstrip(".") for path, message in wrong[:8]]
    more = len(wrong) - len(shown)
    return "; ".join(shown) + (f"; and {more} more" if more else "") + "."


def _where(path: tuple[Any, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def _node(graph: AnyGraph, name: str) -> StateReader | None:
    node: Any = graph.nodes[name]
    spec = declared_nodes(graph).get(name)
    channels = node.channels
    if isinstance(channels, str) or spec is None:
        return None
    schema = getattr(spec, "input_schema", None) or getattr(spec, "input", None)
    return StateReader(tuple(channels), node.mapper, schema)


def _of_schema(graph: AnyGraph, schema: Any) -> StateReader | None:
    """A reader with the type of the node that has this schema; None where no node has it."""
    for name in declared_nodes(graph):
        reader = _node(graph, name) if name in graph.nodes else None
        if reader is not None and reader.schema is schema:
            return reader
    return None


def _required(schema: Any) -> Iterable[str]:
    if isinstance(schema, type) and issubclass(schema, BaseModel):
        return [name for name, each in schema.model_fields.items() if each.is_required()]
    if dataclasses.is_dataclass(schema):
        absent = dataclasses.MISSING
        return [each.name for each in dataclasses.fields(schema) if each.default is each.default_factory is absent]
    return []


def _has_value(channel: Any) -> bool:
    """Whether a channel has a value before anything was written: one with a reducer may have one, managed ones always
    do.
    """
    if not isinstance(channel, BaseChannel):
        return channel is not None
    try:
        channel.get()
    except Exception:
        return False
    return True


def _has_command(value: list[Any]) -> bool:
    return any(isinstance(each, Command) for each in value)
