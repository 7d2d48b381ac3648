"""Questions to the worker that holds a saver, and its answers as rows of ours."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ui.timetravel.errors import StoreUnreadable, WorkerError
from ui.timetravel.model.checkpoint_ids import time_of
from ui.timetravel.model.checkpoints import CheckpointId
from ui.timetravel.model.values import Opaque, Plain
from ui.timetravel.serde import decode
from ui.timetravel.stores.rows import cells
from ui.timetravel.stores.rows.checkpoint_outline import outline_of_values, time_in
from ui.timetravel.stores.rows.headers import OriginRow, WriteKey
from ui.timetravel.stores.rows.tasks.rows import WriteRow
from ui.timetravel.worker.child.shared.protocol import Message, unpack_value

_LISTING_SECONDS = 8.0

SaverPlace = tuple[str, str, CheckpointId]
"""A thread, a namespace and a checkpoint's id."""


class WriteListener(Protocol):
    """What the worker's runs have written."""

    def stamp(self, thread: str = "") -> Hashable:
        """A value that differs after a write to this thread, or to any."""
        ...

    def threads(self) -> list[str]:
        """The threads that were written to, the first one first."""
        ...

    def newest(self, thread: str) -> str:
        """The newest checkpoint of this thread that was written or written on, empty if there was none."""
        ...


class SaverHost(Protocol):
    """Whoever holds the saver. `kind` is the saver's class, empty before it is known."""

    target: str
    graph: str
    kind: str

    @property
    def changes(self) -> WriteListener:
        """What its runs have written."""
        ...

    @property
    def in_memory(self) -> bool:
        """Whether an InMemorySaver holds the threads: then only the worker's own runs write to it."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person must know about it."""
        ...

    def ask(self, request: Message) -> Message:
        """The reply to a read. Raises WorkerError and its children."""
        ...


class Refusal(StoreUnreadable):
    """The saver raised instead of answering; `reason` is what it raised, in a line."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(f"{kind} failed to read its checkpoints: {reason}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SaverRow:
    """A row of the history with the keys of the writes on it, and the bytes that remembering it takes."""

    row: OriginRow
    keys: tuple[WriteKey, ...]
    weight: int


@dataclass(frozen=True, slots=True)
class SaverState:
    """A checkpoint's bytes, and what LangGraph can't serialize of it, by channel."""

    kind: str
    blob: bytes
    opaque: Mapping[str, Plain]


class SaverClient:
    """Asks the holder. Every method raises StoreUnreadable when there is no answer."""

    def __init__(self, holder: SaverHost) -> None:
        self._holder = holder

    def threads(self, limit: int) -> tuple[list[list[Any]], int]:
        """For each thread its id, newest id in the root, number of those, newest id of all and its namespace.

        Looks at `limit` checkpoints at most, and for some seconds; where there may be more, the number says how many it
        looked at, else it is 0. Raises Refusal, too.
        """
        answer = self._ask(what="threads", limit=limit, seconds=_LISTING_SECONDS)
        return answer["threads"], answer["more"] and answer["looked"]

    def ids(self, thread_id: str, limit: int) -> tuple[list[tuple[str, CheckpointId, CheckpointId | None]], int]:
        """Namespace, id and parent of a thread's checkpoints, as the saver orders them; the number as in `threads`."""
        answer = self._ask(what="ids", thread=thread_id, limit=limit, seconds=_LISTING_SECONDS)
        ids = [
            (cells.text(namespace), cells.text(one), cells.parent(parent)) for namespace, one, parent in answer["ids"]
        ]
        return ids, answer["more"] and answer["looked"]

    def newest(self, thread_id: str) -> tuple[CheckpointId, int] | None:
        """The newest checkpoint in the root of a thread, and how many writes are on it."""
        found = self._ask(what="newest", thread=thread_id)["newest"]
        return (found[0], found[1]) if found else None

    def rows(self, places: Sequence[SaverPlace]) -> dict[SaverPlace, SaverRow]:
        """Those of the checkpoints that exist, without their state."""
        return {place: _row(found) for place, found in self._get("row", places).items()}

    def state(self, place: SaverPlace) -> SaverState | None:
        """A checkpoint's state, None where it does not exist."""
        found = self._get("state", [place]).get(place)
        if found is None:
            return None
        opaque = {name: _opaque(told) for name, told in found["opaque"].items()}
        return SaverState(*unpack_value(found["checkpoint"]), opaque)

    def writes(self, place: SaverPlace) -> list[WriteRow]:
        """The writes on a checkpoint, decoded."""
        found = self._get("writes", [place]).get(place)
        return [_write(place[2], *each) for each in found["writes"]] if found else []

    def _get(self, want: str, places: Sequence[SaverPlace]) -> dict[SaverPlace, Message]:
        if not places:
            return {}
        answers = self._ask(what="get", want=want, places=[list(place) for place in places])["found"]
        return {place: found for place, found in zip(places, answers, strict=True) if found is not None}

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
        shape=outline_of_values(plain),
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
    """A saver of somebody's own may tell what it likes."""
    return WriteKey(one, cells.text(task), cells.text(path), cells.index(index), cells.text(channel))


def _opaque(told: Message) -> Opaque:
    return Opaque(told["type"], told["size"], f"LangGraph can't serialize it; its repr is {told['text']}")
