"""The address of one checkpoint: within its thread, within its store, and among all stores."""

from dataclasses import dataclass
from typing import NamedTuple, Self

from ui.timetravel.model.checkpoints import CheckpointId, Header


class CheckpointPlace(NamedTuple):
    """A checkpoint of a thread."""

    namespace: str
    checkpoint_id: CheckpointId


class CheckpointKey(NamedTuple):
    """A checkpoint of a store."""

    thread_id: str
    namespace: str
    checkpoint_id: CheckpointId

    @classmethod
    def of(cls, header: Header) -> Self:
        """The checkpoint that has this header."""
        return cls(header.thread_id, header.namespace, header.checkpoint_id)


@dataclass(frozen=True, slots=True)
class CheckpointRef:
    """A checkpoint of any store. `store` is the store's name, as in an address; empty for the store of the view."""

    store: str
    thread_id: str
    namespace: str
    checkpoint_id: CheckpointId
