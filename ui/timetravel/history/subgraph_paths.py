"""What ran inside a graph's subgraphs along a branch of the history, from the subgraphs' own checkpoints.

A subgraph keeps its checkpoints in the namespace "node:task_id" of the task that it ran as, nested with "|"; one with a
memory of its own (compiled with checkpointer=True) in the namespace "node" (langgraph 1.2.22, pregel/_loop.py). Of a
subgraph that keeps no checkpoints nothing is known.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ui.timetravel.history.edges_taken import edges_taken
from ui.timetravel.model.checkpoints import CheckpointId, Header, Task
from ui.timetravel.model.graphs import EdgeInfo, GraphInfo
from ui.timetravel.worker.child.shared.reserved_names import END, START

_MOST = 20
"""The most runs of one subgraph that are read where it is not known which of them is meant."""


@dataclass(frozen=True, slots=True)
class ThreadReader:
    """Functions that read one thread: its namespaces, the headers of one namespace (oldest first), and the tasks of a
    checkpoint.
    """

    namespaces: Sequence[str]
    headers: Callable[[str], Sequence[Header]]
    tasks: Callable[[str, CheckpointId], Sequence[Task]]


@dataclass(frozen=True, slots=True)
class Inside:
    """What is known of nodes inside subgraphs, by their names in drawings ("parent:child")."""

    done: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()
    due: frozenset[str] = frozenset()
    cancelled: frozenset[str] = frozenset()
    edges_taken: frozenset[tuple[str, str]] = field(default_factory=frozenset)

    def __or__(self, other: "Inside") -> "Inside":
        return Inside(
            self.done | other.done,
            self.failed | other.failed,
            self.waiting | other.waiting,
            self.due | other.due,
            self.cancelled | other.cancelled,
            self.edges_taken | other.edges_taken,
        )


def node_path(namespace: str) -> str:
    """The nodes of a namespace, as drawings name them: "a:1|b:2" becomes "a:b".

    A number that counts calls in one task is left out.
    """
    return ":".join(part.split(":")[0] for part in namespace.split("|") if part and not part.isdigit())


def subgraph_of(info: GraphInfo, namespace: str) -> GraphInfo | None:
    """The graph whose checkpoints are in a namespace, cut out of the whole drawing; None where the drawing lacks it."""
    path = node_path(namespace)
    if not path:
        return info
    start = path + ":"
    nodes = tuple(
        replace(node, name=node.name.removeprefix(start), subgraph=node.subgraph.removeprefix(path).lstrip(":"))
        for node in info.nodes
        if node.name.startswith(start)
    )
    if not nodes:
        return None
    edges = {(edge.source, edge.target): edge for edge in (_cut(edge, start) for edge in info.edges) if edge}
    return replace(info, nodes=nodes, edges=tuple(edges.values()), channels=())


def _cut(edge: EdgeInfo, start: str) -> EdgeInfo | None:
    """An edge as part of the subgraph: one that comes in begins at its START, one that goes out ends at its END."""
    comes_from, goes_to = edge.source.startswith(start), edge.target.startswith(start)
    if not comes_from and not goes_to:
        return None
    source = edge.source.removeprefix(start) if comes_from else START
    target = edge.target.removeprefix(start) if goes_to else END
    if source == END or target == START:  # the subgraph's own START and END, where the drawing keeps them
        return None
    return replace(edge, source=source, target=target)


def graph_seen(info: GraphInfo, namespace: str, headers: Sequence[Header]) -> GraphInfo:
    """A graph known only by its checkpoints: the nodes that ran or are due there, without edges."""
    names = dict.fromkeys(node for header in headers for node in (*header.ran, *header.next) if node != START)
    known = {node.name: node for node in info.nodes}
    nodes = tuple(replace(next(iter(known.values())), name=name, source="", subgraph="") for name in names if known)
    return replace(info, name=node_path(namespace), nodes=nodes, edges=(), channels=())


def inside(history: ThreadReader, info: GraphInfo, namespace: str, way: Sequence[Header]) -> Inside:
    """What ran in the subgraphs of the graph `info`, whose checkpoints on the branch are `way`, oldest first.

    If a subgraph ran more than once, its last run counts. For a run that has not ended, the nodes that are due, failed
    or waiting are included.
    """
    clusters = {node.name.split(":")[0] for node in info.nodes if ":" in node.name}
    found = Inside()
    for node in clusters:
        found |= _of_node(history, info, namespace, way, node)
    return found


def _of_node(history: ThreadReader, info: GraphInfo, namespace: str, way: Sequence[Header], node: str) -> Inside:
    sub = subgraph_of(info, node)
    if sub is None or not way:
        return Inside()
    here = way[-1]
    if node in (*here.waiting, *here.failed, *here.cancelled, *here.next):
        found = _of_runs(history, sub, namespace, here, node, stands=True)
        if found != Inside():
            return found
    began = _where_it_ran(way, node)
    return _of_runs(history, sub, namespace, began, node, stands=False) if began else Inside()


def _of_runs(
    history: ThreadReader, sub: GraphInfo, namespace: str, began: Header, node: str, *, stands: bool
) -> Inside:
    """What the subgraph's runs left that began from a checkpoint; with `stands` only of those that have not ended."""
    found = Inside()
    for place in _namespaces(history, namespace, node, began.checkpoint_id):
        headers = [one for one in history.headers(place) if _is_below(one, namespace, began.checkpoint_id)]
        if headers and (headers[-1].next or not stands):
            told = _of_headers(headers, sub, stands=stands)
            found |= _prefixed(told | inside(history, sub, place, headers), node)
    return found


