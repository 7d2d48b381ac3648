"""Writes that replace a channel's value despite its reducer."""

from typing import Any

from langgraph.channels import BinaryOperatorAggregate

from ..errors.refused import Refused
from ..graphs.any_graph import AnyGraph

try:
    from langgraph.channels.delta import DeltaChannel
except ImportError:  # before LangGraph 1.2
    DeltaChannel = None  # type: ignore[assignment,misc]


def is_delta(channel: Any) -> bool:
    """Whether the value of a channel is spread over the ancestors of a checkpoint."""
    return DeltaChannel is not None and isinstance(channel, DeltaChannel)


def has_deltas(graph: AnyGraph) -> bool:
    """Whether the graph has such a channel."""
    return any(is_delta(each) for each in graph.channels.values())


def setting(graph: AnyGraph, name: str, value: Any) -> Any:
    """A write that sets an empty channel to a value from a server: JSON, with messages as dicts.

    Reducers of messages, and those of delta channels, build messages from dicts, and take an empty list as nothing.
    Other reducers may count an empty value in (0 times anything is 0), so they are bypassed.
    """
    reducer = getattr(graph.channels.get(name), "operator", None)
    builds = reducer is None or "messages" in getattr(reducer, "__name__", "")
    return value if builds else replacing(graph, name, value)


def replacing(graph: AnyGraph, name: str, value: Any) -> Any:
    """A write that bypasses the reducer, where there is one that LangGraph lets be bypassed; elsewhere a write replaces
    anyway.
    """
    kinds = (BinaryOperatorAggregate, *((DeltaChannel,) if DeltaChannel is not None else ()))
    if not isinstance(graph.channels.get(name), kinds):
        return value
    try:
        from langgraph.types import Overwrite
    except ImportError:
        raise Refused("This LangGraph can't replace a value that has a reducer: it is older than 1.0.3.") from None
    return Overwrite(value)
