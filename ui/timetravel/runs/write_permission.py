"""Decides whether and where a run may write, before it is offered. Pure, except `newest_heads`.

What writes is a `RunRequest`: a run, a fork, an answer, a resume, a retry, a roll-back. The worker checks by itself as
well (foreign_rows.py and limits.py in worker/child), with the same sentences, since the store may have changed
meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ui.timetravel.ground.text.formatting import shorten
from ui.timetravel.history.graph_of_thread import no_such_node
from ui.timetravel.model.checkpoints import Checkpoint, Header
from ui.timetravel.model.graphs import GraphInfo
from ui.timetravel.model.jobs import RunRequest
from ui.timetravel.stores import Store
from ui.timetravel.worker.child.shared.protocol import unsafe_change, unsafe_deltas, unwritable
from ui.timetravel.worker.child.shared.reserved_names import NO_VALUES
from ui.timetravel.worker.child.shared.standard_types import StoredType

FORMAT = 4
"""The format that every supported LangGraph writes (0.6 to 1.2.22), until one reports its own."""

HEADS_LOOKED_AT = 5
"""The number of threads, those that changed last, that decide which program writes a store."""

_NAMED = 5
"""The most types that a sentence names."""

NOT_ALONE = "A subgraph's checkpoint can't be copied alone: copy the checkpoint of the graph above it."


class Destination(StrEnum):
    """The place where a run's checkpoints are written."""

    THREAD = "this thread"
    NEW_THREAD = "a new thread of this store"
    SANDBOX = "the sandbox"


@dataclass(frozen=True, slots=True)
class Ground:
    """What the store contains where a run starts.

    `newest`: the header of the thread's newest checkpoint, None where it has none. `start`: the whole checkpoint that
    it starts from, if it names one or continues from the newest. `others`: headers of the newest checkpoints of the
    threads that changed last. `ran_from_start`: something has been written on `start` already. `read_only`,
    `no_sandbox`: why the store can only be read, and why there is no sandbox for it; empty where neither applies.
    `refused_types`: the types in `start` that neither the graphs nor the person have allowed, as far as they are known.
    """

    newest: Header | None = None
    start: Checkpoint | None = None
    others: Sequence[Header] = ()
    ran_from_start: bool = False
    read_only: str = ""
    no_sandbox: str = ""
    refused_types: Sequence[StoredType] = ()


@dataclass(frozen=True, slots=True)
class Permission:
    """Where a run may write. `refused` has, for every other destination, the reason and what would have to change."""

    refused: Mapping[Destination, str] = field(default_factory=dict)

    def allows(self, destination: Destination) -> bool:
        """Whether it may write there."""
        return destination not in self.refused

    def why_not(self, destination: Destination = Destination.THREAD) -> str:
        """Why it may not write there, as a sentence; empty where it may."""
        return self.refused.get(destination, "")


def permission(request: RunRequest, ground: Ground, graph: GraphInfo | None = None) -> Permission:
    """Where this run may write. `graph` is the one that it runs, None where that is not known or a server runs it."""
    if nothing := _nothing_would_run(request, ground, graph):
        return Permission(dict.fromkeys(Destination, nothing))
    if ground.refused_types:
        return Permission(dict.fromkeys(Destination, refused_types(ground.refused_types)))
    number = graph.runtime.format if graph and graph.runtime else FORMAT
    foreign = _foreign(ground, number)
    found = {
        Destination.THREAD: ground.read_only or foreign or _known_wrong(request, ground, graph),
        Destination.NEW_THREAD: ground.read_only or foreign or (NOT_ALONE if request.namespace else ""),
        Destination.SANDBOX: ground.no_sandbox,
    }
    return Permission({place: why for place, why in found.items() if why})


def newest_heads(store: Store) -> Sequence[Header]:
    """The newest checkpoints of the threads that changed last, which show what program writes the store.

    Raises StoreError.
    """
    threads = store.threads(limit=HEADS_LOOKED_AT).threads
    return [header for one in threads for header in store.headers(one.thread_id, "", [one.latest_id])]


def refused_types(types: Sequence[StoredType]) -> str:
    """A sentence on why nothing runs from a state with these types."""
    names = ", ".join(shorten(f"{module}.{name}") for module, name in types[:_NAMED])
    more = f" and {len(types) - _NAMED} more" if len(types) > _NAMED else ""
    return (
        f"This state names {names}{more}, which the graph's schema does not declare. To run from here would import and "
        "call that with what the store holds, so it is not done. Allow it for this store, if you know it and trust the "
        "store; else declare it in the graph's state, or start from another checkpoint."
    )


def foreign_store(newest: Sequence[Header], number: int = FORMAT) -> str:
    """Why nothing may be written to a store whose newest threads have these heads; empty where it may be."""
    said = [unwritable(one.format, one.javascript, number, "This store") for one in newest]
    return said[0] if said and all(said) else ""


def _foreign(ground: Ground, number: int) -> str:
    """Why the thread belongs to another program: by its newest checkpoint, or because LangGraph.js wrote the one it
    starts from.

    A thread that does not exist yet belongs to another program if all threads that changed last do. An older format at
    the start does no harm where the newest checkpoint is of the present format: LangGraph reads older ones.
    """
    if ground.newest is None:
        return foreign_store(ground.others, number)
    start = ground.start.header if ground.start else None
    heads = [ground.newest, start if start and start.javascript else None]
    said = [unwritable(one.format, one.javascript, number, f"The thread “{one.thread_id}”") for one in heads if one]
    return next(filter(None, said), "")


def _known_wrong(request: RunRequest, ground: Ground, graph: GraphInfo | None) -> str:
    """A known fault of this LangGraph that would affect this run; empty where there is none."""
    if graph is None or graph.runtime is None or request.checkpoint_id is None:
        return ""
    langgraph = graph.runtime.langgraph
    deltas = graph.delta_inside or any(channel.delta for channel in graph.channels)
    changes = request.edits is not None and request.edits.as_node not in NO_VALUES
    said = unsafe_deltas(langgraph) if deltas else ""
    return said or (unsafe_change(langgraph) if changes and ground.ran_from_start else "")


def _nothing_would_run(request: RunRequest, ground: Ground, graph: GraphInfo | None) -> str:
    """Why no node would run: the graph lacks those that are due. An edit may make others due."""
    if graph is None or ground.start is None or request.edits is not None or not request.run:
        return ""
    return no_such_node(ground.start, graph)
