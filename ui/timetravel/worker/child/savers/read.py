"""Answers the debugger's questions about a saver, through its public interface.

InMemorySaver (langgraph-checkpoint 4.3.2, checkpoint/memory) is an exception: its ids and the paths of its writes are
read from its dictionaries, since a listing builds every state again.
"""

import time
from typing import Any

from langgraph.checkpoint.base import CheckpointTuple

from ..allowed_types.guarded_serializer import looking
from ..runs.copy_checkpoint import place
from ..shared.protocol import Message
from .adapter import Adapter
from .internals import memory
from .pack import WriteKeys, id_of, index_of, parent_of, row, state, writes

ThreadFigures = list[Any]
"""About a thread: the newest id in the root namespace, the number there, the newest id of all, and its namespace."""


class SaverReader:
    """Reads the saver inside an adapter. Raises whatever the saver raises."""

    def __init__(self, adapter: Adapter) -> None:
        self._adapter = adapter
        self._halves = adapter.halves

    async def answer(self, request: Message) -> Message:
        """The answer to a "read" request, by its `what`. No value is built for it."""
        with looking():
            return await self._answer(request)

    async def _answer(self, request: Message) -> Message:
        what = request["what"]
        if what == "threads":
            return await self._threads(_Bound(request))
        if what == "ids":
            return await self._ids(request["thread"], _Bound(request))
        if what == "newest":
            return await self._newest(request["thread"])
        return {"found": [await self._one(request["want"], *place) for place in request["places"]]}

    async def _threads(self, bound: "_Bound") -> Message:
        """Each thread with its newest checkpoint in the root namespace, its newest of all, and the number in the
        root.
        """
        threads: dict[str, ThreadFigures] = {}

        def take(thread: str, namespace: str, checkpoint: str) -> bool:
            known = threads.setdefault(thread, ["", 0, "", ""])
            if namespace == "":
                known[0], known[1] = max(known[0], checkpoint), known[1] + 1
            if checkpoint > known[2]:
                known[2], known[3] = checkpoint, namespace
            return bound.goes_on()

        every = memory.ids(self._halves.saver, None) if self._halves.in_memory else None
        if every is not None:
            for thread, namespace, checkpoint, _ in every:
                take(thread, namespace, checkpoint)
            bound.met = False
        else:
            await self._halves.look_through(None, bound.limit, lambda found: take(*_where(found)))
        return {"threads": [[thread, *summary] for thread, summary in threads.items()], **bound.told()}

    async def _ids(self, thread: str, bound: "_Bound") -> Message:
        """Namespace, id and parent's id of a thread's checkpoints, in the saver's order."""
        every = memory.ids(self._halves.saver, thread) if self._halves.in_memory else None
        if every is not None:
            return {"ids": [each[1:] for each in every], **bound.told()}
        ids: list[tuple[str, str, str | None]] = []

        def take(found: CheckpointTuple) -> bool:
            ids.append((*_where(found)[1:], parent_of(found)))
            return bound.goes_on()

        await self._halves.look_through({"configurable": {"thread_id": thread}}, bound.limit, take)
        return {"ids": ids, **bound.told()}

    async def _newest(self, thread: str) -> Message:
        found = await self._halves.aget_tuple(place(thread))
        return {"newest": [id_of(found), len(found.pending_writes or ())] if found else None}

    async def _one(self, want: str, thread: str, namespace: str, checkpoint: str) -> Message | None:
        found = await self._halves.aget_tuple(place(thread, namespace, checkpoint))
        if found is None:
            return None
        if want == "state":
            return state(found)
        known = self._known((thread, namespace, checkpoint), found)
        return row(found, known) if want == "row" else writes(found, known)

    def _known(self, place: tuple[str, str, str], found: CheckpointTuple) -> WriteKeys:
        exact = memory.writes(self._halves.saver, place) if self._halves.in_memory else None
        if exact is not None:
            return exact
        known: WriteKeys = []
        place_in: dict[str, int] = {}
        for task, channel, _ in found.pending_writes or ():
            index = place_in[task] = place_in.get(task, -1) + 1
            if path := self._adapter.paths.path(place, task):
                known.append((task, channel, index_of(channel, index), path))
        return known


class _Bound:
    """The bound of a listing: a number of checkpoints, and of seconds, since each checkpoint is built whole."""

    def __init__(self, request: Message) -> None:
        self.limit: int = request["limit"]
        self.met = False
        self._until = time.monotonic() + request["seconds"]
        self._looked = 0

    def goes_on(self) -> bool:
        """Count one more checkpoint, and return whether another one may be read."""
        self._looked += 1
        self.met = self.met or self._looked >= self.limit or time.monotonic() > self._until
        return not self.met

    def told(self) -> Message:
        """Whether there may be more checkpoints, and how many were read, for the answer."""
        return {"more": self.met, "looked": self._looked}


def _where(found: CheckpointTuple) -> tuple[str, str, str]:
    where = found.config["configurable"]
    return str(where["thread_id"]), str(where.get("checkpoint_ns", "")), id_of(found)
