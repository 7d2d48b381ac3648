"""Runs a job, and reports what happens as it happens."""

import asyncio
import inspect
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple

from ..allowed_types.allowlist import ALLOWLIST, RefusedTypes
from ..allowed_types.guarded_serializer import looking, unknown_in
from ..allowed_types.stored_types import reading_for, stand_for_main
from ..errors.failures import describe_failure
from ..graphs.any_graph import AnyGraph
from ..graphs.describe import awaited_nodes
from ..graphs.graph_copy import copied
from ..graphs.langgraph_internals import is_drained, new_run_control
from ..graphs.load import LoadedModule
from ..graphs.schemas.context import Context
from ..savers.adapter import Adapter
from ..savers.foreign_rows import check_saver
from ..savers.opening.saver import behind, dump_value, open_saver
from ..shared.protocol import Message
from ..shared.reserved_names import ERROR, ERROR_SOURCE, INTERRUPT, RESUME
from ..shared.standard_types import StoredType
from ..streams.channel import Sending, flush
from ..surroundings.long_term_memory import memory_for
from ..surroundings.tracing import callbacks_in_code, switch_off, untraced, wants_no_traces
from .copy_checkpoint import named, place
from .events.pending_writes import PendingWrites, Watched
from .events.stream_events import StreamReporter
from .interrupts.pauses import pauses, with_own_pauses
from .settings import Ready, SettingsOfRun, settings_for
from .start import RunStart

_MODES = ["tasks", "updates", "checkpoints", "custom", "messages"]
_MOST_ASKED = 4_000_000
"""The most bytes of a question in the report on a run's end. The store has the whole question."""
_NO_RESULT = (ERROR, ERROR_SOURCE, INTERRUPT, RESUME)
"""Channels that state a task's progress; any other write means that it finished."""


