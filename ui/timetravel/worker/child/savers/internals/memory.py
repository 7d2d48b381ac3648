"""The dictionaries of an InMemorySaver (langgraph-checkpoint 2.0 to 4.3.2, checkpoint/memory/__init__.py).

Ids are read from them because a listing builds every state again, and so are the paths of writes, which no saver
returns. Single checkpoints are deleted in them, since no saver has a method for that.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from langgraph.checkpoint.memory import InMemorySaver

from ...shared.missing_parts import CHANGED, do_without

T = TypeVar("T")

Place = tuple[str, str, str]
Size = tuple[int, int]
"""Bytes: of the checkpoints' state, and of all else that was stored with them (metadata, writes)."""
Versions = Callable[[Any], Iterable[tuple[str, Any]]]
"""Gives the channels and versions of a checkpoint that is stored as this pair of type and bytes."""

_UNKNOWN = (*CHANGED, LookupError)


class UnknownMemory(Exception):
    """The saver stores its checkpoints in a way that is not known here."""


def ids(saver: Any, thread: str | None) -> list[tuple[str, str, str, str | None]] | None:
    """Thread, namespace, id and parent's id of each checkpoint, of one thread or of all; None where the dictionaries
    are not as expected.

    A run may change the dictionaries meanwhile.
    """
    return _told(lambda: list(_ids(saver, thread)), "storage", "Its checkpoints are listed by its public method")


def writes(saver: Any, place: Place) -> list[tuple[str, str, int, str]] | None:
    """Task id, channel, index and path of the writes on a checkpoint; None where the dictionaries are not as
    expected.
    """

    def read() -> list[tuple[str, str, int, str]]:
        stored = list(saver.writes.get(place, {}).items())
        return [(task, each[1], index, each[3] if len(each) > 3 else "") for (task, index), each in stored]

    return _told(read, "writes", "Writes are shown without the paths of their tasks")


def delete(saver: Any, thread: str, going: Mapping[str, list[str]], versions: Versions, *, whole: bool) -> Size:
    """Delete checkpoints (ids by namespace), or the thread as a `whole`, and return the bytes that they took.

    Does not yield to other tasks. Raises UnknownMemory, before anything is deleted, where the dictionaries are not as
    expected.
    """
    try:
        places = [(thread, namespace, one) for namespace, ids in going.items() for one in ids]
        rows = [saver.storage[thread][namespace][one] for _, namespace, one in places]
        size, rest = sum(len(row[0][1]) for row in rows), sum(len(row[1][1]) for row in rows)
        rest += sum(len(write[2][1]) for place in places for write in saver.writes.get(place, {}).values())
        if whole:
            size += sum(len(blob[1]) for key, blob in saver.blobs.items() if key[0] == thread)
            freed: list[Any] = []
        else:
            freed = [key for namespace, ids in going.items() for key in _freed(saver, thread, namespace, ids, versions)]
            size += sum(len(saver.blobs[key][1]) for key in freed)
    except _UNKNOWN as error:
        do_without("InMemorySaver", "Of its checkpoints only whole threads can be deleted", error)
        raise UnknownMemory from error
    if whole:
        saver.delete_thread(thread)
        return size, rest
    for key in freed:
        del saver.blobs[key]
    for _, namespace, one in places:
        del saver.storage[thread][namespace][one]
        saver.writes.pop((thread, namespace, one), None)
    return size, rest


def _freed(saver: Any, thread: str, namespace: str, ids: list[str], versions: Versions) -> set[Any]:
    """The keys of values to which deleted checkpoints referred and no remaining one does."""
    rows, going = saver.storage[thread][namespace], set(ids)
    gone = {each for one in ids for each in versions(rows[one][0])}
    kept = {each for one, row in rows.items() if one not in going for each in versions(row[0])}
    keys = {(thread, namespace, channel, version) for channel, version in gone - kept}
    return {key for key in keys if key in saver.blobs}


def is_memory(saver: object) -> bool:
    """Whether it is an InMemorySaver."""
    return isinstance(saver, InMemorySaver)


def _ids(saver: Any, thread: str | None) -> Iterator[tuple[str, str, str, str | None]]:
    threads = list(saver.storage) if thread is None else [thread] if thread in saver.storage else []
    for name in threads:
        for namespace, rows in list(saver.storage[name].items()):
            for checkpoint, row in list(rows.items()):
                yield name, namespace, checkpoint, row[2]


def _told(read: Callable[[], T], part: str, instead: str) -> T | None:
    """The result of a read of dictionaries that a run may change meanwhile."""
    try:
        for _ in range(100):
            try:
                return read()
            except RuntimeError:
                continue
        return read()
    except _UNKNOWN as error:
        do_without(f"InMemorySaver.{part}", instead, error)
        return None
