"""The one protocol that every kind of store is read through. It can only read."""

from collections.abc import Hashable, Mapping, Sequence
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from ui.timetravel.model.checkpoints import (
    Checkpoint,
    CheckpointId,
    Header,
    Skeleton,
    Task,
    ThreadPage,
    ThreadSummary,
)
from ui.timetravel.model.values import Plain


@runtime_checkable
class TellsThreads(Protocol):
    """A store that keeps something on a thread itself, beside its checkpoints: a server."""

    def about(self, thread_id: str) -> Mapping[str, Plain]:
        """The thread's own metadata; empty where there is none."""
        ...


class Store(Protocol):
    """A checkpoint store that is only read. Safe to call from several threads. Raises `StoreError` and its children."""

    @property
    def name(self) -> str:
        """What to call it on the screen and in an address: never a password."""
        ...

    @property
    def title(self) -> str:
        """A short name for the screen: a file's name, a database's, a server's address. Not unique."""
        ...

    @property
    def writable(self) -> bool:
        """Whether runs could write to it, as far as that can be told without trying. Cheap."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person must know about how it was opened ("a copy, made at 12:03"), in sentences. Often empty."""
        ...

    def threads(self, search: str = "", limit: int = 50, before: str | None = None) -> ThreadPage:
        """A page of threads whose id contains `search` (any case), latest change first."""
        ...

    def thread(self, thread_id: str) -> ThreadSummary | None:
        """One thread's line of the list; None where there is none of this id. As quick among many as among few."""
        ...

    def skeleton(self, thread_id: str, namespace: str = "") -> Skeleton:
        """Every checkpoint id with its parent's, oldest first. Reads no state and no metadata."""
        ...

    def headers(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> list[Header]:
        """The headers of these checkpoints, in the order of `ids`; ids that the store lacks are left out."""
        ...

    def checkpoint(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> Checkpoint:
        """One checkpoint, decoded. Raises CheckpointNotFound."""
        ...

    def writes(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> list[Task]:
        """What was written on this checkpoint by the tasks that ran from it, in the order of their paths."""
        ...

    def namespaces(self, thread_id: str) -> list[str]:
        """The namespaces of a thread, the root ("") first, then subgraphs ("node:task_id", nested with "|")."""
        ...

    def stamp(self, thread_id: str = "") -> Hashable:
        """A value that differs when the store's content may have changed: cheap, for caches and for following.

        With a `thread_id` it may leave out what changed in other threads, where that makes it cheaper or calmer.
        """
        ...

    def close(self) -> None:
        """Let go of the store. Calling it twice is fine."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
