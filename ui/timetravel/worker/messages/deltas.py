"""Delta channels that a worker rebuilds, to and from messages: the debugger's side."""

from collections.abc import Mapping
from typing import Any

from ui.timetravel.errors import EditError, WorkerError
from ui.timetravel.serde.decode import decode
from ui.timetravel.serde.encode import encode
from ui.timetravel.stores.delta_channels import Delta, Rebuilt
from ui.timetravel.worker.child.shared.protocol import Message, pack_value, unpack_value


def deltas_message(deltas: Mapping[str, Delta]) -> Message:
    """The data from which the worker rebuilds values.

    Raises WorkerError if a write or the snapshot could not be read.
    """
    return {name: _message(name, delta) for name, delta in deltas.items()}


def rebuilt_values(graph: str, answer: Message) -> Rebuilt:
    """The values that the worker sent, decoded. Raises WorkerError, with a reason for each channel that failed."""
    if failed := answer["failed"]:
        reasons = "; ".join(f"{name}: {reason.rstrip('.')}" for name, reason in failed.items())
        raise WorkerError(f'The graph "{graph}" could not rebuild its delta channels. {reasons}.')
    values = {name: decode(*unpack_value(pair)) for name, pair in answer["values"].items()}
    return Rebuilt(values, by=answer["by"])


def _message(name: str, delta: Delta) -> dict[str, Any]:
    try:
        return {
            "seed": None if delta.snapshot_id is None else pack_value("msgpack", encode(delta.snapshot)),
            "nodes": sorted({write.node for write in delta.writes if write.node}),
            "writes": [pack_value("msgpack", encode(write.value)) for write in delta.writes],
        }
    except EditError as error:
        raise WorkerError(f"The delta channel {name} can't be rebuilt. {error}") from error
