"""Imports a checkpoint of another store, which is in a job, into a new thread of this store."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.serde.base import SerializerProtocol
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.constants import START
from langgraph.types import StateUpdate

from ..errors.refused import Refused
from ..graphs.any_graph import AnyGraph
from ..savers.encryption import StoreSerializer, has_key
from ..savers.opening.saver import load_value
from ..savers.sync_or_async import Saver
from ..shared.protocol import Message, unpack_value
from ..shared.reserved_names import ROOT
from .before_first_node import dropped_channels
from .copy_checkpoint import check_new, named, place, put_writes
from .overwrite import setting


@dataclass(frozen=True)
class ImportedCheckpoint:
    """The id of the checkpoint in the new thread. `rebuilt_as`: it was made from values, as if by these nodes."""

    checkpoint: str
    rebuilt_as: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)


async def bring(saver: Saver, graph: AnyGraph, job: Message, bundle: Message) -> ImportedCheckpoint:
    """Import the bundle into the thread `copy_to`. The store that it comes from is not opened.

    Checkpoints keep their ids and are written without building a value, so that nothing is lost if a class can't be
    imported here. If the source has only values, the thread starts with an update that sets them. Raises
    NoSuchCheckpoint when the thread exists already, Refused when it can't be done.
    """
    if not isinstance(saver, AsyncSqliteSaver):
        raise Refused("A checkpoint of another store can be brought into a SQLite file only.")
    await check_new(saver, job["copy_to"])
    if bundle["encrypted"] and has_key() and isinstance(saver.serde, StoreSerializer):
        saver.serde.seals = True
    if bundle["update"] is not None:
        return await _rebuild(saver, graph, job, bundle)
    passing = copy(saver)
    passing.serde = _Passing(saver.serde)
    for each in bundle["checkpoints"]:
        await _put(passing, each, job["copy_to"], bundle["source"])
    return ImportedCheckpoint(bundle["source"]["checkpoint_id"])


class _Packed(dict[str, Any]):
    """A checkpoint, or a value of one, that is serialized already; a saver reads only its id and versions."""

    def __init__(self, pair: list[str], known: Mapping[str, Any]) -> None:
        super().__init__(known)
        self.pair = unpack_value(pair)


class _Passing(SerializerProtocol):
    """A serializer that passes on what is serialized already; encrypted, if the store is encrypted."""

    def __init__(self, stored: Any) -> None:
        self._stored = stored

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        """The format's name and bytes that came with the job, as the store takes them."""
        if not isinstance(obj, _Packed):
            kind, data = self._stored.dumps_typed(obj)
            return str(kind), bytes(data)
        return self._stored.seal(*obj.pair) if isinstance(self._stored, StoreSerializer) else obj.pair

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        """The value, as the store reads it."""
        return self._stored.loads_typed(data)


async def _put(saver: Saver, each: Message, target: str, source: Message) -> None:
    namespace, checkpoint = each["namespace"], each["id"]
    packed: Any = _Packed(each["checkpoint"], {"id": checkpoint})
    came_from = {**source, "checkpoint_id": checkpoint}
    metadata: Any = {**each["metadata"], "timetravel_from": came_from}
    await saver.aput(place(target, namespace, each["parent"]), packed, metadata, {})
    for task in each["tasks"]:
        writes = [(channel, _Packed(pair, {})) for channel, pair in task["writes"]]
        await put_writes(saver, place(target, namespace, checkpoint), writes, task["id"], task["path"])


async def _rebuild(saver: Saver, graph: AnyGraph, job: Message, bundle: Message) -> ImportedCheckpoint:
    """Set the values as the nodes that ran last, in one superstep, and say where its consequences differ."""
    update = bundle["update"]
    values: dict[str, Any] = load_value(update["values"])
    nodes = [node for node in update["ran"] if node in graph.nodes] or [START]
    values = _taken(graph, values, nodes)
    whole = values.get(ROOT) if set(values) == {ROOT} else values
    rest = [StateUpdate(None, node) for node in nodes[1:]]
    config = named(place(job["copy_to"]), job["graph"])
    made = await graph.abulk_update_state(config, [[StateUpdate(whole, nodes[0]), *rest]])
    made = place(job["copy_to"], "", made["configurable"]["checkpoint_id"])
    await _say_where_from(saver, made, bundle["source"])
    found = sorted((await graph.aget_state(made)).next)
    notes = []
    if found != sorted(update["next"]):
        notes.append(
            f"In the store that this was brought from, {_listed(update['next'])} would run next; here it is "
            f"{_listed(found)}, since that store gives the values only and not what led to them."
        )
    return ImportedCheckpoint(made["configurable"]["checkpoint_id"], rebuilt_as=tuple(nodes), notes=notes)


def _taken(graph: AnyGraph, values: dict[str, Any], nodes: list[str]) -> dict[str, Any]:
    """The values as the first of these nodes may write them. Raises Refused for what would be lost."""
    if nodes != [START]:
        return {name: setting(graph, name, value) for name, value in values.items()}
    if lost := dropped_channels(graph, values):
        raise Refused(
            f"No node has run yet there, so only the graph's input can be brought: {', '.join(lost)} would be lost. "
            "Choose a later checkpoint."
        )
    return values


async def _say_where_from(saver: Saver, config: RunnableConfig, source: Message) -> None:
    """Save the update once more under its id, with its origin: `update_state` accepts no metadata of this shape."""
    found = await saver.aget_tuple(config)
    if found is None:
        return
    parent = found.parent_config["configurable"]["checkpoint_id"] if found.parent_config else None
    metadata: Any = {**found.metadata, "timetravel_from": source}
    thread = config["configurable"]["thread_id"]
    await saver.aput(place(thread, "", parent), found.checkpoint, metadata, {})


def _listed(nodes: list[str]) -> str:
    return ", ".join(nodes) or "nothing"
