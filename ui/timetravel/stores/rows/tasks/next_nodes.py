"""Works out which nodes are due after a checkpoint, and which ran to make it, from channel versions and versions seen.

This is what `prepare_next_tasks` and `apply_writes` do (langgraph 1.2.22, pregel/_algo.py), without the graph's code: a
node is due when one of its triggers holds something that is newer than what the node saw when it last ran.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from ui.timetravel.worker.child.shared.reserved_names import BUMPS, EDGE, EDGES, INPUT, INTERRUPT, START

ChannelVersions = Mapping[str, Any]
VersionsSeen = Mapping[str, Mapping[str, Any]]

NOT_NODES = frozenset((INTERRUPT, INPUT, BUMPS))


def next_nodes(
    versions: ChannelVersions,
    seen: VersionsSeen,
    available: Callable[[str], bool],
    ran_here: Iterable[str] = (),
    triggers: Mapping[str, Collection[str]] | None = None,
) -> list[str]:
    """The nodes that edges (not Sends) make due, sorted by name.

    `available` says whether a channel holds a value. `ran_here` are nodes known to have run from this checkpoint: in a
    graph that is no StateGraph (functional API, bare Pregel) nothing else shows that a node was due that never ran
    before. `triggers` has for each node the channels that start it, as far as other checkpoints show them.
    """
    found = {name for name in ran_here if name not in seen}
    # A delta channel that was stored without a write counts as seen by all nodes, and starts none of them.
    read_before = without_bumps(seen)
    first_nodes = {name for name, read in seen.items() if START in read and name not in NOT_NODES} or set(ran_here)
    readers = _by_channel(read_before)
    known = _by_channel(triggers or {})
    for channel in versions:
        for node in _triggered(channel, readers, first_nodes) | known.get(channel, set()):
            if _newer(versions[channel], seen.get(node, {}).get(channel)) and available(channel):
                found.add(node)
    return sorted(found)


def ran_between(before: VersionsSeen, after: VersionsSeen) -> list[str]:
    """The nodes that edges started between two checkpoints, sorted by name: their versions seen have changed."""
    old, new = without_bumps(before), without_bumps(after)
    return sorted(n for n, read in new.items() if n not in NOT_NODES and read and read != old.get(n))


def added_between(before: VersionsSeen, after: VersionsSeen) -> list[str]:
    """The nodes for which `after` has an empty record of versions seen and `before` has none, sorted by name.

    An update leaves such a record for the node that it counts as, if that node never ran. An update that clears the due
    nodes (`as_node` END) leaves a record with versions in it, as if the nodes had run.
    """
    return sorted(name for name, read in after.items() if not read and name not in before and name not in NOT_NODES)


def changed_between(before: ChannelVersions, after: ChannelVersions) -> list[str]:
    """The channels whose version differs, in the order of `after`."""
    return [channel for channel, version in after.items() if before.get(channel) != version]


def without_bumps(seen: VersionsSeen) -> VersionsSeen:
    """The versions that the nodes really saw.

    Where a delta channel was stored in full without a write, LangGraph increases the versions seen, and notes under
    "__snapshot_bumps__" the new version as "node|channel" and the one really seen as "node:channel".
    """
    marks = seen.get(BUMPS)
    if not marks:
        return seen
    real: dict[str, dict[str, Any]] = {}
    for node, read in seen.items():
        real[node] = {}
        for channel, version in read.items():
            if marks.get(f"{node}|{channel}") != version:
                real[node][channel] = version
            elif f"{node}:{channel}" in marks:
                real[node][channel] = marks[f"{node}:{channel}"]
    return real


def stored_anew(seen: VersionsSeen) -> frozenset[str]:
    """The delta channels that were stored in full without a write and that a node had seen (see `without_bumps`)."""
    return frozenset(mark.split("|", 1)[1] for mark in seen.get(BUMPS, {}) if "|" in mark)


def triggers_in(seen: Iterable[VersionsSeen]) -> dict[str, frozenset[str]]:
    """The channels that started each node, from the versions seen at several checkpoints."""
    found: dict[str, set[str]] = {}
    for each in seen:
        for node, read in without_bumps(each).items():
            if node not in NOT_NODES:
                found.setdefault(node, set()).update(read)
    return {node: frozenset(channels) for node, channels in found.items()}


def is_trigger(channel: str) -> bool:
    """Whether a channel is an edge of a StateGraph, in the present naming of channels or an older one."""
    return channel == START or channel.startswith(EDGES)


def _by_channel(nodes: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """The nodes by each channel that they read: an index, so that the cost does not grow with channels times nodes."""
    found: dict[str, set[str]] = {}
    for node, channels in nodes.items():
        if node not in NOT_NODES:
            for channel in channels:
                found.setdefault(channel, set()).add(node)
    return found


def _triggered(channel: str, readers: Mapping[str, set[str]], first_nodes: set[str]) -> set[str]:
    nodes = set(readers.get(channel, ()))
    if channel == START:
        nodes |= first_nodes or {START}
    elif channel.startswith(EDGE):
        nodes.add(channel.removeprefix(EDGE))
    elif is_trigger(channel):
        # "join:a+b:c", and "branch:a:condition:c" and "start:c" of older versions: a node's name has no colon.
        nodes.add(channel.rsplit(":", 1)[-1])
    return nodes


def _newer(version: Any, seen: Any) -> bool:
    if seen is None:
        return True
    try:
        return bool(version > seen)
    except TypeError:
        # The saver changed its type of version in the middle of the thread.
        return bool(version != seen)
