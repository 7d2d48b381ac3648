"""Descriptions of graphs, reported by a worker that imported them: frozen dataclasses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ui.timetravel.worker.child.shared.reserved_names import END, OWN, PREVIOUS, ROOT


@dataclass(frozen=True, slots=True)
class NodeInfo:
    """A node of the workflow. A node of a subgraph is called "parent:child", as LangGraph's xray drawing does.

    `source` is empty where Python can't give it; `line` is its first line, from 1. `is_async`: it can only be awaited.
    """

    name: str
    source: str = ""
    file: str = ""
    line: int = 0
    subgraph: str = ""
    is_async: bool = False


@dataclass(frozen=True, slots=True)
class EdgeInfo:
    """An edge of the workflow. A graph begins at "__start__" and ends at "__end__"."""

    source: str
    target: str
    conditional: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class ChannelInfo:
    """A channel of the state: its declared type in words, and its reducer's name if it has one (else None).

    `delta`: its value is spread over the ancestors of a checkpoint (LangGraph's DeltaChannel).
    """

    name: str
    type: str
    reducer: str | None = None
    delta: bool = False


@dataclass(frozen=True, slots=True)
class Runtime:
    """The software that runs a graph: Python, langgraph and langgraph-checkpoint, and the format that they write
    ("v").
    """

    python: str
    langgraph: str
    checkpoint: str
    format: int


@dataclass(frozen=True, slots=True)
class GraphInfo:
    """A description of a graph, reported by a worker that imported it.

    `context_schema` is the JSON schema of what a run is given beside its input, empty where none is declared.
    `takes_context`: it is given as LangGraph's context rather than (before 0.6) only as values of `configurable`.
    `store` is the class of the long-term memory that the graph was compiled with, empty where it has none of its own.
    `takes_config`: the graph is made by a function that is given the configurable values of each run. `node_names` has
    every node that a task can be of, by the path of its graph: "" for this graph itself, "parent|child" for a subgraph,
    as far as LangGraph finds those. `runtime` is None where a server runs it. `delta_inside`: a subgraph has delta
    channels. `fills_defaults`: the graph builds a type of its own from its input, so that defaults apply to what is
    left out. `outputs` are the channels that a run returns; empty where they are not known. `tasks` are the names of
    functions made with `@task`. `state_schema` is the JSON schema of the channels that are not part of the input.
    """

    name: str
    description: str
    nodes: tuple[NodeInfo, ...]
    edges: tuple[EdgeInfo, ...]
    channels: tuple[ChannelInfo, ...]
    input_schema: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    context_schema: Mapping[str, Any] = field(default_factory=dict)
    takes_context: bool = False
    store: str = ""
    takes_config: bool = False
    node_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    runtime: Runtime | None = None
    delta_inside: bool = False
    fills_defaults: bool = False
    outputs: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    state_schema: Mapping[str, Any] = field(default_factory=dict)

    @property
    def takes_channels(self) -> bool:
        """Whether LangGraph refuses an input that is not an object with channels as its keys.

        A functional graph takes any value, and so does one whose whole state is a single value.
        """
        names = {channel.name for channel in self.channels}
        return bool(names) and names.isdisjoint((ROOT, END, PREVIOUS))

    @property
    def own_nodes(self) -> tuple[str, ...]:
        """The nodes of the graph itself, with each subgraph as a single node, and without those that LangGraph adds."""
        names = dict.fromkeys(node.name.split(":")[0] for node in self.nodes)
        return tuple(name for name in names if not name.startswith(OWN))
