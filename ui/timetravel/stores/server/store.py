"""A running LangGraph server as a checkpoint store, read over its API (langgraph-api 0.16.7)."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from ui.timetravel.errors import CheckpointNotFound
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
from ui.timetravel.stores.closing import Closing
from ui.timetravel.stores.server.answers import ThreadStateJson, rows_in, state_in, text
from ui.timetravel.stores.server.connection import ServerConnection, is_thread_id
from ui.timetravel.stores.server.history import Histories
from ui.timetravel.stores.server.origins import header_of
from ui.timetravel.stores.server.states import build_checkpoint, progress_token, sketch, tasks_of
from ui.timetravel.stores.server.thread_pages import ServerThreadPages

_DEEPEST = 64
_SHORT = 100

P = ParamSpec("P")
T = TypeVar("T")


def _one_reading(
    read: Callable[Concatenate["ServerStore", P], T],
) -> Callable[Concatenate["ServerStore", P], T]:
    """Decorate a read so that all its requests share one allowance of time and answers."""

    @wraps(read)
    def bounded(store: "ServerStore", /, *args: P.args, **kwargs: P.kwargs) -> T:
        with store.connection.reading():
            return read(store, *args, **kwargs)

    return bounded


class ServerStore(Closing):
    """Reads the threads of one LangGraph server. Safe to use from several threads.

    Values are what the server's JSON contains: messages are dicts, dates are texts, a set is a list. A server does not
    give channel versions (so a channel has changed if its value differs), a checkpoint's stored bytes (sizes are
    estimates for its JSON), the node that an update counted as, or answers to questions. The constructor and every read
    raise StoreNotFound, NotAStore and StoreUnreadable.
    """

    notes: tuple[str, ...] = ()
    writable = True

    def __init__(self, target: str) -> None:
        """Check that a LangGraph server answers at the address `target` (http or https)."""
        self.connection = ServerConnection(target)
        self.name = self.connection.name
        self.title = self.connection.title
        self._histories = Histories(self.connection)
        self._threads = ServerThreadPages(self.connection, self._histories)
        try:
            self.connection.check()
        except BaseException:
            self.connection.close()
            raise

    @_one_reading
    def threads(self, search: str = "", limit: int = 50, before: str | None = None) -> ThreadPage:
        """See `Store.threads`; `search` also looks at the names that a person gave to threads.

        A server does not count checkpoints: until a thread's history has been read, `checkpoints` counts those from the
        first input to the latest checkpoint, without other branches.
        """
        return self._threads.page(search, limit, before)

    @_one_reading
    def thread(self, thread_id: str) -> ThreadSummary | None:
        """See `Store.thread`."""
        return self._threads.one(thread_id) if is_thread_id(thread_id) else None

    @_one_reading
    def skeleton(self, thread_id: str, namespace: str = "") -> Skeleton:
        """See `Store.skeleton`.

        The API returns whole states, so the first call for a thread reads them all, in pages of some megabytes; later
        calls read only what is new.
        """
        if not is_thread_id(thread_id):
            return Skeleton((), ())
        try:
            found = self._histories.read(thread_id, namespace)
        except CheckpointNotFound:
            return Skeleton((), ())
        found.reverse()
        return Skeleton(
            tuple(each.header.checkpoint_id for each in found), tuple(each.header.parent_id for each in found)
        )

    @_one_reading
    def headers(self, thread_id: str, namespace: str, ids: Sequence[CheckpointId]) -> list[Header]:
        """See `Store.headers`."""
        if not is_thread_id(thread_id):
            return []
        try:
            found = self._histories.sketches(thread_id, namespace, list(dict.fromkeys(ids)))
            above = {each.header.parent_id for each in found.values()} - found.keys() - {None}
            parents = self._histories.sketches(thread_id, namespace, [one for one in above if one])
        except CheckpointNotFound:
            return []
        both = {**parents, **found}
        newest = self._histories.newest(thread_id, namespace)
        return [
            header_of(found[one], both.get(found[one].header.parent_id or ""), newest) for one in ids if one in found
        ]

    @_one_reading
    def checkpoint(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> Checkpoint:
        """See `Store.checkpoint`."""
        parent = self._histories.parent(thread_id, namespace, checkpoint_id)
        # Read before its child if its id is known already: two large states at once would take twice the memory.
        above = self._histories.sketches(thread_id, namespace, [parent]) if parent else {}
        state = self._state(thread_id, namespace, checkpoint_id)
        if state is None:
            raise CheckpointNotFound(f"The server has no checkpoint {checkpoint_id} in the thread {thread_id}.")
        one = sketch(state, thread_id, namespace)
        parent = one.header.parent_id
        if parent and parent not in above:
            above = self._histories.sketches(thread_id, namespace, [parent])
        newest = self._histories.newest(thread_id, namespace)
        return build_checkpoint(state, header_of(one, above.get(parent or ""), newest))

    @_one_reading
    def writes(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> list[Task]:
        """See `Store.writes`: those writes that are part of the graph's output.

        Left out are LangGraph's own channels (edges, Sends), and what a person's update wrote.
        """
        state = self._state(thread_id, namespace, checkpoint_id)
        return tasks_of(state) if state else []

    @_one_reading
    def namespaces(self, thread_id: str) -> list[str]:
        """See `Store.namespaces`.

        They are found in the tasks of the checkpoints; those inside subgraphs in the tasks of the subgraph's newest 64
        checkpoints. A subgraph with a memory of its own (compiled with checkpointer=True) has a single namespace,
        "node".
        """
        if not is_thread_id(thread_id):
            return [""]
        try:
            found = self._inside(thread_id, "", frozenset([""]))
        except CheckpointNotFound:
            return [""]
        return ["", *sorted(found)]

    @_one_reading
    def thread_metadata(self, thread_id: str) -> Mapping[str, Plain]:
        """The metadata that the server keeps for the thread; empty where it has none.

        Two entries are ours: `timetravel_name`, the name that a person gave to the thread, and `timetravel_from`, which
        says what a copy was made from.
        """
        if not is_thread_id(thread_id):
            return {}
        try:
            row: Any = self.connection.read(lambda client: client.threads.get(thread_id))
        except CheckpointNotFound:
            return {}
        return next((each["metadata"] for each in rows_in([row])), {})

    @_one_reading
    def change_token(self, thread_id: str = "") -> Hashable:
        """See `Store.change_token`.

        A thread's row shows when a run began or ended, or a state was updated. Only while a run is on is its latest
        state read as well, with those of its subgraphs.
        """
        if not thread_id:
            count = self.connection.read(lambda client: client.threads.count())
            return repr(count)[:_SHORT] if isinstance(count, int | str) else "", self._row(
                sort_by="updated_at", sort_order="desc", limit=1
            )
        row = self._row(ids=[thread_id]) if is_thread_id(thread_id) else ()
        if "busy" not in row:
            return row
        state = self.connection.read(lambda client: client.threads.get_state(thread_id, subgraphs=True))
        return *row, progress_token(state_in(state))

    def close(self) -> None:
        """Close the connections. May be called more than once."""
        self.connection.close()

    def _state(self, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> ThreadStateJson | None:
        if not is_thread_id(thread_id) or not is_thread_id(checkpoint_id):
            return None
        try:
            return self._histories.state(thread_id, namespace, checkpoint_id)
        except CheckpointNotFound:
            return None

    def _row(self, **options: Any) -> tuple[str, ...]:
        fields: list[Any] = ["thread_id", "updated_at", "status"]
        rows = rows_in(self.connection.read(lambda client: client.threads.search(select=fields, **options)))
        return tuple(text(row.get(name)) for row in rows for name in fields)

    def _inside(self, thread_id: str, namespace: str, seen: frozenset[str]) -> list[str]:
        """The namespaces below this one that have a checkpoint."""
        sketches = self._histories.read(thread_id, namespace)
        own = list(dict.fromkeys(task.namespace for each in sketches for task in each.tasks if task.namespace))
        found: dict[str, None] = {}
        remembering: set[str] = set()
        for index, each in enumerate(one for one in own if one not in seen):
            node = each.rpartition(":")[0]
            if node in remembering:
                continue
            if index >= _DEEPEST:
                found[each] = None
            elif inside := self._histories.read(thread_id, each):
                real = inside[0].header.namespace
                if real in seen:  # the server answers with the state of an outer graph
                    continue
                if real != each:
                    remembering.add(node)
                found |= dict.fromkeys([real, *self._inside(thread_id, real, seen | {real})])
        return list(found)
