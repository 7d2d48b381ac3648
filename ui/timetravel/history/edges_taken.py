"""Which edges of a workflow a branch of the history went along. Pure."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from ui.timetravel.model.checkpoints import Header
from ui.timetravel.model.graphs import EdgeInfo
from ui.timetravel.worker.child.shared.reserved_names import END, START


def edges_taken(
    branch: Sequence[Header], edges: Iterable[EdgeInfo], last: Collection[str] = ()
) -> frozenset[tuple[str, str]]:
    """The edges, as (source, target), along which these checkpoints (oldest first) went from node to node.

    A store does not record edges, so they are inferred from who ran when: an edge counts if its source ran in the
    superstep before its target; an edge without a condition also counts if its source ran earlier, since the target may
    have waited for others. In a drawing, the nodes of a subgraph are called "parent:child". Where the first of the
    checkpoints has a parent, the nodes that ran before it are unknown, and no edge from them counts. `last` are nodes
    of the last checkpoint's superstep that have run although the superstep has not ended.
    """
    across = [edge for edge in edges if not _inside(edge)]
    found: set[tuple[str, str]] = set()
    for before, earlier, ran in _steps(branch, set(last)):
        for edge in across:
            source, target = _outer(edge.source), _outer(edge.target)
            if target in ran and (source in before or (source in earlier and not edge.conditional)):
                found.add((edge.source, edge.target))
    return frozenset(found)


def _steps(branch: Sequence[Header], last: set[str]) -> Iterator[tuple[set[str], set[str], set[str]]]:
    """For each superstep: who ran just before, who ran earlier, and who ran in it."""
    midway = bool(branch) and branch[0].parent_id is not None
    before, earlier = set[str]() if midway else {START}, set[str]()
    for header in branch:
        if header.source == "input":
            before, earlier = {START}, set()
        ran = set(header.ran)
        if ran:
            yield before, earlier, ran
            earlier |= before
            before = ran
    if last:
        yield before, earlier, last
    elif branch and not branch[-1].next and before != {START}:
        yield before, earlier, {END}


def _outer(node: str) -> str:
    return node.split(":")[0]


def _inside(edge: EdgeInfo) -> bool:
    """Whether the edge is within one subgraph."""
    return ":" in edge.source and ":" in edge.target and _outer(edge.source) == _outer(edge.target)
