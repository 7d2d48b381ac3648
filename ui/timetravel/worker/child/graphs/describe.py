"""Describes a graph: its nodes with their source, its edges, its channels, its input."""

import functools
import inspect
import platform
import sys
from collections.abc import Iterator
from typing import Any

from langgraph.pregel import Pregel

from ..runs.overwrite import has_deltas
from ..shared.reserved_names import END, START
from ..streams.versions import runtime
from .any_graph import AnyGraph
from .drawing import drawing_of
from .functional import task_names
from .load import LoadedModule
from .schemas.context import context_schema, takes_context
from .schemas.input_schema import fills_defaults, input_schema, state_schema
from .schemas.schema import channels


def describe(graph: AnyGraph, loaded: LoadedModule) -> dict[str, Any]:
    """The fields of GraphInfo, as JSON-able data."""
    notes = list(loaded.notes)
    drawing = drawing_of(graph, notes)
    functions = dict(_functions(graph))
    return {
        "name": loaded.name,
        "description": inspect.cleandoc(loaded.module.__doc__ or ""),
        "nodes": [
            _node(str(name), functions) for name in drawing.nodes if str(name).split(":")[-1] not in (START, END)
        ],
        "edges": [
            {"source": edge.source, "target": edge.target, "conditional": edge.conditional, "label": _label(edge)}
            for edge in drawing.edges
        ],
        "channels": channels(graph),
        "outputs": [graph.output_channels] if isinstance(graph.output_channels, str) else [*graph.output_channels],
        "tasks": task_names(),
        "input_schema": input_schema(graph, notes),
        "state_schema": state_schema(graph),
        "context_schema": context_schema(graph, notes),
        "takes_context": takes_context(graph),
        "store": type(graph.store).__name__ if graph.store is not None else "",
        "takes_config": loaded.takes_config,
        "fills_defaults": fills_defaults(graph),
        "notes": notes,
        "python": platform.python_version(),
        "node_names": node_names(graph),
        "runtime": {"python": sys.executable, **runtime()},
        "delta_inside": any(has_deltas(inner) for inner in _inside(graph).values()),
    }


def node_names(graph: AnyGraph) -> dict[str, list[str]]:
    """The names of the nodes, by the path of their graph: "" for this one, "parent|child" for a subgraph."""
    return {path: [str(name) for name in inner.nodes] for path, inner in {"": graph, **_inside(graph)}.items()}


def _inside(graph: AnyGraph) -> dict[str, AnyGraph]:
    """The subgraphs that LangGraph finds, by their paths."""
    try:
        found = dict(graph.get_subgraphs(recurse=True))
    except Exception:  # the drawing has a note on that
        return {}
    return {path: inner for path, inner in found.items() if isinstance(inner, Pregel)}


def awaited_nodes(graph: AnyGraph) -> set[str]:
    """The nodes that can only be awaited, so that they can be cancelled: "parent:child" for those of subgraphs."""
    return {name for name, bound in _functions(graph) if _only_async(bound)}


def _label(edge: Any) -> str:
    """A conditional edge's label; LangGraph labels it with the target's name when the user gave none."""
    label = "" if edge.data is None else str(edge.data)
    return "" if label == edge.target else label


def _functions(graph: AnyGraph, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The function of each node, by the names that `get_graph(xray=True)` gives to nodes."""
    insides = dict(graph.get_subgraphs())
    for name, node in graph.nodes.items():
        inside = insides.get(name)
        if isinstance(inside, Pregel):
            yield from _functions(inside, f"{prefix}{name}:")
        yield prefix + name, node.bound


def _only_async(bound: Any) -> bool:
    """Whether a node can only be awaited. LangGraph's RunnableCallable and langchain's RunnableLambda have a function
    in `func`, a coroutine in `afunc`.
    """
    return getattr(bound, "afunc", None) is not None and getattr(bound, "func", None) is None


def _node(name: str, functions: dict[str, Any]) -> dict[str, Any]:
    bound = functions.get(name)
    source, file, line = _source(_function(bound))
    return {
        "name": name,
        "source": source,
        "file": file,
        "line": line,
        "subgraph": name.rpartition(":")[0],
        "is_async": _only_async(bound),
    }


def _function(bound: Any) -> Any:
    """The function that a person wrote, inside the wrappers of LangGraph and functools."""
    inner: Any
    for _ in range(20):
        if isinstance(bound, functools.partial):
            inner = bound.func
        elif inspect.isfunction(bound) or inspect.ismethod(bound) or inspect.isclass(bound):
            return inspect.unwrap(bound)
        else:
            inner = getattr(bound, "func", None) or getattr(bound, "afunc", None) or getattr(bound, "bound", None)
        if inner is None or inner is bound:
            break
        bound = inner
    return type(bound) if callable(bound) and bound is not None else None


def _source(function: Any) -> tuple[str, str, int]:
    if function is None:
        return "", "", 0
    try:
        lines, line = inspect.getsourcelines(function)
        file = inspect.getsourcefile(function) or ""
    except (OSError, TypeError):
        return "", "", 0
    return inspect.cleandoc("\n" + "".join(lines)), file, line
