"""Programs on a graph in this process, with a LangGraph saver, and what LangGraph says of the thread afterwards."""

import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple
from langgraph.errors import InvalidUpdateError
from langgraph.types import StateSnapshot

from tests.conformance.programs.programs import Program, config_of, run
from tests.conformance.project.graphs import compiled


@dataclass
class Told:
    """What LangGraph says of one namespace: its snapshots, newest first, and the saver's tuples by checkpoint id.

    `rows` is None where there is no saver to ask (a server).
    """

    namespace: str
    snapshots: list[StateSnapshot]
    rows: dict[str, CheckpointTuple] | None = None


@dataclass
class Thread:
    """What LangGraph says of a thread. `head` is its present state, with what already finished counted in.

    `head` is None where LangGraph can't say: two finished tasks of the step wrote to a channel that takes one value.
    """

    thread_id: str
    head: StateSnapshot | None
    told: list[Told] = field(default_factory=list)


class Local:
    """A driver for a compiled graph."""

    def __init__(self, graph: Any, thread: str) -> None:
        self.graph = graph
        self.config = config_of(thread)

    def invoke(self, given: Any, config: dict[str, Any], **options: Any) -> Any:
        return self.graph.invoke(given, self._at(config), **options)

    def update(self, config: dict[str, Any], values: Any, as_node: str | None) -> Any:
        return self.graph.update_state(self._at(config), values, as_node)

    def bulk(self, config: dict[str, Any], supersteps: Sequence[Sequence[Any]]) -> Any:
        return self.graph.bulk_update_state(self._at(config), supersteps)

    def places(self, inside: int | None) -> list[dict[str, Any]]:
        namespace = ""
        if inside is not None:
            names = [name for name in namespaces(self.graph.checkpointer, self._id()) if name]
            namespace = names[inside % len(names)] if names else ""
        return [snapshot.config for snapshot in history(self.graph, self._id(), namespace)]

    def questions(self) -> list[str]:
        tasks = self.graph.get_state(self.config).tasks
        return [getattr(one, "id", None) or one.interrupt_id for task in tasks for one in task.interrupts]

    def _id(self) -> str:
        return str(self.config["configurable"]["thread_id"])

    def _at(self, config: dict[str, Any]) -> dict[str, Any]:
        return {**self.config, "configurable": {**self.config["configurable"], **config.get("configurable", {})}}


def history(graph: Any, thread: str, namespace: str = "") -> list[StateSnapshot]:
    """Every snapshot of a namespace, newest first."""
    return list(graph.get_state_history({"configurable": {"thread_id": thread, "checkpoint_ns": namespace}}))


def namespaces(saver: BaseCheckpointSaver[Any], thread: str) -> list[str]:
    """The namespaces of a thread by name, as the saver lists them."""
    rows = saver.list({"configurable": {"thread_id": thread}})
    return sorted({row.config["configurable"].get("checkpoint_ns", "") for row in rows})


def played(program: Program, saver: BaseCheckpointSaver[Any], thread: str) -> Thread:
    """Run the program on a thread of the saver, and ask LangGraph what became of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        graph = compiled(program.shape, saver)
        run(program, Local(graph, thread))
        return told(graph, saver, thread)


def told(graph: Any, saver: BaseCheckpointSaver[Any], thread: str) -> Thread:
    """What LangGraph says of a thread, in all of its namespaces; nothing where it fails at the history of one.

    (It does where two Commands from outside wait on a checkpoint and write to a channel that takes one value.)
    """
    found = Thread(thread, None)
    with suppress(InvalidUpdateError):
        found.head = graph.get_state({"configurable": {"thread_id": thread}})
    for namespace in namespaces(saver, thread):
        try:
            snapshots = history(graph, thread, namespace)
        except InvalidUpdateError:
            return Thread(thread, None)
        here = {"configurable": {"thread_id": thread, "checkpoint_ns": namespace}}
        rows = {row.config["configurable"]["checkpoint_id"]: row for row in saver.list(here)}
        found.told.append(Told(namespace, snapshots, rows))
    return found
