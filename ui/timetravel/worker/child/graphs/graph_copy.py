"""Copies a graph without losing which types it may read."""

from typing import Any, TypeVar

from langgraph.pregel import Pregel

from .langgraph_internals import declare_types, declared_types

Graph = TypeVar("Graph", bound=Pregel[Any, Any, Any, Any])


def copied(graph: Graph, **update: Any) -> Graph:
    """A copy with other attributes.

    LangGraph's own `copy` loses the types that the state declares (1.2.22, pregel/main.py, `_serde_allowlist`), so that
    with LANGGRAPH_STRICT_MSGPACK none of them could be built.
    """
    made = graph.copy(update=update)
    allowed = declared_types(graph)
    if allowed is not None:
        declare_types(made, allowed)
    return made
