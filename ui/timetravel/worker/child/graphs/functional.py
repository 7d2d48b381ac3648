"""Graphs made with `@entrypoint` (functional API): what they hold, and how it is changed."""

from collections.abc import Mapping
from typing import Any

from langgraph.checkpoint.base import Checkpoint
from langgraph.pregel import Pregel

from .live_objects import live_objects
from .refusing import Refused

AnyGraph = Pregel[Any, Any, Any, Any]

_RESULT, _SAVED, _INPUT = "__end__", "__previous__", "__start__"


def is_functional(graph: AnyGraph) -> bool:
    """Whether a graph is an entrypoint: what its function returns, and saves for the next run, are its channels."""
    return _SAVED in graph.channels and _RESULT in graph.channels


def final(checkpoint: Checkpoint, update: Mapping[str, Any]) -> Any:
    """A change of the result or of the saved value, as `update_state` takes it; what is not changed stays as it is.

    Raises Refused where the entrypoint has not returned yet: the change would count as if it had.
    """
    from langgraph.func import entrypoint

    held = checkpoint["channel_values"]
    if _RESULT not in held or _INPUT in held:
        raise Refused(
            "The entrypoint has not returned yet here, and a change would count as if it had. Choose a checkpoint "
            "where it has, change what is saved for the next run, and give the thread another input."
        )
    return entrypoint.final(value=update.get(_RESULT, held[_RESULT]), save=update.get(_SAVED, held.get(_SAVED)))


def task_names() -> list[str]:
    """The names under which LangGraph runs the functions made with `@task`, of every module that is imported."""
    found = live_objects(lambda kind: kind.__name__ == "_TaskFunction")
    names = {str(getattr(each, "__name__", "")) for each in found}
    return sorted(names - {""})
