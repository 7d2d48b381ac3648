"""Works out which of several graphs a thread belongs to, and what of a checkpoint a graph lacks, from the thread
itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ui.timetravel.ground.text.formatting import join_limited
from ui.timetravel.model.checkpoints import Checkpoint, visible
from ui.timetravel.model.graphs import ChannelInfo, GraphInfo
from ui.timetravel.model.values import Plain
from ui.timetravel.worker.child.shared import protocol
from ui.timetravel.worker.child.shared.reserved_names import EDGE, OWN

_KINDS: Mapping[str, tuple[type, ...]] = {
    **{"str": (str,), "int": (int,), "float": (int, float), "bool": (bool,), "list": (list,), "dict": (dict,)}
}
"""The declared types that a stored value can be checked against: values of other types may be stored in another
form.
"""


@dataclass(frozen=True, slots=True)
class Traces:
    """What a thread's newest checkpoint shows of its graph: nodes that ran or are due, and channels."""

    nodes: frozenset[str]
    channels: frozenset[str]


def traces(newest: Checkpoint) -> Traces:
    """What a checkpoint of the root namespace shows of its graph. LangGraph's own names ("__start__") are left out."""
    edges = [name.removeprefix(EDGE) for name in newest.versions if name.startswith(EDGE)]
    nodes = {*newest.header.due, *newest.next, *newest.versions_seen, *edges}
    return Traces(frozenset(name for name in nodes if not name.startswith(OWN)), frozenset(visible(newest.values)))


def fitting(found: Traces, graphs: Mapping[str, GraphInfo]) -> list[str]:
    """The graphs that have every node of the traces; if there are several, those that have every channel as well."""
    fit = [name for name, graph in graphs.items() if found.nodes <= {*nodes_of(graph)}]
    closer = [name for name in fit if found.channels <= {channel.name for channel in graphs[name].channels}]
    return closer if len(fit) > 1 and closer else fit


def nodes_of(graph: GraphInfo, namespace: str = "") -> Sequence[str]:
    """The nodes that a task in this namespace can be of; empty where LangGraph does not find that subgraph."""
    path = "|".join(part.split(":")[0] for part in namespace.split("|") if not part.isdigit())
    return graph.node_names.get(path, ())


def lacking(shown: Checkpoint, graph: GraphInfo) -> list[str]:
    """The nodes that are due at a checkpoint, or on the way to it, and that the graph does not have.

    Of a subgraph that LangGraph does not find beforehand (because a node calls it), only the node above it is checked.
    """
    above = [part.split(":")[0] for part in shown.header.namespace.split("|")[:1] if part]
    due = dict.fromkeys(name for name in (*shown.header.due, *shown.next) if not name.startswith(OWN))
    inside = nodes_of(graph, shown.header.namespace)
    missing = [name for name in due if inside and name not in inside]
    return missing + [name for name in above if nodes_of(graph) and name not in nodes_of(graph)]


def no_such_node(shown: Checkpoint, graph: GraphInfo) -> str:
    """Why a thread could not continue from a checkpoint: the graph lacks the nodes that are due.

    Empty where it could.
    """
    return protocol.no_such_node(lacking(shown, graph), graph.name, nodes_of(graph))


def changes_since(shown: Checkpoint, graph: GraphInfo) -> list[str]:
    """Sentences on what in a checkpoint's state does not fit the loaded graph, because the code has changed."""
    declared = {channel.name: channel for channel in graph.channels}
    if shown.header.namespace or not shown.versions or not declared:
        return []
    values = visible(shown.values)
    gone = [name for name in values if name not in declared and name not in nodes_of(graph)]
    said = []
    if gone:
        new = [name for name in declared if name not in values and name not in shown.versions]
        more = f" The graph has {join_limited(new)}, which this checkpoint does not hold." if new else ""
        kind, holds = ("channel", "it holds") if len(gone) == 1 else ("channels", "they hold")
        lacks = f"The graph “{graph.name}” has no {kind} {join_limited(gone, last='or')}"
        said.append(f"{lacks}: what {holds} here stays behind.{more}")
    for name, value in values.items():
        if name in declared and not _may_be(value, declared[name]):
            kind = type(value).__name__
            said.append(
                f"{name} is {'an' if kind[0] in 'aeiou' else 'a'} {kind} here, where the graph “{graph.name}” has "
                f"{declared[name].type}: its nodes, or the channel's reducer, may fail on it."
            )
    return said


def _may_be(value: Plain, channel: ChannelInfo) -> bool:
    """Whether the value can be of the channel's type. A type that says nothing of the stored form fits any value."""
    kinds = [part.split("[")[0].strip() for part in _options(channel.type)]
    if value is None or not isinstance(value, (str, int, float, list, dict)) or not all(one in _KINDS for one in kinds):
        return True
    return any(isinstance(value, _KINDS[one]) for one in kinds)


def _options(declared: str) -> list[str]:
    """The parts of a union, each with its own arguments."""
    parts, depth = [""], 0
    for letter in declared:
        depth += {"[": 1, "]": -1}.get(letter, 0)
        if letter == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part for part in map(str.strip, parts) if part != "None"]
