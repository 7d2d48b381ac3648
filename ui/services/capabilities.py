"""What can be done with a store, and what is so of its checkpoints, by its kind."""

from collections.abc import Mapping
from dataclasses import dataclass

from ui.timetravel.model.targets import StoreKind


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What is so of every store of one kind. What only an opened one can say is in `OpenedStore`."""

    delete: bool = True
    """The app can delete threads of it, if it may write to it at all."""
    shrink: bool = False
    """It keeps the room of what was deleted until it is asked to give it back."""
    kill_worker: bool = True
    """Its runs are in processes of ours, which can be killed."""
    channel_versions: bool = True
    """It has a version for each channel, and which of them each node has seen."""
    shares_values: bool = False
    """Checkpoints share the values that did not change, so less is freed than they are large."""
    names_threads: bool = False
    """It gives threads ids of its own; what a person types is a name."""


_BY_KIND: Mapping[StoreKind, Capabilities] = {
    StoreKind.FILE: Capabilities(shrink=True),
    StoreKind.POSTGRESQL: Capabilities(shares_values=True),
    StoreKind.MEMORY: Capabilities(shares_values=True),
    StoreKind.SAVER: Capabilities(shares_values=True),
    StoreKind.SERVER: Capabilities(delete=False, kill_worker=False, channel_versions=False, names_threads=True),
}


def capabilities_of(kind: StoreKind) -> Capabilities:
    """Those of a kind of store. Raises KeyError for UNKNOWN, which no store is opened of."""
    return _BY_KIND[kind]
