"""Long-term memory that reads through to one store, and writes to another one beside it."""

import asyncio
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from langgraph.store.base import BaseStore, GetOp, ListNamespacesOp, Op, PutOp, Result, SearchOp
from langgraph.store.memory import InMemoryStore

from .lasting_store import ItemKey, LastingStore, without_refresh

_MANY = 1_000_000
Asking = Generator[tuple[bool, Op], Result, Result]
"""Makes one read after the other, each of the store below (True) or of the one at the side, and returns an answer."""

reading_below: ContextVar[bool] = ContextVar("timetravel_reading_below", default=False)
"""Set while an overlay itself reads the store below it."""


@contextmanager
def _below() -> Iterator[None]:
    token = reading_below.set(True)
    try:
        yield
    finally:
        reading_below.reset(token)


class OverlayStore(BaseStore):
    """Items in `side` override those in `below`, which is only read. `notes` are sentences for the person.

    A value that JSON can't hold is kept in memory if `below` is in memory, and otherwise refused.
    """

    supports_ttl = True

    def __init__(self, below: BaseStore, side: LastingStore) -> None:
        self.below = below
        self.side = side
        self.ttl_config = getattr(below, "ttl_config", None)
        self.notes: list[str] = []
        self._batch, self._abatch = type(below).batch, type(below).abatch
        self._in_memory: bool = isinstance(below, InMemoryStore) or (
            isinstance(below, OverlayStore) and below._in_memory
        )

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        """Do these operations, reads before puts as in every store."""
        listed = list(ops)
        results = [None if isinstance(op, PutOp) else self._drive(self._ask(op)) for op in listed]
        for op in listed:
            if isinstance(op, PutOp):
                self._put(op)
        return results

    async def abatch(self, ops: Iterable[Op]) -> list[Result]:
        """See `batch`; this one is awaited."""
        listed = list(ops)
        results = [None if isinstance(op, PutOp) else await self._adrive(self._ask(op)) for op in listed]
        for op in listed:
            if isinstance(op, PutOp):
                await asyncio.to_thread(self._put, op)
        return results

    def _drive(self, asking: Asking) -> Result:
        answer: Result = None
        while True:
            try:
                is_below, op = asking.send(answer)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            answer = self._read_below([op])[0] if is_below else self.side.batch([op])[0]

    def _read_below(self, ops: list[Op]) -> list[Result]:
        with _below():
            return self._batch(self.below, ops)

    async def _adrive(self, asking: Asking) -> Result:
        answer: Result = None
        while True:
            try:
                is_below, op = asking.send(answer)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            if not is_below:
                answer = (await self.side.abatch([op]))[0]
                continue
            with _below():
                answer = (await self._abatch(self.below, [op]))[0]

    def _ask(self, op: Op) -> Asking:
        if isinstance(op, GetOp):
            return self._get(op)
        if isinstance(op, SearchOp):
            return self._search(op)
        if isinstance(op, ListNamespacesOp):
            return self._namespaces(op)
        raise ValueError(f"Unknown operation on a store: {type(op).__name__}")

    def _get(self, op: GetOp) -> Asking:
        found = yield False, op
        if found is not None or (op.namespace, op.key) in self.side.hidden():
            return found
        return (yield True, without_refresh(op))

    def _search(self, op: SearchOp) -> Asking:
        """Search both. The store below is asked for as many more results as items of the side may override."""
        covered = {key for key in self.side.keys() | self.side.hidden() if _within(key, op.namespace_prefix)}
        most = op.offset + op.limit
        below: Any = yield True, without_refresh(op._replace(offset=0, limit=most + len(covered)))
        # Over a store in memory the side's items are in the order of creation, which the side returns in reverse.
        side: Any = yield False, op._replace(offset=0, limit=_MANY if self._in_memory and not op.query else most)
        seen = [item for item in below or [] if (item.namespace, item.key) not in covered]
        return self._ordered(seen, side or [], by_score=bool(op.query))[op.offset : most]

    def _ordered(self, below: list[Any], side: list[Any], *, by_score: bool) -> list[Any]:
        """The results in the order of the store below: by score; in memory by creation; else the latest change
        first.
        """
        items = [*below, *side]
        if by_score and any(item.score is not None for item in items):
            return sorted(items, key=lambda item: (item.score is None, -(item.score or 0.0)))
        if self._in_memory:
            return [*below, *sorted(side, key=lambda item: _moment(item.created_at))]
        return sorted(items, key=lambda item: _moment(item.updated_at), reverse=True)

    def _namespaces(self, op: ListNamespacesOp) -> Asking:
        every = op._replace(offset=0, limit=_MANY)
        below: Any = yield True, every
        side: Any = yield False, every
        found = set(map(tuple, [*(below or []), *(side or [])]))
        emptied = {namespace for namespace, _ in self.side.hidden()} - set(map(tuple, side or []))
        for namespace in emptied & found:
            left: Any = yield True, SearchOp(namespace, limit=_MANY, refresh_ttl=False)
            if not [item for item in left or [] if (item.namespace, item.key) not in self.side.hidden()]:
                found.discard(namespace)
        return sorted(found)[op.offset : op.offset + op.limit]

    def _put(self, op: PutOp) -> None:
        try:
            self.side.batch([op])
        except TypeError:
            if not self._in_memory:
                raise
            self._keep_in_memory(op)
            return
        if op.value is None:
            self.side.hide(op.namespace, op.key)

    def _keep_in_memory(self, op: PutOp, *, at_the_side: bool = True) -> None:
        if at_the_side:
            self.side.batch([op._replace(value=None)])
            self.side.unhide(op.namespace, op.key)
        if isinstance(self.below, OverlayStore):
            self.below._keep_in_memory(op, at_the_side=False)
        else:
            self._read_below([op])
        note = "A value in long-term memory is no JSON, so it is kept until the end of this run only."
        if note not in self.notes:
            self.notes.append(note)


def _moment(when: datetime) -> float:
    """The time as a number. SQLite's times name no zone, and are in UTC."""
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def _within(key: ItemKey, prefix: tuple[str, ...]) -> bool:
    return key[0][: len(prefix)] == prefix
