"""Drawings in the DOT language: a workflow, and a history. Pure; labels from a store or a graph are escaped."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import graphviz

from ui.timetravel.worker.job import EdgeInfo, GraphInfo

ENDS = {"__start__": "start", "__end__": "end"}


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
class Progress:
    """Which nodes of a workflow are marked, and the edges that were walked."""

    running: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()
    due: frozenset[str] = frozenset()
    walked: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Stop:
    """One state of a history drawing. `folded` counts the checkpoints left out between it and its parent."""

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
    """Lines of any text as a label that shows just this text: neither HTML nor an escape sequence of DOT."""
    text: str = graphviz.nohtml("\\n".join(graphviz.escape(line) for line in lines if line))
    return text


def workflow(info: GraphInfo, progress: Progress, palette: Palette, direction: str = "TB") -> graphviz.Digraph:
    """A graph's nodes and edges: conditional edges dashed, subgraphs as clusters, marks in colour and in words."""
    sheet = _sheet(palette, direction)
    keys = _keys(
        [*(node.name for node in info.nodes), *(end for edge in info.edges for end in (edge.source, edge.target))]
    )
    clusters: dict[str, list[str]] = {}
    for name in keys:
        clusters.setdefault(name.rpartition(":")[0], []).append(name)
    for cluster in sorted(clusters):
        _cluster(sheet, cluster, clusters[cluster], keys, progress, palette)
    for edge in info.edges:
        _edge(sheet, edge, keys, progress, palette)
    return sheet


def _keys(names: Iterable[str]) -> dict[str, str]:
    """A plain DOT name for each node, since a colon in a name would mean a port."""
    return {name: f"n{at}" for at, name in enumerate(dict.fromkeys(names))}


def _cluster(
    sheet: graphviz.Digraph,
    cluster: str,
    names: list[str],
    keys: Mapping[str, str],
    progress: Progress,
    palette: Palette,
) -> None:
    if not cluster:
        for name in names:
            _node(sheet, keys[name], name, progress, palette)
        return
    with sheet.subgraph(name=f"cluster_{keys[names[0]]}") as box:
        mark, look = _look(cluster, progress, palette)
        frame = {"color": palette.line, "style": "rounded,filled", "fillcolor": palette.paper} | look
        label = _label(mark + cluster.replace(":", " › "))
        box.attr(label=label, labeljust="l", fontcolor=palette.ink, **frame)
        for name in names:
            _node(box, keys[name], name, progress, palette)


def _node(sheet: graphviz.Digraph, key: str, name: str, progress: Progress, palette: Palette) -> None:
    short = name.rpartition(":")[2]
    if short in ENDS:
        sheet.node(key, _label(ENDS[short]), shape="oval", style="filled", fontsize="12", height="0.3")
        return
    mark, look = _look(name, progress, palette)
    sheet.node(key, _label(f"{mark}{short}"), **look)


def _look(name: str, progress: Progress, palette: Palette) -> tuple[str, dict[str, str]]:
    thick = {"penwidth": "3", "color": palette.accent}
    if name in progress.running:
        return "▶ ", {"fillcolor": palette.running, **thick}
    if name in progress.failed:
        return "✖ ", {"fillcolor": palette.failed, **thick}
    if name in progress.waiting:
        return "? ", {"fillcolor": palette.running}
    if name in progress.due:
        return "→ ", thick
    if name in progress.done:
        return "✔ ", {"fillcolor": palette.done}
    return "", {}


def _edge(
    sheet: graphviz.Digraph, edge: EdgeInfo, keys: Mapping[str, str], progress: Progress, palette: Palette
) -> None:
    look = {"style": "dashed"} if edge.conditional else {}
    if (edge.source, edge.target) in progress.walked:
        look |= {"penwidth": "2.5", "color": palette.accent}
    label = _label(f" {edge.label} ") if edge.label and edge.label != edge.target.rpartition(":")[2] else ""
    sheet.edge(keys[edge.source], keys[edge.target], label, **look)


def history(stops: Iterable[Stop], selected: str, palette: Palette) -> graphviz.Digraph:
    """States as nodes, the nodes that ran on the edges; folded runs say how many checkpoints they hold."""
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