class Running:
    """One job. `stop` may be called from any thread, at any time; everything else belongs to the event loop.

    Opens the job's store, unless it is given a `saver` that is open already; builds the graph, unless it is given one,
    too.
    """

    def __init__(
        self,
        job: Message,
        loaded: LoadedModule,
        channel: Sending,
        saver: Adapter | None = None,
        graph: AnyGraph | None = None,
    ) -> None:
        self.job = job
        self._writes = PendingWrites()
        self.teller = StreamReporter(channel, self._writes)
        self._loaded = loaded
        self._channel = channel
        self._saver = saver
        self._graph = graph
        self._thread = job["copy_to"] or job["thread_id"]
        self._stopping = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._streaming: asyncio.Task[None] | None = None
        self._control: Any = None
        self._awaited: set[str] = set()
        self._ready = Ready(SettingsOfRun(), Context(None, None))

    def stop(self) -> None:
        """End after the present superstep; immediately where only coroutines are running, since they can be
        cancelled.
        """
        self._stopping = True
        if self._control is not None:
            self._control.request_drain("stopped")
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._cancel_if_possible)

    def abandon(self) -> bool:
        """End a run that was asked to stop and has not: a node in a thread of its own continues, without effect.

        For the event loop only. Returns whether there was anything to abandon.
        """
        if self._streaming is None or self._streaming.done():
            return False
        return self._streaming.cancel()

    async def run(self) -> None:
        """Do the job. Errors become the "end" message; only SystemExit and similar are raised."""
        self._loop = asyncio.get_running_loop()
        self._control = new_run_control()
        try:
            async with AsyncExitStack() as stack:
                if self._is_untraced:
                    stack.enter_context(untraced())
                end = await self._run(stack)
        except asyncio.CancelledError as error:
            if not self._stopping:
                raise
            end = self.failed(error)
        except Exception as error:
            end = self.failed(error)
        flush()
        self._writes.over()
        self._channel.send(end)

    def failed(self, error: BaseException) -> Message:
        """The "end" message for an exception: a requested stop is not a failure."""
        self._writes.over()
        if self._stopping and (isinstance(error, asyncio.CancelledError) or is_drained(error)):
            return {"event": "end", "status": "stopped", "interrupts": [], "failure": None}
        failure = describe_failure(error, self.teller.failed_node(error))
        return {"event": "end", "status": "failed", "interrupts": [], "failure": failure}

    @property
    def _is_untraced(self) -> bool:
        return wants_no_traces(self.job["surroundings"])

    async def _run(self, stack: AsyncExitStack) -> Message:
        graph = self._graph or await self._loaded.build(stack)
        if self._is_untraced:
            switch_off()
        if self._graph is None:  # otherwise the process stays, and has other graphs as well
            stand_for_main(self._loaded.module, graph)
        ALLOWLIST.allow(self.job.get("allowed", ()))
        ALLOWLIST.learn(graph, self._loaded.module if self._graph is None else None)
        self._channel.send({"event": "loaded", "notes": self._loaded.notes})
        saver = reading_for(graph, await self._opened(stack))
        self._ready = ready = (await settings_for(self.job, saver)).ready(graph)
        recording = behind(Watched, ready.recording(saver))
        recording.writes = self._writes
        memory = await memory_for(graph, self.job["surroundings"], stack)
        graph = copied(graph, checkpointer=recording, store=memory.store)
        self._awaited = awaited_nodes(graph)
        start = RunStart(self.job, graph, saver, ready)
        try:
            await start.prepare()
        except RefusedTypes as error:
            raise RefusedTypes({*error.types, *await self._unknown(saver)}) from None
        recording.loaded = self._knows_saved  # type: ignore[attr-defined]
        self._channel.send({"event": "prepared"})
        handlers = callbacks_in_code(graph) if self._is_untraced else []
        for note in [*ready.notes(), *memory.notes, *handlers, *start.notes]:
            self._channel.send({"event": "note", "text": note})
        if not self.job["run"]:
            return {"event": "end", "status": "finished", "interrupts": [], "failure": None}
        if self._stopping:
            raise asyncio.CancelledError
        self._streaming = asyncio.ensure_future(start.go(lambda given, config: self._stream(graph, given, config)))
        told = len(start.notes)
        try:
            await self._streaming
        finally:
            for note in [*start.notes[told:], *memory.later_notes]:
                self._channel.send({"event": "note", "text": note})
        return await self._end(graph)

    async def _unknown(self, saver: BaseCheckpointSaver[Any]) -> set[StoredType]:
        """All types that may not be built where the job starts, so that a person is asked only once."""
        try:
            with looking():
                found = await saver.aget_tuple(
                    place(self.job["thread_id"], self.job["namespace"], self.job["checkpoint_id"])
                )
            return unknown_in(found) if found else set()
        except Exception:  # the questions that are known already are enough
            return set()

    async def _opened(self, stack: AsyncExitStack) -> BaseCheckpointSaver[Any]:
        if self._saver is not None:
            await check_saver(self._saver, self.job)
            return self._saver.telling(self._tell_checkpoint)
        return await stack.enter_async_context(open_saver(self.job["store"], self._tell_checkpoint, self.job))

    async def _stream(self, graph: AnyGraph, given: Any, config: RunnableConfig) -> None:
        async for namespace, mode, payload in self._parts(graph, given, config):
            self.teller.tell(namespace, mode, payload)
            if self._stopping:
                self._cancel_if_possible(between=mode == "checkpoints" and not namespace)

    def _parts(self, graph: AnyGraph, given: Any, config: RunnableConfig) -> AsyncIterator[Any]:
        options: dict[str, Any] = {"stream_mode": list(_MODES)}
        if self._control is not None and "control" in inspect.signature(graph.astream).parameters:
            options["control"] = self._control
        if self._ready.context.value is not None:
            options["context"] = self._ready.context.value
        parts: AsyncIterator[Any] = graph.astream(
            given,
            named(self._ready.config(config), self.job["graph"]),
            subgraphs=True,
            durability="sync",
            interrupt_before=with_own_pauses(self.job["interrupt_before"], graph.interrupt_before_nodes),
            interrupt_after=with_own_pauses(self.job["interrupt_after"], graph.interrupt_after_nodes),
            **options,
        )
        return parts

    async def _end(self, graph: AnyGraph) -> Message:
        """The "end" message: finished, or waiting for an answer, or paused before or after a node."""
        state = await graph.aget_state(place(self._thread))
        asked = [_asked(each) for each in state.interrupts]
        end: Message = {"event": "end", "status": "finished", "interrupts": asked, "failure": None}
        if not asked and not state.next:
            return end
        paused: list[Message] = [] if asked else await self._pauses(graph)
        return {**end, "status": "interrupted", "next": list(state.next), "pauses": paused}

    async def _pauses(self, graph: AnyGraph) -> list[Message]:
        try:
            state = await graph.aget_state(place(self._thread), subgraphs=True)
            return pauses(graph, self.job, state, self.teller.tasks.ran_last)
        except Exception:  # LangGraph can't find the subgraph again: then it is not known why it paused
            return []

    def _cancel_if_possible(self, between: bool = False) -> None:
        """Cancel if nothing is lost by it: in a coroutine, or, where LangGraph can't drain, between supersteps."""
        if self._streaming is None or self._streaming.done():
            return
        nodes = self.teller.innermost()
        if (nodes and nodes <= self._awaited) or (between and self._control is None):
            self._streaming.cancel()

    def _knows_saved(self, found: CheckpointTuple) -> None:
        if str(found.config["configurable"].get("thread_id")) == self._thread:
            self.teller.tasks.knows_saved(_saved_tasks(found))

    def _tell_checkpoint(self, thread: str, namespace: str, checkpoint: str) -> None:
        if thread == self._thread:
            self._channel.send({"event": "checkpoint", "ns": namespace, "id": checkpoint, "time": time.time()})


def _saved_tasks(found: CheckpointTuple) -> set[str]:
    """The tasks that left a result on a checkpoint, and so do not run again from it."""
    return {task for task, channel, _ in found.pending_writes or () if channel not in _NO_RESULT}


def _asked(question: Any) -> Message:
    """A question in the form of a message. Before langgraph 0.6 it has no id, before 1.2 no schema of its answer."""
    schema = getattr(question, "response_schema", None)
    value = dump_value(question.value)
    told = {
        "id": getattr(question, "id", ""),
        "value": value,
        "response_schema": dump_value(schema) if isinstance(schema, dict) else None,
    }
    size = len(value[1]) * 3 // 4
    return told if size <= _MOST_ASKED else {**told, "value": None, "size": size}
