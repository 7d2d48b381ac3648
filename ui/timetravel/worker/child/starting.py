"""From where a run starts, and with what: the copy, the edits and the answers of a job."""

from collections.abc import Awaitable, Callable
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.errors import InvalidUpdateError
from langgraph.pregel import Pregel
from langgraph.types import Command, StateSnapshot

from ..protocol import Message, lost_before_the_first_node, resume_value
from .bringing import bring
from .copying import NoSuchCheckpoint, copy_checkpoint, named, place
from .entering import dropped, enters, waiting_input
from .naming import COPY, sibling
from .refusing import Refused
from .replacing import has_deltas, replacing
from .saving import Saver, load_value
from .settings import Ready

AnyGraph = Pregel[Any, Any, Any, Any]
Stream = Callable[[Any, RunnableConfig], Awaitable[None]]

_AMBIGUOUS = (
    "LangGraph can't tell which node this change counts as having come from, since several nodes ran last or none did. "
    "Choose a node: the nodes after it run next."
)
_NO_VALUES = ("__end__", COPY)


class Start:
    """A job's beginning: `config` is where it goes on from, once `prepare` is through.

    `notes` are sentences for the person, on what could not be prepared exactly as it was.
    """

    def __init__(self, job: Message, graph: AnyGraph, saver: Saver, ready: Ready) -> None:
        self.job = job
        self._ready = ready
        self.graph = graph
        self.saver = saver
        self.config: RunnableConfig = {}
        self.notes: list[str] = []
        self._asked: list[str] = []
        self._moved = False
        self._ask_again = False
        self._rebuilt_as: tuple[str, ...] = ()

    async def prepare(self) -> None:
        """Copy, then edit. Raises NoSuchCheckpoint, Refused, or what LangGraph and the graph's reducers raise."""
        if self.job.get("bring"):
            await self._bring(self.job["bring"])
        else:
            await self._start_here()
        if self.job["edits"]:
            await self._edit(self.job["edits"])

    async def _start_here(self) -> None:
        """Find the start in the store itself, and copy it where a new thread was asked for."""
        await self._find()
        if self.job["action"]["kind"] == "answer":
            self._asked = _questions(await self.graph.aget_state(self.config))
        if self.job["copy_to"]:
            await self._copy()

    async def _bring(self, bundle: Message) -> None:
        """Start from what the job brings along from another store, in a new thread."""
        self._refuse_inside()
        if not self.job["copy_to"]:
            raise Refused("What is brought from another store needs a new thread to go to.")
        brought = await bring(self.saver, self.graph, self.job, bundle)
        self.notes += brought.notes
        self._rebuilt_as = brought.rebuilt_as
        self._moved = bundle["passed"]
        self.config = self._at_copy(brought.checkpoint)
        if self.job["action"]["kind"] == "answer":
            self._ask_again = bool(brought.rebuilt_as)
            here = await self.graph.aget_state(self.config)
            self._asked = bundle["questions"] if brought.rebuilt_as else _questions(here)

    async def go(self, stream: Stream) -> None:
        """Do the job's action by calling `stream` with what the graph shall be given."""
        action = self.job["action"]
        if action["kind"] == "answer":
            await self._answer(load_value(action["values"]), stream)
        elif action["kind"] == "input":
            await stream(load_value(action["value"]), self.config)
        else:
            await stream(None, self.config)

    async def _find(self) -> None:
        thread, namespace, wanted = self.job["thread_id"], self.job["namespace"], self.job["checkpoint_id"]
        self.config = place(thread, namespace, wanted)
        if not wanted and not namespace:
            return
        found = await self.saver.aget_tuple(self.config)
        if found is None:
            raise NoSuchCheckpoint(f'The thread "{thread}" has no checkpoint {wanted or "in this namespace"} any more.')
        checkpoint = found.checkpoint["id"]
        latest = await self.saver.aget_tuple(place(thread, namespace))
        self._moved = latest is not None and latest.checkpoint["id"] != checkpoint
        self.config = place(thread, namespace, checkpoint)
        if namespace:
            # A run always starts at the root graph; the map leads it back into the subgraph's checkpoint.
            parents = found.metadata.get("parents", {})
            self.config["configurable"]["checkpoint_map"] = {**parents, namespace: checkpoint}

    def _refuse_inside(self) -> None:
        if self.job["namespace"]:
            raise Refused("A subgraph's checkpoint can't be copied alone: copy the checkpoint of the graph above it.")

    def _at_copy(self, copied: str) -> RunnableConfig:
        """Named by its id, a checkpoint is run again; as the latest of its thread, it is gone on with."""
        again = self.job["checkpoint_id"] and self.job["action"]["kind"] != "answer"
        return place(self.job["copy_to"], "", copied if again else None)

    async def _copy(self) -> None:
        self._refuse_inside()
        copied = await copy_checkpoint(
            self.saver,
            self.job["thread_id"],
            self.job["checkpoint_id"],
            self.job["copy_to"],
            ancestors=has_deltas(self.graph),
        )
        self.config = self._at_copy(copied)

    async def _edit(self, edits: Message) -> None:
        """One update_state, which makes a checkpoint of its own (source "update").

        LangGraph gives two names a meaning of their own, and both take no values: as "__end__" the due nodes are
        dropped, as "__copy__" the checkpoint gets a sibling.
        """
        values = load_value(edits["values"])
        node = edits["as_node"] or self._inferred()
        if node in _NO_VALUES and values:
            raise Refused(f'A change can\'t be made as "{node}", which takes no values. Choose a node.')
        if node == COPY:
            await self._copy_here()
            return
        graph = self._graph_of(self.job["namespace"])
        past = {name: replacing(graph, name, values[name]) for name in edits["replace"] if name in values}
        update = {**values, **past}
        update = await self._entering(graph, update, node)
        whole = update.get("__root__") if set(update) == {"__root__"} else update
        try:
            self.config = await self.graph.aupdate_state(
                named(self._ready.config(self.config), self.job["graph"]),
                None if node in _NO_VALUES else whole,
                as_node=node,
            )
        except InvalidUpdateError as error:
            if "Ambiguous" not in str(error):
                raise
            raise Refused(_AMBIGUOUS) from error
        self._moved = True

    async def _copy_here(self) -> None:
        self.config = await sibling(self.graph, self.saver, named(self.config, self.job["graph"]), self.job["graph"])
        self._moved = True

    def _inferred(self) -> str | None:
        """The node that a change comes from; None leaves that to LangGraph, which can't tell after a rebuilt state."""
        if len(self._rebuilt_as) > 1:
            raise Refused(_AMBIGUOUS)
        return self._rebuilt_as[0] if self._rebuilt_as else None

    async def _entering(self, graph: AnyGraph, update: dict[str, Any], node: str | None) -> dict[str, Any]:
        """The update, beside the input that waits. Raises Refused for what would be lost before the first node."""
        found = await self.saver.aget_tuple(self.config)
        if found is None or not update or not enters(graph, found.checkpoint, node):
            return update
        lost = dropped(graph, update)
        if lost:
            raise Refused(lost_before_the_first_node(lost))
        return {**waiting_input(graph, found.checkpoint), **update}

    def _graph_of(self, namespace: str) -> AnyGraph:
        path = "|".join(part.split(":")[0] for part in namespace.split("|") if not part.isdigit())
        inside = dict(self.graph.get_subgraphs(namespace=path, recurse=True)).get(path) if path else None
        return inside if isinstance(inside, Pregel) else self.graph

    async def _answer(self, values: dict[str, Any], stream: Stream) -> None:
        """Resume with the answers.

        LangGraph 1.2.22 hands an old answer back when a checkpoint whose question was answered before is resumed by its
        id (the `__resume__` write is still there), so such a checkpoint is forked first, without its writes.
        A fork's tasks, and so its questions, have new ids: several questions are asked again before they are answered.
        """
        if not self._moved and not self._ask_again:
            await stream(Command(resume=resume_value(values, self._asked)), self.config)
            return
        if self._ask_again or (len(self._asked) > 1 and "" not in values):
            await stream(None, self.config)
            here = place(self.job["copy_to"] or self.job["thread_id"])
            again = _questions(await self.graph.aget_state(here))
            renamed = dict(zip(self._asked, again, strict=False))
            answers = {renamed.get(old, old): value for old, value in values.items()}
            await stream(Command(resume=resume_value(answers, again)), here)
            return
        if not self.job["copy_to"] and not self.job["edits"] and not self.job["namespace"]:
            await self._copy_here()
        await stream(Command(resume=resume_value(values, [])), self.config)


def _questions(state: StateSnapshot) -> list[str]:
    return [question.id for task in state.tasks for question in task.interrupts]
