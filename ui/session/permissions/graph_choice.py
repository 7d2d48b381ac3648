"""Which graph is run from what the Debugger shows: the one that the thread names, or that a person chose for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from ui.session.context import chosen_graph, graph_info, graphs_looked_at, source
from ui.session.reads.checkpoints import checkpoint_at, headers_at
from ui.timetravel.errors import WorkerError
from ui.timetravel.ground.text.formatting import join_limited
from ui.timetravel.history.graph_of_thread import fitting, traces
from ui.timetravel.history.named_graph import graph_of_thread
from ui.timetravel.model.graphs import GraphInfo
from ui.timetravel.model.values import Plain


@dataclass(frozen=True, slots=True)
class GraphChoice:
    """The name of a thread's graph. Empty where a person has to choose it; `why` is the reason.

    `fitting` are the graphs that the thread may belong to, as far as the thread itself shows.
    """

    name: str
    why: str = ""
    fitting: tuple[str, ...] = ()


def graph_for(thread: str, metadata: Mapping[str, Plain]) -> GraphChoice:
    """The graph of a thread, one of whose checkpoints has this metadata.

    It is, in this order: the graph that the metadata names; the only one there is; the one that a person chose; the
    only one that has every node (and if several do, every channel) in the thread's newest checkpoint. To compare
    graphs, each is imported once. Raises StoreError.
    """
    names = graphs_looked_at()
    named = str(metadata.get("graph_id") or "")
    if named in names:
        return GraphChoice(named)
    if len(names) < 2:
        return GraphChoice(names[0] if names else "")
    if (chosen := chosen_graph(thread)) in names:
        return GraphChoice(chosen)
    head = source().store.skeleton(thread).latest
    named = named or (_maker(thread, head) if head else "")
    if named in names:
        return GraphChoice(named)
    if named:
        return GraphChoice("", f"The graph “{named}” made this, and it is not among the graphs here.")
    return _by_traces(thread, head or "", names)


def other_graph(thread: str, graph: str) -> str:
    """Why a thread that names no graph seems to belong to another one than this, in a sentence; else empty."""
    found = graph_for(thread, {})
    if graph in (found.name, *found.fitting):
        return ""
    return f"This thread has the nodes of {found.name}, not those of {graph}." if found.name else found.why


def description(name: str) -> GraphInfo | None:
    """A graph's description; None where it can't be loaded, which the drawing of the workflow explains."""
    try:
        return graph_info(name) if name else None
    except WorkerError:
        return None


def _maker(thread: str, head: str) -> str:
    here = source()
    token = here.store.change_token(thread)
    return graph_of_thread(lambda ids: headers_at(here.name, token, thread, "", ids).values(), head)


def _by_traces(thread: str, head: str, names: list[str]) -> GraphChoice:
    here = source()
    newest = checkpoint_at(here.name, here.store.change_token(thread), thread, "", head) if head else None
    infos = {name: info for name in names if (info := description(name))}
    found = fitting(traces(newest), infos) if newest else []
    if len(found) == 1:
        return GraphChoice(found[0])
    if not found:
        return GraphChoice("", "None of the graphs here has all the nodes that this thread tells of.")
    why = f"This thread does not tell which graph made it: it could be {join_limited(found, last='or')}."
    return GraphChoice("", why, tuple(found))
