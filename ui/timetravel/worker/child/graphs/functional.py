"""Graphs made with `@entrypoint` (functional API): the data they hold, and how it is changed."""

from collections.abc import Mapping
from typing import Any

from langgraph.checkpoint.base import Checkpoint

from ..errors.refused import Refused
from ..shared.reserved_names import END, PREVIOUS, START
from .any_graph import AnyGraph
from .imports.live_objects import live_objects
from .langgraph_internals import is_task_function


def is_functional(graph: AnyGraph) -> bool:
    """Whether a graph is an entrypoint, whose channels are what its function returns and saves for the next run."""
    return PREVIOUS in graph.channels and END in graph.channels


def final(checkpoint: Checkpoint, update: Mapping[str, Any]) -> Any:
    """A change of the result or of the saved value, as `update_state` takes it; the other one stays unchanged.

    Raises Refused where the entrypoint has not returned yet: the change would count as its return.
    """
    from langgraph.func import entrypoint

    held = checkpoint["channel_values"]
    if END not in held or START in held:
        raise Refused(
            "The entrypoint has not returned yet here, and a change would count as if it had. Choose a checkpoint "
            "where it has, change what is saved for the next run, and give the thread another input."
        )
    return entrypoint.final(value=update.get(END, held[END]), save=update.get(PREVIOUS, held.get(PREVIOUS)))


def task_names() -> list[str]:
    """The names under which LangGraph runs functions made with `@task`, in every imported module."""
    found = live_objects(is_task_function)
    names = {str(getattr(each, "__name__", "")) for each in found}
    return sorted(names - {""})
