"""Finds which node a task ran from the task's id, for rows that do not contain the path of a task.

Rows of LangGraph before 0.3 and of LangGraph.js have no `task_path`. But a task's id is a hash of the checkpoint's id,
the namespace, the step, the node and what started it. So for each node that could have run, the id of its task can be
computed and compared (langgraph 0.2.74 to 1.2.22, `prepare_single_task`; LangGraph.js 1.0, pregel/algo.js).
"""

import json
from collections.abc import Collection, Iterator
from hashlib import sha1
from uuid import UUID, uuid5

import xxhash

from ui.timetravel.model.checkpoints import CheckpointId
from ui.timetravel.stores.rows.checkpoint_outline import CHANNELS_NAMED_AFTER_NODES, CheckpointOutline
from ui.timetravel.stores.rows.tasks.next_nodes import NOT_NODES, without_bumps
from ui.timetravel.worker.child.shared.reserved_names import EDGE, EDGES, JOIN, OWN, PULL, PUSH, START

MOST_NODES = 2_000
"""The most nodes for which task ids are computed, in the order of names."""


def nodes_by_task_id(
    checkpoint_id: CheckpointId, namespace: str, step: int, outline: CheckpointOutline, written: Collection[str] = ()
) -> dict[str, str]:
    """The node of each task that could run from a checkpoint, by the id that the task would have.

    `step` is the checkpoint's own. `written` are channels that the tasks wrote to: before format 3 a node writes to one
    of its own name. Empty where the checkpoint's id is not a UUID. The task of a Send is found by the Send's position
    among the checkpoint's Sends.
    """
    try:
        origin = UUID(checkpoint_id)
    except ValueError:
        return {}
    found: dict[str, str] = {}
    for number, node in enumerate(outline.sends):
        for one in _ids(origin, namespace, step + 1, node, PUSH, str(number)):
            found[one] = node
    seen = without_bumps(outline.seen)
    ending: dict[str, set[str]] = {}
    for channel in outline.versions:
        ending.setdefault(channel.rsplit(":", 1)[-1], set()).add(channel)  # a node's name has no colon
    nodes = {*_possible_nodes(outline), *(written if outline.undecided else ())}
    for node in sorted(nodes)[:MOST_NODES]:
        for triggers in _triggers(node, outline, {*seen.get(node, {}), *(ending.get(node, set()) - {node})}):
            for one in _ids(origin, namespace, step + 1, node, PULL, *triggers):
                found[one] = node
    return found


def _ids(origin: UUID, namespace: str, step: int, node: str, kind: str, *rest: str) -> Iterator[str]:
    """The id by each of the hashing methods that versions of LangGraph used."""
    place = f"{namespace}|{node}" if namespace else node
    text = origin.bytes + "".join((place, str(step), node, kind, *rest)).encode("utf-8", "surrogatepass")
    yield _as_id(xxhash.xxh3_128_hexdigest(text))
    yield _as_id(sha1(text, usedforsecurity=False).hexdigest())
    ends = [list(rest)] if kind == PULL else list(rest)
    listed = json.dumps([place, str(step), node, kind, *ends], separators=(",", ":"), ensure_ascii=False)
    yield str(uuid5(origin, listed.encode("utf-8", "replace").decode()))


def _as_id(digest: str) -> str:
    return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}"


def _possible_nodes(outline: CheckpointOutline) -> set[str]:
    seen = {node for node in without_bumps(outline.seen) if node not in NOT_NODES}
    edges = {channel.removeprefix(EDGE) for channel in outline.versions if channel.startswith(EDGE)}
    # Before format 3 a node writes to a channel of its own name.
    return {*outline.next(), *seen, *edges, *outline.triggers, START}


def _triggers(node: str, outline: CheckpointOutline, known: set[str]) -> Iterator[tuple[str, ...]]:
    """The possible triggers of the task: all channels that start the node, or the one that did this time."""
    known |= {*outline.triggers.get(node, ())}
    if node == START:
        known.add(START)
    joins = {name for name in known if name.startswith(JOIN)}
    old = {name for name in outline.versions if not name.startswith((OWN, *EDGES))}
    yield from {
        tuple(sorted(known)),
        tuple(sorted(known | {EDGE + node})),
        tuple(sorted(joins)),
        *(tuple(sorted({EDGE + node, one})) for one in joins),
        *((one,) for one in {*known, EDGE + node}),
        # In formats 1 and 2 nothing shows that a node follows another one until it has run after it.
        *((one,) for one in (old if outline.format in CHANNELS_NAMED_AFTER_NODES else ())),
    }
