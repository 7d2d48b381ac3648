"""The settings that a checkpoint's run had, as far as the store keeps them: inherited, in words, and compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ui.timetravel.model.checkpoints import Header
from ui.timetravel.model.jobs import RunSettings
from ui.timetravel.model.values import Plain
from ui.timetravel.stores.base import Store
from ui.timetravel.worker.child.shared import kept_settings

_ANCESTORS = 50
"""The most consecutive checkpoints made by hand whose metadata are searched for the settings of the run before them; as
in the worker.
"""


@dataclass(frozen=True, slots=True)
class Inherited:
    """The settings with which a run from a checkpoint begins if no others are given.

    `knows_context`: the checkpoint says which context its run had; LangGraph itself does not save it, runs of ours do.
    `left_out` names what is not saved: secrets, and what JSON can't hold.
    """

    settings: RunSettings
    knows_context: bool = False
    left_out: tuple[str, ...] = ()


NOTHING = Inherited(RunSettings())


def inherited(store: Store, header: Header) -> Inherited:
    """The settings of a run from this checkpoint, from its metadata and that of the checkpoints it was made from.

    Raises what the store raises.
    """
    line: list[Mapping[str, Plain]] = [header.metadata]
    while header.parent_id and kept_settings.goes_up(line[-1]) and len(line) < _ANCESTORS:
        above = store.headers(header.thread_id, header.namespace, [header.parent_id])
        if not above:
            break
        header = above[0]
        line.append(header.metadata)
    found = kept_settings.inherited(line)
    settings = RunSettings(
        found["context"], found["configurable"], found["recursion_limit"], tuple(str(tag) for tag in found["tags"])
    )
    knows = kept_settings.recorded(line[-1]) is not None
    return Inherited(settings, knows, tuple(found["left_out"]))


def in_words(settings: RunSettings) -> list[str]:
    """The settings in words, one part each: `configurable user_id "ann"`, `recursion limit 100`. Secrets are masked."""
    return kept_settings.in_words(_as_mapping(settings))


def differences(one: Inherited, other: Inherited) -> list[str]:
    """How the settings of two runs differ, one part each: `configurable user_id "ann", then not set`.

    Where the context of one is not known, its configurable values of the same names are compared instead, since they
    may be the context.
    """
    old, new = _parts(one.settings), _parts(other.settings)
    known = one.knows_context and other.knows_context
    # A value that is both in the context and configurable is listed once.
    twice = {name for kind, name in (*old, *new) if kind == "context"} if known else set()
    old, new = (
        {
            key: each
            for key, each in parts.items()
            if (key[0] != "configurable" or key[1] not in twice) and (key[0] != "context" or known)
        }
        for parts in (old, new)
    )
    names = [name for name in (*old, *(name for name in new if name not in old)) if old.get(name) != new.get(name)]
    return [
        f"{' '.join(filter(None, name))} {old.get(name, 'not set')}, then {new.get(name, 'not set')}" for name in names
    ]


def starting_context(info_schema: Mapping[str, Any], found: Inherited) -> dict[str, Any]:
    """The context with which a run begins: the known one, else values of the same names in `configurable`."""
    if found.settings.context is not None:
        return dict(found.settings.context)
    properties = info_schema.get("properties")
    names = properties if isinstance(properties, Mapping) else {}
    return {name: found.settings.configurable[name] for name in names if name in found.settings.configurable}


def knows_all(schema: Mapping[str, Any], found: Inherited) -> bool:
    """Whether the checkpoint has every value that a graph declares for its context, possibly among the configurable
    values.
    """
    properties = schema.get("properties")
    return set(properties if isinstance(properties, Mapping) else ()) <= starting_context(schema, found).keys()


def required_unknown(schema: Mapping[str, Any], found: Inherited) -> list[str]:
    """The values that a graph requires in its context and the checkpoint does not have."""
    required, known = schema.get("required"), starting_context(schema, found)
    return [str(name) for name in required if name not in known] if isinstance(required, list) else []


def _as_mapping(settings: RunSettings) -> dict[str, Any]:
    return {
        "context": settings.context,
        "configurable": settings.configurable,
        "recursion_limit": settings.recursion_limit,
        "tags": settings.tags,
    }


def _parts(settings: RunSettings) -> dict[tuple[str, str], str]:
    """Each setting in words, by its kind and name."""
    found: dict[tuple[str, str], str] = {}
    for kind, values in (("context", settings.context or {}), ("configurable", settings.configurable)):
        found |= {(kind, name): kept_settings.value_in_words(name, value) for name, value in values.items()}
    if settings.recursion_limit:
        found["recursion limit", ""] = str(settings.recursion_limit)
    if settings.tags:
        found["tags", ""] = ", ".join(settings.tags)
    return found
