"""Rebuilds the values of delta channels with the graph's own reducers, from what the debugger read. Opens no store."""

from collections.abc import Collection
from contextlib import AsyncExitStack
from typing import Any

from langgraph.channels import BinaryOperatorAggregate, DeltaChannel
from langgraph.pregel import Pregel

from ..allowed_types.allowlist import ALLOWLIST, RefusedTypes
from ..errors.failures import describe_failure
from ..savers.opening.saver import dump_value, load_value
from ..shared.protocol import Message
from ..shared.standard_types import StoredType
from .any_graph import AnyGraph
from .imports.live_objects import live_objects
from .load import LoadedModule, NotAGraph

# The start value of a channel that was never stored: what a delta channel itself leaves in a checkpoint.
_NOTHING = DeltaChannel(lambda value, _: value).checkpoint()


async def rebuild(loaded: LoadedModule, asked: Message) -> Message:
    """The answer to "rebuild": `values` by channel, and for those that failed a sentence each in `failed`.

    `asked` has the `namespace` and `deltas`: by channel, `seed` (a value, or None), `writes`, oldest first, and the
    `nodes` that wrote. `by` in the answer names the graph whose reducers were used, if LangGraph does not find the
    namespace's graph. Raises what the user's code raises while the graph is built.
    """
    values: dict[str, list[str]] = {}
    failed: dict[str, str] = {}
    refused: set[StoredType] = set()
    by = ""
    ALLOWLIST.allow(asked.get("allowed", ()))
    async with AsyncExitStack() as stack:
        graph = await loaded.build(stack)
        ALLOWLIST.learn(graph, loaded.module)
        inner = inner_graph(graph, asked["namespace"])
        for name, delta in asked["deltas"].items():
            try:
                channels = inner.channels if inner else None
                if channels is None:
                    found = called_graph(asked["namespace"], name, delta["nodes"])
                    channels, by = found.channels, str(found.name)
                values[name] = dump_value(_rebuilt(channels.get(name), delta))
            except RefusedTypes as error:
                refused.update(error.types)
                failed[name] = str(error)
            except Exception as error:
                told = describe_failure(error)
                failed[name] = str(error) if isinstance(error, NotAGraph) else f"{told['type']}: {told['message']}"
    return {"event": "rebuilt", "values": values, "failed": failed, "refused": sorted(map(list, refused)), "by": by}


def _rebuilt(channel: Any, delta: dict[str, Any]) -> Any:
    """The value, as `_replay` in langgraph 1.2.22, pregel/_checkpoint.py; also for a channel that is no longer a delta
    channel.
    """
    if not isinstance(channel, DeltaChannel | BinaryOperatorAggregate):
        raise NotAGraph("the graph has no delta channel of that name")
    seed = _NOTHING if delta["seed"] is None else load_value(delta["seed"])
    writes = [load_value(each) for each in delta["writes"]]
    made = channel.from_checkpoint(seed)
    if isinstance(made, DeltaChannel):
        made.replay_writes([("", made.key, value) for value in writes])
    else:
        for value in writes:
            made.update([value])
    return made.get()


def inner_graph(graph: AnyGraph, namespace: str) -> AnyGraph | None:
    """The graph whose checkpoints are in this namespace: "node:task" for each level, separated by "|".

    None where LangGraph does not find it: a node may call any graph, through a dict or a tool.
    """
    path = _path(namespace)
    if not path:
        return graph
    for _, inner in graph.get_subgraphs(namespace=path, recurse=True):
        if isinstance(inner, Pregel):
            return inner
    return None


def called_graph(namespace: str, channel: str, nodes: Collection[str]) -> AnyGraph:
    """The graph that a node called, found by its nodes and its delta channel among all that the user's code has made.

    If several fit, their reducers must be the same. Raises NotAGraph.
    """
    graphs: list[AnyGraph] = live_objects(lambda kind: issubclass(kind, Pregel))
    fits = [each for each in graphs if set(nodes) <= each.nodes.keys() and _reducer(each, channel) is not None]
    reducers = {id(_reducer(each, channel)) for each in fits}
    if len(reducers) == 1:
        return fits[0]
    where = _path(namespace).replace("|", ", in it ")
    number = f"{len(reducers)} graphs with different reducers have" if fits else "no graph of the code has"
    raise NotAGraph(
        f"{where} calls a graph that LangGraph can't find from here, and {number} a delta channel {channel} and the "
        f"nodes that ran ({', '.join(sorted(nodes)) or 'none is known'})"
    )


def _reducer(graph: AnyGraph, channel: str) -> Any:
    found = graph.channels.get(channel)
    return found.reducer if isinstance(found, DeltaChannel) else None


def _path(namespace: str) -> str:
    """The nodes of a namespace, separated by "|", without the numbers that count calls in one task."""
    return "|".join(part.split(":", 1)[0] for part in namespace.split("|") if part and not part.isdigit())
