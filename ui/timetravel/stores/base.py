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
class HasThreadMetadata(Protocol):
    """A store that keeps metadata on threads themselves, apart from checkpoints. Only LangGraph servers do."""

    def thread_metadata(self, thread_id: str) -> Mapping[str, Plain]:
        """The thread's own metadata; empty where it has none. Raises StoreError."""
        ...


class Store(Protocol):
    """A checkpoint store, which can only be read.

    Safe to use from several threads. Every read raises `StoreError` or one of its children when the store gives no
    answer.
    """

    @property
    def name(self) -> str:
        """The name that the screens and the page's address use for this store. Never contains a password."""
        ...

    @property
    def title(self) -> str:
        """A short name for the screen: a file's name, a database's name, a server's address. Not necessarily unique."""
        ...

    @property
    def writable(self) -> bool:
        """Whether runs could write to the store, as far as can be seen without trying. Cheap."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences that a person must know about how the store was opened ("a copy, made at 12:03"). Often empty."""
        ...

    def threads(self, search: str = "", limit: int = 50, before: str | None = None) -> ThreadPage:
        """A page of threads whose id contains `search` (any case), latest change first."""
        ...

    def thread(self, thread_id: str) -> ThreadSummary | None:
        """The thread's line in the list of threads; None where no thread has this id.

        Takes as long among many threads as among few.
        """
        ...

    def skeleton(self, thread_id: str, namespace: str = "") -> Skeleton:
        """The ids of all checkpoints with their parents' ids, oldest first. Reads no state and no metadata."""
        ...

    def headers(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> list[Header]:
        """The headers of these checkpoints, in the order of `ids`; ids that the store lacks are left out."""
        ...

    def checkpoint(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> Checkpoint:
        """One checkpoint, decoded. Raises CheckpointNotFound."""
        ...

    def writes(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> list[Task]:
        """The tasks that ran from this checkpoint, with what each wrote, in the order of their task paths."""
        ...

    def namespaces(self, thread_id: str) -> list[str]:
        """The namespaces of a thread, the root ("") first, then subgraphs ("node:task_id", nested with "|")."""
        ...

    def change_token(self, thread_id: str = "") -> Hashable:
        """A value that differs when the store's content may have changed. Cheap: used as a key of caches, and to follow
        a store.

        With a `thread_id`, a store may ignore changes in other threads where that is cheaper or changes less often.
        """
        ...

    def close(self) -> None:
        """Release files and connections. May be called more than once."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
