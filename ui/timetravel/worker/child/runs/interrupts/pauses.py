"""Where a run pauses without a question: at nodes for which the graph was compiled to, or that a person named."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from langgraph.pregel import Pregel
from langgraph.types import StateSnapshot

from ...graphs.any_graph import AnyGraph
from ...shared.protocol import Message

Nodes = Sequence[str] | Literal["*"] | None


def with_own_pauses(asked: Sequence[str], own: Any) -> Nodes:
    """Where to pause: where the person asked for it, and where the graph does itself.

    Passed alone, a person's pauses would replace the graph's own (langgraph 1.2.22, pregel/main.py, `_defaults`), so
    that a step which waits for somebody's approval would run without it.
    """
    if not asked:
        return None
    return "*" if own == "*" else list(dict.fromkeys([*asked, *own]))


def pauses(graph: AnyGraph, job: Message, state: StateSnapshot, ran: Mapping[str, frozenset[str]]) -> list[Message]:
    """Where the run has paused and who wanted it: `node` ("parent:child" inside a subgraph), `how`, `whose`.

    `state` is the thread's, with those of its subgraphs; `ran` has the nodes of each namespace that ran last. What is
    not known is "": a graph that a node calls may have paused itself.
    """
    found = _here(graph, job["interrupt_before"], job["interrupt_after"], state.next, ran.get("", frozenset()))
    return found or _inside(graph, state, ran, ())


def _inside(graph: AnyGraph, state: StateSnapshot, ran: Mapping[str, frozenset[str]], path: tuple[str, ...]) -> Any:
    graphs = dict(graph.get_subgraphs())
    found: list[Message] = []
    for task in state.tasks:
        inner = task.state
        if not isinstance(inner, StateSnapshot) or not inner.next:
            continue
        below, subgraph = (*path, task.name), graphs.get(task.name)
        if not isinstance(subgraph, Pregel):
            continue
        namespace = str(inner.config["configurable"].get("checkpoint_ns", ""))
        here = _here(subgraph, (), (), inner.next, ran.get(namespace, frozenset()))
        found += [{**each, "node": ":".join([*below, each["node"]])} for each in here]
        found += [] if here else _inside(subgraph, inner, ran, below)
    return found


def _here(
    graph: AnyGraph, before: Sequence[str], after: Sequence[str], due: Sequence[str], ran: frozenset[str]
) -> list[Message]:
    """The pause of one graph. LangGraph checks the nodes that ran first, and then those that are due."""
    for how, nodes, asked, own in (
        ("after", sorted(ran), after, graph.interrupt_after_nodes),
        ("before", list(dict.fromkeys(due)), before, graph.interrupt_before_nodes),
    ):
        found = [
            {"node": node, "how": how, "whose": "person" if node in asked else "graph"}
            for node in nodes
            if node in asked or own == "*" or node in own
        ]
        if found:
            return found
    return []
