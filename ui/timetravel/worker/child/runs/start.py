"""Starts a run: finds or copies the checkpoint, makes the edits, and sends the input or the answers of a job."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple
from langgraph.errors import InvalidUpdateError
from langgraph.pregel import Pregel
from langgraph.types import Command

from ..allowed_types.guarded_serializer import check_brought
from ..errors.refused import Refused
from ..graphs.any_graph import AnyGraph
from ..graphs.functional import final, is_functional
from ..graphs.schemas.state_types import refuse_edit, refuse_input
from ..savers.direct_reads import task_paths
from ..savers.opening.named_copy import sibling
from ..savers.opening.saver import load_value
from ..savers.sync_or_async import Saver
from ..shared.protocol import AMBIGUOUS, Message, asks_other_first, lost_before_the_first_node
from ..shared.reserved_names import COPY, NO_VALUES, RESUME, ROOT
from .before_first_node import counts_as_start, dropped_channels, waiting_input
from .copy_checkpoint import NoSuchCheckpoint, copy_checkpoint, named, place, put_writes
from .import_bundle import bring
from .interrupts.answers import Answers, resuming
from .interrupts.questions import Question, next_id, questions
from .limits import check_due, check_version
from .overwrite import has_deltas, replacing
from .settings import Ready

StreamGraph = Callable[[Any, RunnableConfig], Awaitable[None]]


class RunStart:
    """The start of a job: after `prepare`, `config` addresses the checkpoint from which to continue.

    `notes` are sentences for the person, on what could not be done exactly as requested. Some are added by `go`.
    """

    def __init__(self, job: Message, graph: AnyGraph, saver: Saver, ready: Ready) -> None:
        self.job = job
        self._ready = ready
        self.graph = graph
        self.saver = saver
        self.config: RunnableConfig = {}
        self.notes: list[str] = []
        self._answers = Answers(job["action"]) if job["action"]["kind"] == "answer" else None
        self._asked: list[Question] = []
        self._before: dict[str, Any] = {}
        self._paths: dict[str, str] = {}
        self._moved = False
        self._again = False
        self._anew = False
        self._rebuilt_as: tuple[str, ...] = ()

    async def prepare(self) -> None:
        """Copy, then edit. Raises NoSuchCheckpoint, Refused, or what LangGraph and the graph's reducers raise."""
        await self._refuse_misfit()
        if self.job.get("bring"):
            await self._bring(self.job["bring"])
        else:
            await self._start_here()
        if self.job["edits"]:
            await self._edit(self.job["edits"])
            self._again = True

    async def _refuse_misfit(self) -> None:
        """Raise Refused, before anything is written, for values that the graph's own types do not accept."""
        action, edits = self.job["action"], self.job["edits"]
        if action["kind"] == "input" and self.job["run"] and not edits:
            refuse_input(self.graph, await self._held() or {}, load_value(action["value"]))
        if edits and not self.job["namespace"]:
            refuse_edit(self.graph, await self._held(), load_value(edits["values"]), edits["replace"])

    async def _held(self) -> dict[str, Any] | None:
        """The values from which the job starts; None where they come from another store.

        Not from `get_state`, which builds the types of due nodes, and fails where one can't be built.
        """
        if self.job.get("bring"):
            return None
        found = await self.saver.aget_tuple(place(self.job["thread_id"], "", self.job["checkpoint_id"]))
        return dict(found.checkpoint["channel_values"]) if found else {}

    async def _start_here(self) -> None:
        """Find the checkpoint in the store itself, and copy it if a new thread was requested."""
        found = await self._find()
        if found is not None:
            check_version(self.job, self.graph, found)
        if self.job["run"] and not self.job["edits"] and self.job["action"]["kind"] != "input":
            await check_due(self.job, self.graph, found, self.config)
        if self._answers is not None and found is not None:
            self._asked = await self._questions(self.config)
            self._before = {one.id: one.value for one in self._asked}
            self._paths = await task_paths(self.saver, self.job["thread_id"], "", found.checkpoint["id"])
            self._again = self._moved or any(one.answered for one, _ in self._answers.to(self._asked))
        if self.job["copy_to"]:
            await self._copy()

    async def _bring(self, bundle: Message) -> None:
        """Import the checkpoint that the job brings from another store, into a new thread."""
        self._refuse_inside()
        if not self.job["copy_to"]:
            raise Refused("What is brought from another store needs a new thread to go to.")
        if self.job["run"] or self.job["edits"]:
            check_brought(_pairs(bundle))
        brought = await bring(self.saver, self.graph, self.job, bundle)
        self.notes += brought.notes
        self._rebuilt_as = brought.rebuilt_as
        self._moved = bundle["passed"]
        self.config = self._at_copy(brought.checkpoint)
        self._before = {name: load_value(value) for name, value in bundle["questions"] if value}
        if self._answers is not None and not self._rebuilt_as:
            self._asked = await self._brought_questions(bundle)
        # LangGraph.js gives tasks other ids, so their questions belong to none of the tasks here.
        self._anew = bool(self._rebuilt_as) or (bool(self._before) and not self._asked)
        if self._answers is not None and not self._anew:
            self._answers.to(self._asked)
        self._again = self._moved or self._anew

    async def go(self, stream: StreamGraph) -> None:
        """Do the job's action by calling `stream` with the graph's input."""
        action = self.job["action"]
        if self._answers is not None:
            await self._answer(self._answers, stream)
        elif action["kind"] == "input":
            await stream(load_value(action["value"]), self.config)
        else:
            await stream(None, self.config)

    async def _find(self) -> CheckpointTuple | None:
        """The checkpoint from which the job starts; None where the thread has none, and none was named."""
        thread, namespace, wanted = self.job["thread_id"], self.job["namespace"], self.job["checkpoint_id"]
        self.config = place(thread, namespace, wanted)
        found = await self.saver.aget_tuple(self.config)
        if not wanted and not namespace:
            return found
        if found is None:
            raise NoSuchCheckpoint(f'The thread "{thread}" has no checkpoint {wanted or "in this namespace"} any more.')
        checkpoint = found.checkpoint["id"]
        latest = await self.saver.aget_tuple(place(thread, namespace))
        self._moved = latest is not None and latest.checkpoint["id"] != checkpoint
        self.config = place(thread, namespace, checkpoint)
        if namespace:
            # A run always starts at the root graph; this map leads it to the subgraph's checkpoint.
            parents = found.metadata.get("parents", {})
            self.config["configurable"]["checkpoint_map"] = {**parents, namespace: checkpoint}
        return found

    def _refuse_inside(self) -> None:
        if self.job["namespace"]:
            raise Refused("A subgraph's checkpoint can't be copied alone: copy the checkpoint of the graph above it.")

    def _at_copy(self, copied: str) -> RunnableConfig:
        """The config of the copy.

        Addressed by its id, a checkpoint is run again; as the latest of its thread, it is continued.
        """
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
        """Make one update_state, which makes a checkpoint of its own (source "update").

        Two node names have a meaning of their own in LangGraph, and take no values: "__end__" drops the due nodes,
        "__copy__" gives the checkpoint a sibling.
        """
        values = load_value(edits["values"])
        node = edits["as_node"] or self._inferred()
        if node in NO_VALUES and values:
            raise Refused(f'A change can\'t be made as "{node}", which takes no values. Choose a node.')
        if node == COPY:
            await self._copy_here()
            return
        graph = self._graph_of(self.job["namespace"])
        past = {name: replacing(graph, name, values[name]) for name in edits["replace"] if name in values}
        update = {**values, **past}
        update = await self._entering(graph, update, node)
        whole: Any = update.get(ROOT) if set(update) == {ROOT} else update
        if is_functional(graph) and (found := await self.saver.aget_tuple(self.config)):
            whole = final(found.checkpoint, update)
        try:
            self.config = await self.graph.aupdate_state(
                named(self._ready.config(self.config), self.job["graph"]),
                None if node in NO_VALUES else whole,
                as_node=node,
            )
        except InvalidUpdateError as error:
            if "Ambiguous" not in str(error):
                raise
            raise Refused(AMBIGUOUS) from error
        self._moved = True

    async def _copy_here(self) -> None:
        self.config = await sibling(self.graph, self.saver, named(self.config, self.job["graph"]), self.job["graph"])
        self._moved = True

    def _inferred(self) -> str | None:
        """The node that an edit counts as; None leaves that to LangGraph, which can't infer it after a rebuilt
        state.
        """
        if len(self._rebuilt_as) > 1:
            raise Refused(AMBIGUOUS)
        return self._rebuilt_as[0] if self._rebuilt_as else None

    async def _entering(self, graph: AnyGraph, update: dict[str, Any], node: str | None) -> dict[str, Any]:
        """The update, joined with the input that has not been taken in.

        Raises Refused for what would be lost before the first node.
        """
        found = await self.saver.aget_tuple(self.config)
        if found is None or not update or not counts_as_start(graph, found.checkpoint, node):
            return update
        lost = dropped_channels(graph, update)
        if lost:
            raise Refused(lost_before_the_first_node(lost))
        return {**waiting_input(graph, found.checkpoint), **update}

    def _graph_of(self, namespace: str) -> AnyGraph:
        path = "|".join(part.split(":")[0] for part in namespace.split("|") if not part.isdigit())
        inside = dict(self.graph.get_subgraphs(namespace=path, recurse=True)).get(path) if path else None
        return inside if isinstance(inside, Pregel) else self.graph

    async def _answer(self, answers: Answers, stream: StreamGraph) -> None:
        """Resume with the answers, each for the question that was shown.

        If a checkpoint whose question was answered before is resumed by its id, LangGraph returns the old answer (the
        `__resume__` write is still there). So such a checkpoint is forked first, without its writes: the tasks of a
        fork have new ids, and are given their earlier answers again.
        """
        here = place(self.job["copy_to"] or self.job["thread_id"])
        if not self._again:
            await stream(Command(resume=resuming(answers.to_open(await self._questions(self.config)))), self.config)
            return
        if not self.job["copy_to"] and not self.job["edits"]:
            await self._copy_here()
        chosen = [] if self._anew else answers.to(self._asked)
        given = await self._given_again(chosen)
        if chosen and all(question.direct and question.certain for question, _ in chosen):
            await stream(Command(resume=given), here)
            return
        # A subgraph, or a function's task, starts over; and the number of earlier questions is not always known.
        await stream(None, here)
        found = await self._questions(here)
        if given := answers.to_same(self._before, found):
            await stream(Command(resume=resuming(given)), here)
        else:
            self.notes.append(asks_other_first([str(one.value) for one in found if not one.answered]))

    async def _given_again(self, chosen: Sequence[tuple[Question, Any]]) -> dict[str, Any]:
        """The answers by the ids of the fork's tasks, which have been given their earlier answers again."""
        fork = await self.saver.aget_tuple(self.config)
        if fork is None or not chosen:
            return {}
        tasks = {(task.name, task.path): task for task in (await self.graph.aget_state(self.config)).tasks}
        given = {}
        for question, value in chosen:
            task = tasks.get((question.task.name, question.task.path))
            if task is None:
                raise Refused(f"{question.task.name} is not due any more after the change, so it can't be answered.")
            if question.direct:
                path = self._paths.get(question.task.id, "")
                # LangGraph accepts answers by id only if there are writes, even an empty one (1.2.22, _scratchpad).
                await put_writes(self.saver, fork.config, [(RESUME, list(question.earlier))], task.id, path)
            given[next_id(task)] = value
        return given

    async def _questions(self, config: RunnableConfig) -> list[Question]:
        """The questions of a checkpoint."""
        found = await self.saver.aget_tuple(config)
        if found is None:
            return []
        return questions((await self.graph.aget_state(config)).tasks, found.pending_writes or ())

    async def _brought_questions(self, bundle: Message) -> list[Question]:
        """The questions of a checkpoint from another store, from the writes on it there."""
        writes = [(task, channel, value and load_value(value)) for task, channel, value in bundle["answered"]]
        tasks = (await self.graph.aget_state(self.config)).tasks
        return questions(tasks, writes) if writes else await self._questions(self.config)


def _pairs(bundle: Message) -> Iterator[list[str]]:
    """The values that a bundle imports from another store."""
    for each in bundle["checkpoints"]:
        yield each["checkpoint"]
        yield from (pair for task in each["tasks"] for _, pair in task["writes"])
    if bundle["update"] is not None:
        yield bundle["update"]["values"]