def _of_headers(headers: Sequence[Header], sub: GraphInfo, *, stands: bool) -> Inside:
    """What one run of a subgraph left. With `stands` the run has not ended."""
    last = headers[-1]
    ran = frozenset(node for header in headers for node in header.ran if node != START)
    edges = frozenset(edge for edge in edges_taken(headers, sub.edges) if START not in edge and END not in edge)
    if not stands:
        return Inside(done=ran, edges_taken=edges)
    due, cancelled = frozenset(last.next) - {START}, frozenset(last.cancelled)
    return Inside(ran | set(last.done), frozenset(last.failed), frozenset(last.waiting), due, cancelled, edges)


def _where_it_ran(way: Sequence[Header], node: str) -> Header | None:
    """The checkpoint from which a node last ran: the one before its result. None where it did not run."""
    for before, after in zip(reversed(way[:-1]), reversed(way[1:]), strict=True):
        if node in after.ran and after.parent_id == before.checkpoint_id:
            return before
    return None


def _namespaces(history: ThreadReader, namespace: str, node: str, began: CheckpointId) -> list[str]:
    """The namespaces of the tasks of this node that began from a checkpoint, and of a subgraph with a memory of its
    own.

    A task that was cut off, or inside which a graph paused, left no id. Then every namespace of the node is taken,
    unless there are too many of them to read.
    """
    own = f"{namespace}|" if namespace else ""
    path = node_path(f"{own}{node}")
    of_node = [each for each in history.namespaces if node_path(each) == path]
    tasks = {f"{own}{node}:{task.task_id}" for task in history.tasks(namespace, began) if task.node == node}
    known = [each for each in of_node if _without_count(each) in tasks or ":" not in each.rpartition("|")[2]]
    return known or (of_node if len(of_node) <= _MOST else [])


def _is_below(header: Header, namespace: str, began: CheckpointId) -> bool:
    """Whether a subgraph's checkpoint was made in a superstep that began from this one; true where it does not say."""
    parents = header.metadata.get("parents")
    above = parents.get(namespace) if isinstance(parents, Mapping) else None
    return above is None or above == began


def _without_count(namespace: str) -> str:
    """A namespace without the number that it gets where a task calls the same graph again."""
    head, _, last = namespace.rpartition("|")
    return head if last.isdigit() else namespace


def _prefixed(found: Inside, node: str) -> Inside:
    def name(names: frozenset[str]) -> frozenset[str]:
        return frozenset(f"{node}:{each}" for each in names)

    edges = frozenset((f"{node}:{one}", f"{node}:{other}") for one, other in found.edges_taken)
    return Inside(
        name(found.done), name(found.failed), name(found.waiting), name(found.due), name(found.cancelled), edges
    )
