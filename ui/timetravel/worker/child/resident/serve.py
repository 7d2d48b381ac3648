"""A resident worker: holds a saver and serves many requests at once: reads, runs, stops, descriptions, deletions.

Three threads share the work. The main one imports graphs, as in a worker for one run. A second one has the event loop
of the runs, which a node can block. A third one has a loop for reads, if the saver can be read from another thread than
the one that writes to it.
"""

import asyncio
import queue
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver

from ..allowed_types.guarded_serializer import guard_saver, watch_pickles
from ..cleanup.delete_from_saver import delete_kept
from ..errors.failures import describe_failure, message_of
from ..graphs.any_graph import AnyGraph
from ..graphs.describe import describe
from ..graphs.load import LoadedModule, NotAGraph, load
from ..runs.run import Running
from ..runs.settings import settings_for, values_for
from ..savers.adapter import Adapter
from ..savers.read import SaverReader
from ..savers.sync_or_async import AnyWaySaver
from ..shared.protocol import Message
from ..streams.captured_output import RUN
from ..streams.channel import Channel, RunChannel, flush
from .event_loop import Loop

READING = "-"
"""The name for output that belongs to no run: printed while a saver is read."""


class Keeping:
    """One process that stays, for the saver of one graph, or for one in memory and all graphs."""

    def __init__(self, request: Message, channel: Channel) -> None:
        self._request = request
        self._channel = channel
        self._own = request["saver"] == "own"
        self._runs_loop = Loop("timetravel-runs")
        self._reads_loop = Loop("timetravel-reads")
        self._to_load: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._imported: dict[str, LoadedModule] = {}
        self._loaded: dict[str, LoadedModule] = {}
        self._graphs: dict[str, asyncio.Task[AnyGraph]] = {}
        self._runs: dict[str, Running] = {}
        self._stopped: set[str] = set()
        self._stack = AsyncExitStack()
        self._adapter: Adapter | None = None

    def serve(self) -> None:
        """Open the saver, send "kept", and import graphs on request until the process ends; or report why it can't be
        opened.
        """
        self._channel.watch(self._heard)
        try:
            kept = self._open()
        except (Exception, SystemExit) as error:
            flush()
            self._channel.send(load_error(error))
            return
        self._channel.send(kept)
        while True:
            self._to_load.get()()

    def _open(self) -> Message:
        saver: Any = InMemorySaver()
        if self._own:
            loaded = self._load(self._request)
            saver = self._runs_loop.wait(self._graph(loaded)).checkpointer
            if not isinstance(saver, BaseCheckpointSaver):
                raise NotAGraph(
                    f'The graph "{loaded.name}" was compiled without a checkpointer of its own, so there is no saver '
                    "to open. Compile it with one, or give memory: as TARGET."
                )
        watch_pickles()
        guard_saver(saver)
        halves = AnyWaySaver(saver)
        self._adapter = Adapter(halves, self._runs_loop.loop, self._changed)
        if not halves.in_memory:
            self._runs_loop.wait(halves.find_out())
        return {"event": "kept", "saver": type(saver).__name__, "in_memory": halves.in_memory}

    def _heard(self, request: Message) -> None:
        """Handle a request. Never waits, because this thread also notices the debugger's end."""
        do = request["do"]
        if do == "read":
            reads = self._reads_loop if self._held.halves.needs_no_loop else self._runs_loop
            reads.start(self._answer(request, self._read))
        elif do == "stop":
            self._stop(request)
        elif do == "delete":
            self._runs_loop.start(self._answer(request, self._delete))
        else:
            self._to_load.put(partial(self._start if do == "run" else self._describe, request))

    # --- in the main thread ---

    def _load(self, request: Message) -> LoadedModule:
        name = request["graph"]
        if name not in self._loaded:
            self._loaded[name] = self._import(request).called()
        return self._loaded[name]

    def _import(self, request: Message) -> LoadedModule:
        name = request["graph"]
        if name not in self._imported:
            self._imported[name] = load(name, request["spec"], request["dependencies"])
        return self._imported[name]

    def _called(self, request: Message) -> LoadedModule | None:
        """A graph that its factory makes for this run alone; None where the one made for all runs will do."""
        imported = self._import(request)
        if self._own or not imported.takes_config:
            return None
        settings = self._runs_loop.wait(settings_for(request["job"], self._held))
        return imported.called(settings.configurable, settings.context)

    def _start(self, request: Message) -> None:
        run = request["run"]
        channel = RunChannel(self._channel, run)
        RUN.set(run)
        try:
            own = self._called(request)
            loaded = own or self._load(request)
        except (Exception, SystemExit) as error:
            flush()
            channel.send(load_error(error))
        else:
            self._runs_loop.start(self._run(request, loaded, channel, for_it_alone=own is not None))
        finally:
            RUN.set("")

    def _describe(self, request: Message) -> None:
        takes_config, values = False, values_for(request)

        async def described(_: Message) -> Message:
            graph = await (loaded.build(self._stack) if values else self._graph(loaded))
            return {"info": {**describe(graph, loaded), "takes_config": takes_config}}

        try:
            takes_config = self._import(request).takes_config
            loaded = self._import(request).called(values) if values else self._load(request)
        except (Exception, SystemExit) as error:
            flush()
            refused = {**load_error(error), "takes_config": takes_config}
            self._channel.send({"event": "reply", "id": request["id"], "refused": refused})
            return
        self._runs_loop.start(self._answer(request, described))

    # --- on the loops ---

    async def _graph(self, loaded: LoadedModule) -> AnyGraph:
        """The graph, built once: what its factory opened stays open as long as the process lives."""
        if loaded.name not in self._graphs:
            self._graphs[loaded.name] = asyncio.ensure_future(self._build(loaded))
        try:
            return await asyncio.shield(self._graphs[loaded.name])
        except (Exception, SystemExit):
            self._graphs.pop(loaded.name, None)
            raise

    async def _build(self, loaded: LoadedModule) -> AnyGraph:
        graph = await loaded.build(self._stack)
        if self._own:
            loaded.notes.clear()
        return graph

    async def _run(self, request: Message, loaded: LoadedModule, channel: RunChannel, *, for_it_alone: bool) -> None:
        run = request["run"]
        RUN.set(run)
        try:
            graph = None if for_it_alone else await self._graph(loaded)
        except (Exception, SystemExit) as error:
            flush()
            channel.send(load_error(error))
            return
        running = self._runs[run] = Running(request["job"], loaded, channel, self._held, graph)
        if run in self._stopped:
            running.stop()
        task = asyncio.ensure_future(running.run())
        task.add_done_callback(partial(self._ended, run, running, channel))

    def _ended(self, run: str, running: Running, channel: RunChannel, task: "asyncio.Task[None]") -> None:
        """Handle what a run did not catch: sys.exit() in a node, or a cancellation that nobody requested."""
        self._runs.pop(run, None)
        self._stopped.discard(run)
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is not None:
            flush()
            channel.send(running.failed(error))

    def _stop(self, request: Message) -> None:
        """Stop one run; after the grace period, abandon nodes that continue in threads of their own."""
        run = request["run"]
        self._stopped.add(run)
        running = self._runs.get(run)
        if running is not None:
            running.stop()
        self._runs_loop.later(request["grace"], partial(self._give_up, run))

    def _give_up(self, run: str) -> None:
        running = self._runs.get(run)
        nodes = sorted(running.teller.innermost()) if running else []
        if running is None or not running.abandon() or not nodes:
            return
        text = (
            f"{', '.join(nodes)} did not stop in time. What it still does in the worker has no effect on the thread "
            "any more; only the end of the worker ends it."
        )
        RunChannel(self._channel, run).send({"event": "note", "text": text})

    async def _read(self, request: Message) -> Message:
        RUN.set(READING)
        return await SaverReader(self._held).answer(request)

    async def _delete(self, request: Message) -> Message:
        RUN.set(READING)
        busy = {running.job["copy_to"] or running.job["thread_id"] for running in self._runs.values()}
        return await delete_kept(self._held, request, busy)

    async def _answer(self, request: Message, work: Callable[[Message], Coroutine[Any, Any, Message]]) -> None:
        try:
            told = await work(request)
        except (Exception, SystemExit) as error:
            told = {"refused": load_error(error)}
        flush()
        self._channel.send({"event": "reply", "id": request["id"], **told})

    @property
    def _held(self) -> Adapter:
        assert self._adapter is not None
        return self._adapter

    def _changed(self, thread: str, namespace: str, checkpoint: str) -> None:
        self._channel.send({"event": "changed", "thread": thread, "ns": namespace, "id": checkpoint})


def load_error(error: BaseException) -> Message:
    """The message about an error before a graph could be used."""
    told = describe_failure(error)
    ours = isinstance(error, NotAGraph)
    message = message_of(error) if ours else f"{told['type']}: {told['message']}"
    trace = "" if ours else told["traceback"]
    return {"event": "load_error", "type": told["type"], "message": message, "traceback": trace}
