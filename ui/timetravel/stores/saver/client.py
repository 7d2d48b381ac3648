"""Sends requests to the worker that holds a saver, and turns its answers into rows of our types."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ui.timetravel.errors import StoreUnreadable, WorkerError
from ui.timetravel.model.checkpoint_ids import time_of
from ui.timetravel.model.checkpoint_refs import CheckpointKey
from ui.timetravel.model.checkpoints import CheckpointId
from ui.timetravel.model.values import Opaque, Plain
from ui.timetravel.serde import decode
from ui.timetravel.stores.rows import cells
from ui.timetravel.stores.rows.checkpoint_outline import outline_of_values, time_in
from ui.timetravel.stores.rows.headers import OriginRow, WriteKey
from ui.timetravel.stores.rows.tasks.rows import WriteRow
from ui.timetravel.worker.child.shared.protocol import Message, unpack_value

_LISTING_SECONDS = 8.0


class WriteListener(Protocol):
    """The writes that the worker's runs have made."""

    def change_token(self, thread: str = "") -> Hashable:
        """A value that differs after a write to this thread, or to any thread if none is given."""
        ...

    def threads(self) -> list[str]:
        """The threads that were written to, in the order of their first write."""
        ...

    def newest(self, thread: str) -> str:
        """The newest checkpoint of this thread that was written, or written on; empty if there was none."""
        ...


class SaverHost(Protocol):
    """The process that holds the saver. `kind` is the saver's class, empty before it is known."""

    target: str
    graph: str
    kind: str

    @property
    def changes(self) -> WriteListener:
        """The writes that its runs have made."""
        ...

    @property
    def in_memory(self) -> bool:
        """Whether the saver is an InMemorySaver: then nothing but the worker's own runs writes to it."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences that a person must know about this process."""
        ...

    def ask(self, request: Message) -> Message:
        """The answer to a request that only reads. Raises WorkerError and its children."""
        ...


class Refusal(StoreUnreadable):
    """The saver raised an error instead of answering; `reason` is that error in one line."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(f"{kind} failed to read its checkpoints: {reason}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SaverRow:
    """A row of the history with the keys of the writes on it. `weight` is its size in memory, in bytes."""

    row: OriginRow
    keys: tuple[WriteKey, ...]
    weight: int


@dataclass(frozen=True, slots=True)
class SaverState:
    """A checkpoint's bytes, and by channel the values that LangGraph can't serialize."""

    kind: str
    blob: bytes
    opaque: Mapping[str, Plain]


class SaverClient:
    """Sends requests to the process that holds the saver.

    Every method raises StoreUnreadable when it gives no answer.
    """

    def __init__(self, holder: SaverHost) -> None:
        self._holder = holder

    def threads(self, limit: int) -> tuple[list[list[Any]], int]:
        """For each thread: its id, its newest id in the root namespace, the number of ids there, its newest id of all
        and that one's namespace.

        Looks at no more than `limit` checkpoints, and stops after some seconds. If there may be more threads, the
        number returned is that of the checkpoints looked at, else 0. Raises Refusal as well.
        """
        answer = self._ask(what="threads", limit=limit, seconds=_LISTING_SECONDS)
        return answer["threads"], answer["more"] and answer["looked"]

    def ids(self, thread_id: str, limit: int) -> tuple[list[tuple[str, CheckpointId, CheckpointId | None]], int]:
        """The namespace, id and parent id of a thread's checkpoints, in the saver's order; the number is as in
        `threads`.
        """
        answer = self._ask(what="ids", thread=thread_id, limit=limit, seconds=_LISTING_SECONDS)
        ids = [
            (cells.text(namespace), cells.text(one), cells.parent(parent)) for namespace, one, parent in answer["ids"]
        ]
        return ids, answer["more"] and answer["looked"]

    def newest(self, thread_id: str) -> tuple[CheckpointId, int] | None:
        """The newest checkpoint in a thread's root namespace, and the number of writes on it; None where there is
        none.
        """
        found = self._ask(what="newest", thread=thread_id)["newest"]
        return (found[0], found[1]) if found else None

    def rows(self, keys: Sequence[CheckpointKey]) -> dict[CheckpointKey, SaverRow]:
        """The rows, without state, of those of these checkpoints that exist."""
        return {key: _row(found) for key, found in self._get("row", keys).items()}

    def state(self, key: CheckpointKey) -> SaverState | None:
        """A checkpoint's state; None where the checkpoint does not exist."""
        found = self._get("state", [key]).get(key)
        if found is None:
            return None
        opaque = {name: _opaque(told) for name, told in found["opaque"].items()}
        return SaverState(*unpack_value(found["checkpoint"]), opaque)

    def writes(self, key: CheckpointKey) -> list[WriteRow]:
        """The writes on a checkpoint, decoded."""
        found = self._get("writes", [key]).get(key)
        return [_write(key.checkpoint_id, *each) for each in found["writes"]] if found else []

    def _get(self, want: str, keys: Sequence[CheckpointKey]) -> dict[CheckpointKey, Message]:
        if not keys:
            return {}
        answers = self._ask(what="get", want=want, places=[list(key) for key in keys])["found"]
        return {key: found for key, found in zip(keys, answers, strict=True) if found is not None}

    def _ask(self, **request: Any) -> Message:
        try:
            answer = self._holder.ask({"do": "read", **request})
        except WorkerError as error:
            raise StoreUnreadable(str(error)) from error
        if refused := answer.get("refused"):
            raise Refusal(self._holder.kind, refused["message"])
        return answer


def _row(found: Message) -> SaverRow:
    kind, blob = unpack_value(found["checkpoint"])
    plain = decode.decode(kind, blob)
    metadata = decode.decode(*unpack_value(found["metadata"]))
    one = found["id"]
    row = OriginRow(
        checkpoint_id=one,
        parent_id=cells.parent(found["parent"]),
        created_at=time_of(one) or time_in(kind, blob),
        metadata=cells.named(metadata),
        size=found["size"],
        outline=outline_of_values(plain),
    )
    keys = tuple(_key(one, *each) for each in found["writes"])
    return SaverRow(row, keys, 1000 + 8 * len(blob) + 200 * len(keys))


def _write(
    one: CheckpointId, task: str, path: str, index: int, channel: str, kind: str, data: str, bad: Message | None
) -> WriteRow:
    kind, blob = unpack_value([kind, data])
    value = _opaque(bad) if bad else decode.decode(kind, blob)
    return WriteRow(_key(one, task, path, index, channel), value, len(blob))


def _key(one: CheckpointId, task: Any, path: Any, index: Any, channel: Any) -> WriteKey:
    """The key of a write. A saver of another package may return any types here, so each is checked."""
    return WriteKey(one, cells.text(task), cells.text(path), cells.index(index), cells.text(channel))


def _opaque(told: Message) -> Opaque:
    return Opaque(told["type"], told["size"], f"LangGraph can't serialize it; its repr is {told['text']}")
