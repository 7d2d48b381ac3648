"""Rebuild the values of delta channels with the graph's own reducers, from what the debugger read. Touches no store."""

from contextlib import AsyncExitStack
from typing import Any

from langgraph.channels import BinaryOperatorAggregate, DeltaChannel
from langgraph.pregel import Pregel

from ..protocol import Message
from .failing import describe_failure
from .loading import Loaded, NotAGraph
from .saving import dump_value, load_value

AnyGraph = Pregel[Any, Any, Any, Any]

# What a channel starts from that was never stored: the value that a delta channel itself leaves in a checkpoint.
_NOTHING = DeltaChannel(lambda value, _: value).checkpoint()


async def rebuild(loaded: Loaded, asked: Message) -> Message:
    """The answer to "rebuild": `values` by channel, and for those that failed a sentence each in `failed`.

    `asked` has the `namespace` and `deltas`: by channel, `seed` (a value, or None) and `writes`, oldest first. Raises
    what the user's code raises while the graph is built, and NotAGraph where it has no such subgraph.
    """
    values: dict[str, list[str]] = {}
    failed: dict[str, str] = {}
    async with AsyncExitStack() as stack:
        channels = _inner(await loaded.build(stack), asked["namespace"]).channels
        for name, delta in asked["deltas"].items():
            try:
                values[name] = dump_value(_rebuilt(channels.get(name), delta))
            except Exception as error:
                told = describe_failure(error)
                failed[name] = str(error) if isinstance(error, NotAGraph) else f"{told['type']}: {told['message']}"
    return {"event": "rebuilt", "values": values, "failed": failed}


def _rebuilt(channel: Any, delta: dict[str, Any]) -> Any:
    """As `_replay` in langgraph 1.2.22, pregel/_checkpoint.py: also for a channel that was a delta channel once."""
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


def _inner(graph: AnyGraph, namespace: str) -> AnyGraph:
    """The graph whose checkpoints are in this namespace: "node:task" for each level, with "|" in between."""
    if not namespace:
        return graph
    path = "|".join(part.split(":", 1)[0] for part in namespace.split("|"))
    for _, inner in graph.get_subgraphs(namespace=path, recurse=True):
        if isinstance(inner, Pregel):
            return inner
    raise NotAGraph(f"The graph has no subgraph {path.replace('|', ', in it ')}.")
