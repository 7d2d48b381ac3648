"""Draws a graph even if parts of it raise errors.

LangGraph finds the edges by going through the graph with an empty input, and computes the cache keys of nodes on the
way (langgraph 1.2.22, pregel/_draw.py): a key function that expects something in its input fails there.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from .any_graph import AnyGraph


def drawing_of(graph: AnyGraph, notes: list[str]) -> Any:
    """The nodes and edges of a graph, with those of subgraphs where they can be drawn; `notes` is extended by what
    can't be.
    """
    problem: Exception | None = None
    for without_cache, inside in ((False, True), (True, True), (False, False), (True, False)):
        try:
            drawing = (_without_cache(graph) if without_cache else graph).get_graph(xray=inside)
        except Exception as error:
            problem = problem or error
            continue
        if not inside:
            notes.append(f"The insides of subgraphs can't be drawn ({_said(problem)}).")
        return drawing
    notes.append(f"Its edges can't be drawn ({_said(problem)}).")
    return SimpleNamespace(nodes=list(graph.nodes), edges=[])


def _said(problem: Exception | None) -> str:
    return f"{type(problem).__name__}: {problem}"


def _without_cache(graph: AnyGraph) -> AnyGraph:
    """The same graph, for a drawing, without cache keys."""
    bare = graph.copy(update={"cache_policy": None})
    bare.nodes = {name: _bare(node) for name, node in graph.nodes.items()}
    return bare


def _bare(node: Any) -> Any:
    copied: Callable[[dict[str, Any]], Any] | None = getattr(node, "copy", None)
    return copied({"cache_policy": None}) if copied and getattr(node, "cache_policy", None) else node
