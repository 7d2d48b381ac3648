"""Programs on a graph of a LangGraph server, and what the server says of the thread, through `RemoteGraph`."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import uuid4

from langgraph.pregel.remote import RemoteGraph
from langgraph.types import StateSnapshot, StateUpdate
from langgraph_sdk.errors import BadRequestError

from tests.conformance.programs.local import Thread, Told
from tests.conformance.programs.programs import Program, config_of, run

_ALL = 1000


class Remote:
    """A driver for a graph on a server."""

    def __init__(self, graph: RemoteGraph, thread: str) -> None:
        self.graph = graph
        self.thread = thread

    def invoke(self, given: Any, config: dict[str, Any], **options: Any) -> Any:
        # RemoteGraph leaves the checkpoint of a config out when it runs, but hands such options on.
        place = config.get("configurable")
        if place:
            keys = ("checkpoint_ns", "checkpoint_id", "checkpoint_map")
            options["checkpoint"] = {key: place[key] for key in keys if place.get(key)}
        return self.graph.invoke(given, config_of(self.thread), **options)

    def update(self, config: dict[str, Any], values: Any, as_node: str | None) -> Any:
        configurable = {"thread_id": self.thread, **config.get("configurable", {})}
        return self.graph.update_state({"configurable": configurable}, values, as_node)

    def bulk(self, config: dict[str, Any], supersteps: Sequence[Sequence[StateUpdate]]) -> Any:
        return self.graph.bulk_update_state({}, [])  # raises: a server takes these only for a new thread

    def places(self, inside: int | None) -> list[dict[str, Any]]:
        namespace = ""
        if inside is not None:
            names = [told.namespace for told in walked(self.graph, self.thread) if told.namespace]
            namespace = names[inside % len(names)] if names else ""
        return [snapshot.config for snapshot in history(self.graph, self.thread, namespace)]

    def questions(self) -> list[str]:
        return [interrupt.id for interrupt in self.graph.get_state(config_of(self.thread)).interrupts]


def played(program: Program, url: str) -> Thread:
    """Run the program on a new thread of the server, and ask it what became of that."""
    graph = RemoteGraph(program.shape, url=url, api_key=None)
    thread = str(uuid4())
    graph.sync_client.threads.create(thread_id=thread, graph_id=program.shape)
    run(program, Remote(graph, thread))
    found = Thread(thread, None, walked(graph, thread))
    if found.told:
        with suppress(BadRequestError):
            found.head = graph.get_state({"configurable": {"thread_id": thread}})
    return found


def history(graph: RemoteGraph, thread: str, namespace: str = "") -> list[StateSnapshot]:
    """Every snapshot of a namespace, newest first."""
    place = {"thread_id": thread, **({"checkpoint_ns": namespace} if namespace else {})}
    return list(graph.get_state_history({"configurable": place}, limit=_ALL))


def walked(graph: RemoteGraph, thread: str) -> list[Told]:
    """The namespaces by name: the root, and those that the tasks of a snapshot name and that hold something."""
    found: dict[str, list[StateSnapshot]] = {}
    seen: set[str] = set()
    waiting = [""]
    while waiting:
        named = waiting.pop()
        if named not in seen and (snapshots := history(graph, thread, named)):
            # A subgraph that keeps its own thread is named by each task, and has one namespace.
            found[snapshots[0].config["configurable"]["checkpoint_ns"]] = snapshots
            waiting += [_inside(task.state) for snapshot in snapshots for task in snapshot.tasks if task.state]
        seen.add(named)
    return [Told(namespace, found[namespace]) for namespace in sorted(found)]


def _inside(state: Any) -> str:
    config = state.config if isinstance(state, StateSnapshot) else state
    return str(config["configurable"]["checkpoint_ns"])
