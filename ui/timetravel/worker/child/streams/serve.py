"""Serves one request: describe a graph, run a job, delete, shrink, or stay and hold a saver (resident/serve.py)."""

import asyncio
import platform
import queue
import socket
import sys
from contextlib import AsyncExitStack

from ..allowed_types.stored_types import lost_types
from ..cleanup.delete import delete
from ..cleanup.vacuum import shrink
from ..errors.read_only import LooksOnly, see_that_it_may_be_done
from ..graphs.describe import describe
from ..graphs.imports.imported_process import Staying, leave
from ..graphs.langgraph_internals import running_task
from ..graphs.load import LoadedModule, load
from ..resident.serve import Keeping, load_error
from ..runs.run import Running
from ..runs.settings import SettingsOfRun, peek, values_for
from ..shared.protocol import Message
from ..surroundings.tracing import switch_off, wants_no_traces
from .captured_output import name_nodes_by
from .channel import Channel, flush
from .versions import runtime


def main(channel: Channel, control: socket.socket | None = None) -> None:
    """Send "ready", wait for the request, answer it. `control` is the socket of a process that stays and is forked."""
    name_nodes_by(running_task)
    channel.send({"event": "ready", "python": platform.python_version(), **runtime()})
    request = channel.first()
    # A .pyc counts as current if the second and the size agree, so an edit right after a run could be missed.
    sys.dont_write_bytecode = True
    unheard: queue.SimpleQueue[Message] = queue.SimpleQueue()
    if request["do"] == "import":
        request, unheard = _stay(request, channel, control)
    try:
        see_that_it_may_be_done(request)
    except LooksOnly as error:
        channel.send(load_error(error))
        return
    if request["do"] in ("keep", "delete", "shrink"):
        _serve_without_a_graph(request, channel)
    elif request["do"] in ("describe", "rebuild", "types"):
        channel.watch(lambda message: None)
        channel.send(_answer(request))
    else:
        _run(request, channel, unheard)


def _stay(
    request: Message, channel: Channel, control: socket.socket | None
) -> tuple[Message, "queue.SimpleQueue[Message]"]:
    """Import the graph, and stay.

    Returns in a fork, or without forks for a run: its request, and the queue of further ones.
    """
    if wants_no_traces(request["surroundings"]):
        switch_off()
    staying = Staying(channel, control)
    try:
        forks = staying.import_graph(request)
    except (Exception, SystemExit) as error:
        flush()
        channel.send(load_error(error))
        leave()
    return (staying.fork() if forks else staying.answer_with(_answer)), staying.unheard


def _answer(request: Message) -> Message:
    """The answer to "describe", "rebuild" or "types", or the error."""
    takes_config = False
    try:
        loaded = load(request["graph"], request["spec"], request["dependencies"])
        takes_config = loaded.takes_config
        called = loaded.called(values_for(request))
        if request["do"] == "describe":
            answer = asyncio.run(_described(called, takes_config))
        elif request["do"] == "types":
            answer = asyncio.run(_types(called, request))
        else:
            answer = asyncio.run(_rebuilt(called, request))
    except (Exception, SystemExit) as error:
        answer = {**load_error(error), "takes_config": takes_config}
    flush()
    return answer


async def _described(loaded: LoadedModule, takes_config: bool) -> Message:
    async with AsyncExitStack() as stack:
        info = describe(await loaded.build(stack), loaded)
    return {"event": "graph", "info": {**info, "takes_config": takes_config}}


async def _types(loaded: LoadedModule, request: Message) -> Message:
    async with AsyncExitStack() as stack:
        return lost_types(await loaded.build(stack), loaded, request)


async def _rebuilt(loaded: LoadedModule, request: Message) -> Message:
    # A LangGraph before 1.2 has no delta channels to import, and nothing to rebuild.
    from ..graphs.rebuild_deltas import rebuild

    return await rebuild(loaded, request)


def _run(request: Message, channel: Channel, unheard: "queue.SimpleQueue[Message]") -> None:
    stops: list[Running] = []
    asked = False

    def stop(message: Message) -> None:
        nonlocal asked
        if message.get("do") == "stop":
            asked = True
            for each in stops:
                each.stop()

    channel.watch(stop)
    while not unheard.empty():
        stop(unheard.get())
    try:
        if wants_no_traces(request["job"]["surroundings"]):
            switch_off()
        loaded = load(request["graph"], request["spec"], request["dependencies"])
        loaded = _called(loaded, request["job"])
    except (Exception, SystemExit) as error:
        flush()
        channel.send(load_error(error))
        return
    running = Running(request["job"], loaded, channel)
    stops.append(running)
    if asked:
        running.stop()
    try:
        asyncio.run(running.run())
    except (SystemExit, KeyboardInterrupt, asyncio.CancelledError) as error:
        # sys.exit() in a node, or a cancellation that nobody requested: asyncio raises them here.
        flush()
        channel.send(running.failed(error))


def _serve_without_a_graph(request: Message, channel: Channel) -> None:
    if request["do"] == "keep":
        Keeping(request, channel).serve()
        return
    # It is never asked to stop. The process ends with the debugger, and the database rolls back an unfinished
    # transaction.
    channel.watch(lambda message: None)
    if request["do"] == "shrink":
        channel.send(shrink(request["job"]))
    else:
        channel.send(asyncio.run(delete(request["job"], channel.send)))


def _called(loaded: LoadedModule, job: Message) -> LoadedModule:
    """The module with the graph's factory, if it has one, called with the run's values."""
    settings = asyncio.run(peek(job)) if loaded.takes_config else SettingsOfRun()
    return loaded.called(settings.configurable, settings.context)
