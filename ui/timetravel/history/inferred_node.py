"""Which node a change by hand counts as when none is given: LangGraph takes the one that ran last."""

from collections.abc import Collection

from ui.timetravel.stores.rows.tasks.next_nodes import VersionsSeen, without_bumps


def is_ambiguous(seen: VersionsSeen, nodes: Collection[str]) -> bool:
    """Whether LangGraph would refuse a change at a checkpoint with these versions seen as ambiguous.

    `nodes` are those of the graph. As `_infer_as_node` of langgraph 1.2.22, pregel/main.py: two nodes, or one by two of
    its triggers, saw the newest version.
    """
    if len(nodes) <= 1:
        return False
    versions = [version for node, read in without_bumps(seen).items() if node in nodes for version in read.values()]
    try:
        newest = sorted(versions)[-2:]
    except TypeError:  # versions of two types: the thread's saver was exchanged at some point
        return False
    return len(newest) == 2 and newest[0] == newest[1]
