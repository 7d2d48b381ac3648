"""Drawings in the DOT language: a workflow, and a history. Pure; texts from a store or a graph are escaped."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import graphviz

from ui.timetravel.ground.text.visible import visible
from ui.timetravel.model.graphs import EdgeInfo, GraphInfo
from ui.timetravel.worker.child.shared.reserved_names import DEFAULT_HANDLER, END, HANDLER, START

ENDS = {START: "start", END: "end"}


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a drawing, for a light or a dark page."""

    ink: str
    paper: str
    line: str
    fill: str
    running: str
    done: str
    failed: str
    accent: str


LIGHT = Palette("#1c2733", "#f2f6f8", "#5b6b7b", "#ffffff", "#ffe08a", "#d5ecdf", "#f9d0cd", "#0b6bcb")
DARK = Palette("#eef2f6", "#0a1117", "#9fb0c0", "#1d2935", "#6b5200", "#1f4a35", "#6d2420", "#6cb6ff")


@dataclass(frozen=True, slots=True)
class WorkflowProgress:
    """Which nodes of a workflow are marked, the edges that a run took, and short texts below some nodes' names."""

    running: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()
    cancelled: frozenset[str] = frozenset()
    due: frozenset[str] = frozenset()
    edges_taken: frozenset[tuple[str, str]] = frozenset()
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StateNode:
    """One state of a history drawing. `folded` is the number of checkpoints left out between it and its parent."""

    checkpoint_id: str
    parent_id: str | None
    label: str
    edge: str = ""
    folded: int = 0
    latest: bool = False
    mark: str = ""


def _sheet(palette: Palette, direction: str) -> graphviz.Digraph:
    common = {"fontname": "Helvetica,Arial,sans-serif", "fontcolor": palette.ink, "fontsize": "14"}
    sheet = graphviz.Digraph()
    sheet.attr(rankdir=direction, bgcolor="transparent", nodesep="0.3", ranksep="0.4", margin="0.1")
    sheet.attr("node", shape="box", style="rounded,filled", fillcolor=palette.fill, color=palette.line, **common)
    sheet.attr("edge", color=palette.line, **(common | {"fontsize": "12"}))
    return sheet


def _label(*lines: str) -> str:
    """Lines of any text as a label that shows exactly this text: no HTML, entities or escape sequences of DOT."""
    shown = [part for line in lines for part in visible(line).splitlines() if part]
    text: str = graphviz.nohtml("\\n".join(graphviz.escape(_sound(part)) for part in shown))
    return text


def _sound(line: str) -> str:
    """The line in a form that graphviz can draw and a file can hold: graphviz reads entities, and C strings end at a
    NUL.
    """
    return line.replace("\t", " ").replace("&", "&amp;")


@dataclass(frozen=True, slots=True)
class _Sketch:
    """What is needed to draw each node of a workflow: DOT names, nodes by cluster, marks and colours."""

    keys: Mapping[str, str]
    members: Mapping[str, list[str]]
    progress: WorkflowProgress
    palette: Palette


def workflow(info: GraphInfo, progress: WorkflowProgress, palette: Palette, direction: str = "TB") -> graphviz.Digraph:
    """A graph's nodes and edges: conditional edges dashed, subgraphs as clusters, marks in colour and in words."""
    sheet = _sheet(palette, direction)
    keys = _keys(
        [*(node.name for node in info.nodes), *(end for edge in info.edges for end in (edge.source, edge.target))]
    )
    sketch = _Sketch(keys, _members(keys), progress, palette)
    _fill(sheet, "", sketch)
    for edge in (*info.edges, *_to_handlers(keys)):
        _edge(sheet, edge, sketch)
    return sheet


def _to_handlers(names: Collection[str]) -> list[EdgeInfo]:
    """An edge to each error handler from the node that it belongs to; LangGraph draws none."""
    pairs = [(name.replace(HANDLER, "", 1), name) for name in names if HANDLER in name]
    return [EdgeInfo(node, handler, conditional=True, label="on error") for node, handler in pairs if node in names]


def _members(names: Iterable[str]) -> dict[str, list[str]]:
    """The nodes of each cluster, by its name; a cluster that contains only clusters has none."""
    members: dict[str, list[str]] = {"": []}
    for name in names:
        cluster = _cluster_of(name)
        members.setdefault(cluster, []).append(name)
        while cluster := _cluster_of(cluster):
            members.setdefault(cluster, [])
    return members


