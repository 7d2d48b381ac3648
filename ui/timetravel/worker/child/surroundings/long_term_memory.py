"""The long-term memory of a run: the graph's own, or one in a file; in the sandbox, one that reads through to
another.
"""

import importlib
import importlib.util
import inspect
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from langgraph.store.base import BaseStore
from langgraph.store.memory import InMemoryStore

from ..graphs.any_graph import AnyGraph
from ..shared.protocol import Message
from .isolation import redirection, set_caches_aside
from .lasting_store import CAN_LAST, LastingStore
from .overlay_store import OverlayStore

_NOT_LASTING = (
    "Long-term memory ends with this run: this LangGraph has no store in SQLite (langgraph-checkpoint-sqlite 2.0.8 and "
    "later do)."
)


@dataclass
class Memory:
    """The store that a run is given. `notes` are for the person, and may be added to during the run."""

    store: BaseStore | None
    notes: list[str] = field(default_factory=list)
    overlay: OverlayStore | None = None

    @property
    def later_notes(self) -> list[str]:
        """Notes that are known only at the end of the run."""
        return self.overlay.notes if self.overlay else []


async def memory_for(graph: AnyGraph, surroundings: Message, stack: AsyncExitStack) -> Memory:
    """The store for a run. `surroundings` has `memory_file` (empty: none), `reads_below`, `aside`, and `store_config`.

    If the run is `aside`, stores that the graph or langgraph.json bring are only read, whatever holds them, and so are
    caches of nodes. Raises what the user's code raises.
    """
    config: Mapping[str, Any] = surroundings.get("store_config") or {}
    aside = bool(surroundings.get("aside"))
    file = str(surroundings.get("memory_file") or "")
    notes: list[str] = []
    own = graph.store if isinstance(graph.store, BaseStore) else await _named(config, stack)
    if aside:
        _keep_aside(file, own)
    if not file:
        return Memory(own or _in_process(), notes)
    if not CAN_LAST:
        return Memory(own if own is not None and not aside else InMemoryStore(), [_NOT_LASTING])
    below = str(surroundings.get("reads_below") or "")
    if own is None:
        return _without_own(Path(file), below, config, notes)
    if isinstance(own, LastingStore) or not (aside or isinstance(own, InMemoryStore)):
        return Memory(own, notes)
    base = own
    if below and Path(below) != Path(file) and isinstance(own, InMemoryStore):
        base = OverlayStore(own, LastingStore(Path(below), _index_of(own), read_only=True))
    over = OverlayStore(base, LastingStore(Path(file), _index_of(own)))
    redirection.lead(own, over)
    return Memory(over, notes, over)


def _without_own(file: Path, below: str, config: Mapping[str, Any], notes: list[str]) -> Memory:
    """A store in the file; for a run from another store's checkpoint, over that store's file."""
    index, ttl = _index(config, notes), config.get("ttl")
    made = LastingStore(file, index, ttl)
    if not below or Path(below) == file:
        return Memory(made, notes)
    over = OverlayStore(LastingStore(Path(below), index, ttl, read_only=True), made)
    return Memory(over, notes, over)


def _keep_aside(file: str, own: BaseStore | None) -> None:
    """Redirect writes. Stores of another class than the graph's own have a file each."""

    def side_of(store: BaseStore) -> LastingStore:
        path = Path(file)
        kind = type(store)
        if own is None or type(own) is not kind:
            path = path.with_name(f"{path.stem}-{kind.__name__}{path.suffix}")
        return _sides.setdefault(path, LastingStore(path, _index_of(store)))

    if file and CAN_LAST:
        redirection.lead_all(side_of)
    set_caches_aside()


_sides: dict[Path, LastingStore] = {}
_process: list[BaseStore] = []


def _in_process() -> BaseStore:
    """The memory of this process, for stores whose threads are in it, too."""
    if not _process:
        _process.append(InMemoryStore())
    return _process[0]


def _index_of(store: BaseStore) -> dict[str, Any] | None:
    """How a store searches by meaning, with its own embeddings; None where it does not."""
    config, embeddings = getattr(store, "index_config", None), getattr(store, "embeddings", None)
    if not isinstance(config, Mapping) or embeddings is None:
        return None
    fields = config.get("fields") or config.get("text_fields")
    return {"dims": config.get("dims"), "embed": embeddings, **({"fields": list(fields)} if fields else {})}


def _index(config: Mapping[str, Any], notes: list[str]) -> dict[str, Any] | None:
    """The section of langgraph.json on searching by meaning; None with a note where it can't be used."""
    index = config.get("index")
    if not isinstance(index, Mapping):
        return None
    try:
        embed = _resolved(str(index["embed"])) if isinstance(index.get("embed"), str) else index["embed"]
        made = {**index, "embed": embed}
        InMemoryStore(index=made)  # type: ignore[arg-type]
    except Exception as error:
        problem = f"{type(error).__name__}: {error}".splitlines()[0]
        notes.append(
            f"Long-term memory can't be searched by meaning: langgraph.json's index can't be made ({problem})."
        )
        return None
    return made


def _resolved(name: str) -> Any:
    """A function of the project, or the name of a model unchanged ("openai:text-embedding-3-small")."""
    place, _, variable = name.rpartition(":")
    if not (place.endswith(".py") and variable.isidentifier()):
        return name
    return getattr(_imported(place), variable)


def _imported(place: str) -> Any:
    if not place.endswith(".py"):
        return importlib.import_module(place)
    spec = importlib.util.spec_from_file_location(f"timetravel_{Path(place).stem}", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def _named(config: Mapping[str, Any], stack: AsyncExitStack) -> BaseStore | None:
    """The store at the `path` in langgraph.json: the object itself, or made by it; None where there is no path."""
    path = config.get("path")
    if not isinstance(path, str) or ":" not in path:
        return None
    place, _, variable = path.rpartition(":")
    value = getattr(_imported(place), variable)
    if callable(value) and not isinstance(value, BaseStore):
        value = value()
    if inspect.isawaitable(value):
        value = await value
    if isinstance(value, BaseStore):
        return value
    if hasattr(value, "__aenter__"):
        value = await stack.enter_async_context(value)
    elif hasattr(value, "__enter__"):
        value = stack.enter_context(value)
    return value if isinstance(value, BaseStore) else None
