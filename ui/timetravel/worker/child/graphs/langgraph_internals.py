"""What the worker uses of graphs and runs beyond LangGraph's public interface (langgraph 0.6.11 to 1.2.22).

Each use has a fallback for a missing part, and one line in the worker's output reports it (shared/missing_parts.py). If
a version is too old to have a part, that is expected, and not reported. Each function imports only what it needs of
LangGraph, since `streams/versions.py` is used where it can't be imported.
"""

import sys
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from ..shared.missing_parts import CHANGED, do_without
from ..shared.protocol import too_old
from ..shared.reserved_names import TASK_ID

# --- the processes ---


@cache
def checkpoint_format() -> int:
    """The number of the format in which this LangGraph writes checkpoints (their "v"); 0 where it is not known.

    LangGraph has it as LATEST_VERSION (pregel/_checkpoint.py); otherwise a checkpoint is written to find out.
    """
    try:
        from langgraph.pregel._checkpoint import LATEST_VERSION

        return int(LATEST_VERSION)
    except CHANGED as error:
        do_without("langgraph.pregel._checkpoint.LATEST_VERSION", "It is found out by writing a checkpoint", error)
    try:
        return _format_by_writing()
    except Exception as error:
        do_without("The format of checkpoints", "Whether other versions can read them is not looked at", error)
        return 0


def _format_by_writing() -> int:
    from langgraph.checkpoint.memory import InMemorySaver
    from langgraph.graph import StateGraph

    builder: Any = StateGraph(dict)
    builder.add_node("node", lambda state: state)
    builder.set_entry_point("node")
    saver = InMemorySaver()
    where: Any = {"configurable": {"thread_id": "1", "checkpoint_ns": ""}}
    builder.compile(checkpointer=saver).invoke({"a": 1}, where)
    found = saver.get_tuple(where)
    return int(found.checkpoint["v"]) if found else 0


@cache
def _config_variable() -> Any:
    try:
        from langchain_core.runnables.config import var_child_runnable_config

        return var_child_runnable_config
    except CHANGED as error:
        do_without("var_child_runnable_config", "Output is told without the node that it is of", error)
        return None


def running_task() -> tuple[str, str]:
    """The node and the task id of the running code; both empty outside of a task, and where they are not known.

    LangGraph keeps the config of a task in a context variable of langchain-core.
    """
    variable = _config_variable()
    config = variable.get() if variable is not None else None
    if not config:
        return "", ""
    node = (config.get("metadata") or {}).get("langgraph_node", "")
    task = (config.get("configurable") or {}).get(TASK_ID, "")
    if node and not task:
        do_without(f"The setting {TASK_ID}", "Output is told without the task that it is of")
    return str(node), str(task)


def new_run_control() -> Any:
    """LangGraph's object to end a run between supersteps; None in versions before 1.2."""
    try:
        from langgraph.runtime import RunControl

        return RunControl()
    except CHANGED as error:
        if not too_old(_langgraph(), "1.2"):
            do_without("langgraph.runtime.RunControl", "A run that is stopped is cancelled after its superstep", error)
        return None


def is_drained(error: BaseException) -> bool:
    """Whether a run raised this error because its control was asked to end it."""
    return type(error).__name__ == "GraphDrained"


def variables_of_hooks() -> list[str]:
    """The variables by which libraries make LangChain add their handlers (langchain-core, tracers/context.py)."""
    context: Any = sys.modules.get("langchain_core.tracers.context")
    if context is None:
        return []
    try:
        return [str(hook[3]) for hook in context._configure_hooks if hook[3]]
    except (*CHANGED, LookupError) as error:
        do_without("_configure_hooks of LangChain", "What other handlers send of a run is not held back", error)
        return []


def is_task_function(kind: type) -> bool:
    """Whether this is the type of a functional graph's tasks (func/__init__.py, `_TaskFunction`)."""
    return kind.__name__ == "_TaskFunction"


def _langgraph() -> str:
    try:
        return version("langgraph")
    except PackageNotFoundError:
        return ""


# --- what a graph declares ---

_UNCHECKED = "What a graph's input and state must be is not known before LangGraph itself looks at it"


def builder_of(graph: Any) -> Any:
    """The StateGraph from which a graph was compiled; None for a graph that was made in another way."""
    found = getattr(graph, "builder", None)
    if found is None and any(kind.__name__ == "CompiledStateGraph" for kind in type(graph).__mro__):
        do_without("CompiledStateGraph.builder", _UNCHECKED)
    return found


def _part(graph: Any, name: str) -> Any:
    """The attribute of the graph's StateGraph with this name, in every known version; None where it has none."""
    builder = builder_of(graph)
    if builder is not None and not hasattr(builder, name):
        do_without(f"StateGraph.{name}", _UNCHECKED)
    return getattr(builder, name, None)


def declared_input(graph: Any) -> Any:
    """The type of the input. LangGraph before 0.6 calls it `input`. Raises AttributeError where there is none."""
    builder = graph.builder
    return getattr(builder, "input_schema", None) or builder.input


def declared_state(graph: Any) -> Any:
    """The type of the state; None where there is none. LangGraph before 0.6 calls it `schema`."""
    builder = builder_of(graph)
    return getattr(builder, "state_schema", None) or getattr(builder, "schema", None)


def declared_channels(graph: Any) -> Mapping[str, Any]:
    """The channels that the types declare, by name."""
    found: Mapping[str, Any] = _part(graph, "channels") or {}
    return found


def declared_nodes(graph: Any) -> Mapping[str, Any]:
    """What was declared for each node, by its name."""
    found: Mapping[str, Any] = _part(graph, "nodes") or {}
    return found


def ends_of_edges(graph: Any, start: str) -> list[str]:
    """The nodes to which the edges from a node lead."""
    return [end for begin, end in (_part(graph, "edges") or ()) if begin == start]


def schemas_of_branches(graph: Any, start: str) -> list[Any]:
    """The types that the functions of the conditional edges from a node take."""
    branches = (_part(graph, "branches") or {}).get(start, {}).values()
    return [getattr(branch, "input_schema", None) or declared_state(graph) for branch in branches]


def fields_of_input(graph: Any) -> Iterable[str] | None:
    """The channels that the graph takes as input; None where it does not say."""
    schemas: Mapping[Any, Iterable[str]] = _part(graph, "schemas") or {}
    return schemas.get(getattr(builder_of(graph), "input_schema", None))


# --- the types that a graph's state declares ---


def declared_types(graph: Any) -> Any:
    """The set of types that the state declares, for LangGraph's strict mode; None where it has none."""
    return getattr(graph, "_serde_allowlist", None)


def declare_types(graph: Any, types: Any) -> None:
    """Set the set of types that a graph declares."""
    graph._serde_allowlist = types


def saver_with_types_of(graph: Any, saver: Any) -> Any:
    """The saver as a run of the graph reads it: in strict mode it builds the types that the state declares."""
    apply = getattr(graph, "_apply_checkpointer_allowlist", None)
    return apply(saver) if apply else saver
