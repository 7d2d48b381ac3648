"""The types that a store names: which of them can be built here, and those of `__main__`.

An app that was started as `python agent.py` stores its own types as types of `__main__`, which is another module here.
"""

import sys
from collections.abc import Collection
from types import ModuleType
from typing import Any

from ..graphs.langgraph_internals import declared_types, saver_with_types_of
from ..graphs.load import LoadedModule
from ..savers.internals.serializers import strict_types, when_building
from ..savers.sync_or_async import Saver
from ..shared.protocol import Message
from .allowlist import ALLOWLIST
from .missing_types import why_missing

_MAIN = "__main__"

BLOCKED = "blocked"


def lost_types(graph: Any, loaded: LoadedModule, asked: Message) -> Message:
    """The answer to "types": those of `types`, pairs of module and name, that LangGraph can't build, each with the
    reason.

    Nothing is imported or called to find out, so a type whose module isn't imported yet counts as lost only if its
    package does not exist; the others are in `unsure`. `refused` are those that a run would not build, since neither
    the code nor the person (`allowed`) has named them; LangGraph in its strict mode leaves them out itself.
    """
    ALLOWLIST.allow(asked.get("allowed", ()))
    ALLOWLIST.learn(graph, loaded.module)
    allowed = _allowed(graph, loaded.module)
    lost: list[list[str]] = []
    unsure: list[list[str]] = []
    for module, name in asked["types"]:
        why = (
            BLOCKED
            if allowed is not None and (module, name) not in allowed
            else why_missing(module, name, loaded.module)
        )
        if why is None:
            unsure.append([module, name])
        elif why:
            lost.append([module, name, why])
    refused = ALLOWLIST.refused((module, name) for module, name in asked["types"]) if allowed is None else set()
    return {"event": "types", "lost": lost, "unsure": unsure, "refused": sorted(map(list, refused))}


def stand_for_main(module: ModuleType, graph: Any) -> None:
    """Let this module take the place of `__main__`: for types in a store, and again when they are stored.

    For the rest of the process, so only where it does nothing but run this one graph.
    """
    sys.modules[_MAIN] = module
    allowed = declared_types(graph)
    if allowed:  # in LANGGRAPH_STRICT_MSGPACK's mode, the types that the state declares may be built
        allowed |= {(_MAIN, name) for of, name in allowed if of == module.__name__}

    def hear(event: Any) -> None:
        """LangGraph is about to build a type. One of `__main__` keeps that module name, for the app that stored it."""
        found = getattr(module, event["name"], None) if event["module"] == _MAIN else None
        if isinstance(found, type) and found.__module__ == module.__name__:
            found.__module__ = _MAIN

    when_building(hear)


def reading_for(graph: Any, saver: Saver) -> Saver:
    """The saver as a run of the graph reads it.

    In LangGraph's strict mode a run builds the types that the state declares, and reads before the run should not
    report those as blocked.
    """
    found: Saver = saver_with_types_of(graph, saver)
    return found


def _allowed(graph: Any, module: ModuleType) -> Collection[tuple[str, ...]] | None:
    """The types that may be built; None where all may be, as in LangGraph unless its strict mode is on."""
    safe = strict_types()
    if safe is None:
        return None
    declared = declared_types(graph) or set()
    main = {(_MAIN, name) for of, name in declared if of == module.__name__}
    return {*safe, *declared, *main}