def _keys(names: Iterable[str]) -> dict[str, str]:
    """A plain DOT name for each node, since a colon in a name would mean a port."""
    return {name: f"n{at}" for at, name in enumerate(dict.fromkeys(names))}


def _cluster_of(name: str) -> str:
    return name.rpartition(":")[0]


def _short(name: str) -> str:
    """A node's name inside its cluster; a name that ends with a colon stays whole."""
    return name.rpartition(":")[2] or name


def _fill(sheet: graphviz.Digraph, cluster: str, sketch: _Sketch) -> None:
    """Draw the nodes of a cluster, and the clusters inside it."""
    for name in sketch.members[cluster]:
        _node(sheet, name, sketch)
    for at, inner in enumerate(sketch.members):
        if inner and _cluster_of(inner) == cluster:
            with sheet.subgraph(name=f"cluster_{at}") as box:
                mark, look = _look(inner, sketch.progress, sketch.palette)
                frame = {"color": sketch.palette.line, "style": "rounded,filled", "fillcolor": sketch.palette.paper}
                label = _label(mark + inner.replace(":", " › "))
                box.attr(label=label, labeljust="l", margin="14", fontcolor=sketch.palette.ink, **(frame | look))
                _fill(box, inner, sketch)


def _named(name: str) -> str:
    """A node's name inside its cluster; an error handler is called an error handler."""
    short = _short(name)
    if short == DEFAULT_HANDLER:
        return "error handler of all nodes"
    of = short.removeprefix(HANDLER)
    return f"error handler of {of}" if of != short else short


def _node(sheet: graphviz.Digraph, name: str, sketch: _Sketch) -> None:
    key, short = sketch.keys[name], _short(name)
    if short in ENDS:
        sheet.node(key, _label(ENDS[short]), fontsize="12", height="0.3", margin="0.08,0.03")
        return
    mark, look = _look(name, sketch.progress, sketch.palette)
    sheet.node(key, _label(f"{mark}{_named(name)}", sketch.progress.notes.get(name, "")), **look)


def _look(name: str, progress: WorkflowProgress, palette: Palette) -> tuple[str, dict[str, str]]:
    thick = {"penwidth": "3", "color": palette.accent}
    if name in progress.running:
        return "▶ ", {"fillcolor": palette.running, **thick}
    if name in progress.failed:
        return "✖ ", {"fillcolor": palette.failed, **thick}
    if name in progress.cancelled:
        return "■ ", {"style": "rounded,filled,dashed"}
    if name in progress.waiting:
        return "? ", {"fillcolor": palette.running}
    if name in progress.due:
        return "→ ", thick
    if name in progress.done:
        return "✔ ", {"fillcolor": palette.done}
    return "", {}


def _edge(sheet: graphviz.Digraph, edge: EdgeInfo, sketch: _Sketch) -> None:
    look = {"style": "dashed"} if edge.conditional else {}
    if (edge.source, edge.target) in sketch.progress.edges_taken:
        look |= {"penwidth": "2.5", "color": sketch.palette.accent}
    label = _label(f" {edge.label} ") if edge.label and edge.label != _short(edge.target) else ""
    sheet.edge(sketch.keys[edge.source], sketch.keys[edge.target], label, **look)


def history(stops: Iterable[StateNode], selected: str, palette: Palette) -> graphviz.Digraph:
    """States as nodes, with the nodes that ran on the edges; folded runs say how many checkpoints they contain."""
    sheet = _sheet(palette, "TB")
    listed = list(stops)
    keys = _keys(stop.checkpoint_id for stop in listed)
    for stop in listed:
        chosen = stop.checkpoint_id == selected
        look = {"fillcolor": palette.done if stop.latest else palette.fill}
        if chosen:
            look |= {"penwidth": "4", "color": palette.accent}
        lines = [stop.label, stop.mark, "selected" if chosen else ""]
        sheet.node(keys[stop.checkpoint_id], _label(*lines), **look)
        if stop.parent_id in keys:
            folded = f"… {stop.folded} more …" if stop.folded else ""
            sheet.edge(keys[str(stop.parent_id)], keys[stop.checkpoint_id], _label(folded, stop.edge))
    return sheet
