"""The values of delta channels: what the store says they follow from, put through the graphs' reducer."""

from collections.abc import Collection, Iterator
from typing import Any

from langgraph.types import StateSnapshot

from tests.conformance.oracle.values import says
from tests.conformance.project.graphs import put_together
from ui.timetravel.model.checkpoints import Checkpoint
from ui.timetravel.model.values import Plain, Typed
from ui.timetravel.stores import Store
from ui.timetravel.stores import delta_channels as delta


def unlike(store: Store, checkpoint: Checkpoint, snapshot: StateSnapshot, left_out: Collection[str]) -> Iterator[str]:
    """A line for each delta channel whose value would be another one than LangGraph's, but for those `left_out`."""
    names = [name for name in delta.missing_channels(checkpoint) if name not in left_out]
    for name, found in delta.history(store, checkpoint, names).items() if names else ():
        ours, theirs = rebuilt(found), snapshot.values.get(name)
        if not found.complete or not says(ours, theirs):
            yield f"delta channel {name}: from {found!r} follows {ours!r}, LangGraph's {theirs!r}"


def rebuilt(found: delta.Delta) -> Plain:
    """The snapshot with the writes since, as the reducer of project/graphs.py puts them together."""
    value = found.snapshot if found.snapshot_id else []
    for write in found.writes:
        overwritten, anew = _overwrite(write.value)
        value = anew or [] if overwritten else put_together(value, [write.value])
    return value


def _overwrite(value: Plain) -> tuple[bool, Any]:
    if isinstance(value, Typed) and value.type == "langgraph.types.Overwrite":
        return True, value.value["value"]
    if isinstance(value, dict) and value.keys() == {"__overwrite__"}:
        return True, value["__overwrite__"]
    return False, None
