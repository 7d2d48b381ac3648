"""Calls a function that makes a graph, with the arguments that `langgraph dev` passes: a config, and a runtime."""

import inspect
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, get_type_hints

_RUNTIME = "ServerRuntime"


def parameters(factory: Callable[..., Any]) -> list[inspect.Parameter]:
    """Those parameters that can be passed by position or by name, without those that have a default."""
    try:
        found = list(inspect.signature(factory).parameters.values())
    except (TypeError, ValueError):
        return []
    plain = [each for each in found if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)]
    needed = [each for each in plain if each.default is each.empty]
    return needed or plain[:1]


def call(factory: Callable[..., Any], configurable: dict[str, Any], context: Any = None, store: Any = None) -> Any:
    """Call it with a `ServerRuntime` where one is declared (or a parameter is called `runtime`), otherwise with the
    config.

    As langgraph-api 0.16.7 does it (`_factory_utils.py`): neither, one of the two, or both in any order.
    """
    wanted = parameters(factory)
    if not wanted:
        return factory()
    hints = _hints(factory)
    bound = inspect.signature(factory).bind_partial()
    for each in wanted:
        is_runtime = _is_runtime(hints.get(each.name, each.annotation), each.name)
        bound.arguments[each.name] = _runtime(context, store) if is_runtime else {"configurable": dict(configurable)}
    return factory(*bound.args, **bound.kwargs)


def _hints(factory: Callable[..., Any]) -> dict[str, Any]:
    try:
        return get_type_hints(factory)
    except Exception:
        return {}


def _is_runtime(annotation: Any, name: str) -> bool:
    return name == "runtime" or _RUNTIME in str(annotation) or "_ExecutionRuntime" in str(annotation)


def _runtime(context: Any, store: Any) -> Any:
    """The runtime that a LangGraph server passes to a factory; a similar object where langgraph-sdk is too old to have
    it.
    """
    told = {"access_context": "threads.create_run", "user": None, "store": store}
    try:
        from langgraph_sdk import runtime as sdk  # type: ignore[import-not-found, unused-ignore]

        return sdk._ExecutionRuntime(**told, context=context)
    except (ImportError, AttributeError, TypeError):
        made = SimpleNamespace(**told, context=context)
        made.execution_runtime = made
        return made
