"""Edits before the first node has run, where LangGraph 1.2.22 would silently lose something.

Such an edit counts as coming from START, which passes on the channels of the graph's input schema and drops the rest;
and if the input itself has not been taken in yet, the edit replaces it.
"""

from collections.abc import Mapping
from typing import Any

from langgraph.checkpoint.base import Checkpoint
from langgraph.constants import START

from ..graphs.any_graph import AnyGraph
from ..graphs.langgraph_internals import fields_of_input


def counts_as_start(graph: AnyGraph, checkpoint: Checkpoint, as_node: str | None) -> bool:
    """Whether an edit of this checkpoint counts as coming from START: by request, or because LangGraph will infer it.

    LangGraph infers the node that saw the newest versions (langgraph 1.2.22, pregel/main.py, `_infer_as_node`).
    """
    if as_node is not None:
        return as_node == START
    seen_by: dict[str, dict[str, Any]] = dict(checkpoint["versions_seen"])
    newest = {node: max(seen.values()) for node, seen in seen_by.items() if node in graph.nodes and seen}
    return START in graph.nodes and (not newest or max(newest, key=lambda node: newest[node]) == START)


def dropped_channels(graph: AnyGraph, values: Mapping[str, Any]) -> list[str]:
    """The channels of an edit that START would drop; none where the graph does not declare its input."""
    schema = fields_of_input(graph)
    return [] if schema is None else [name for name in values if name not in set(schema)]


def waiting_input(graph: AnyGraph, checkpoint: Checkpoint) -> Mapping[str, Any]:
    """The input that START has not taken in yet, if it is a mapping; otherwise empty."""
    version: Any = checkpoint["channel_versions"].get(START)
    seen: Any = checkpoint["versions_seen"].get(START, {}).get(START)
    given = checkpoint["channel_values"].get(START)
    due = version is not None and (seen is None or version > seen)
    return given if due and isinstance(given, Mapping) and START in graph.nodes else {}
