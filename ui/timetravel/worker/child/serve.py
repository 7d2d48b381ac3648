"""Serve one request: describe a graph, run a job, delete, shrink, or stay and keep a saver (keeping.py)."""

import asyncio
import platform
import sys
from contextlib import AsyncExitStack

from langchain_core.runnables.config import var_child_runnable_config

from ..protocol import Message
from .channel import Channel, flush
from .deleting import delete
from .describing import describe
from .keeping import Keeping, load_error
from .loading import Loaded, load
from .output import name_nodes_by
from .running import Running
from .settings import Settings, peek
from .shrinking import shrink
from .tracing import switch_off, wants_no_traces
from .versions import runtime


def main(channel: Channel) -> None:
    """Say "ready", wait for the request, answer it."""
    name_nodes_by(_whose)
    channel.send({"event": "ready", "python": platform.python_version(), **runtime()})
    request = channel.first()
    # A .pyc counts as current when second and size agree, so an edit right after a run could go unseen.
    sys.dont_write_bytecode = True
    if request["do"] in ("keep", "delete", "shrink"):
        _serve_without_a_graph(request, channel)
        return
    stops: list[Running] = []
    asked = False

    def stop(message: Message) -> None:
        nonlocal asked
        if message.get("do") == "stop":
            asked = True
            for each in stops:
                each.stop()

    channel.watch(stop)
    loaded = _load(request, channel)
    if loaded is None:
        return
    if request["do"] == "describe":
        _serve_description(loaded, channel)
        return
    if request["do"] == "rebuild":
        _serve_rebuilt(loaded, request, channel)
        return
    running = Running(request["job"], loaded, channel)
    stops.append(running)
    if asked:
        running.stop()
    try:
        asyncio.run(running.run())
    except (SystemExit, KeyboardInterrupt, asyncio.CancelledError) as error:
        # sys.exit() in a node, or a cancellation that nobody asked for: asyncio lets them through to here.
        flush()
        channel.send(running.failed(error))


def _serve_without_a_graph(request: Message, channel: Channel) -> None:
    if request["do"] == "keep":
        Keeping(request, channel).serve()
        return
    # Nothing asks it to stop. The process ends with the debugger's, and what it was at is undone by the database.
    channel.watch(lambda message: None)
    if request["do"] == "shrink":
        channel.send(shrink(request["job"]))
    else:
        channel.send(asyncio.run(delete(request["job"], channel.send)))


def _whose() -> tuple[str, str]:
    """The node and task of the running code, from the config that LangGraph keeps in a context variable."""
    config = var_child_runnable_config.get()
    if not config:
        return "", ""
    node = (config.get("metadata") or {}).get("langgraph_node", "")
    return str(node), str((config.get("configurable") or {}).get("__pregel_task_id", ""))


def _load(request: Message, channel: Channel) -> Loaded | None:
    try:
        if request["do"] == "run" and wants_no_traces(request["job"]["surroundings"]):
            switch_off()
        loaded = load(request["graph"], request["spec"], request["dependencies"])
        return _called(loaded, request["job"]) if request["do"] == "run" else loaded
    except (Exception, SystemExit) as error:
        flush()
        channel.send(load_error(error))
        return None


def _called(loaded: Loaded, job: Message) -> Loaded:
    """The graph's factory, if it has one, called with what this run is given."""
    settings = asyncio.run(peek(job)) if loaded.takes_config else Settings()
    return loaded.called(settings.configurable, settings.context)


def _serve_description(loaded: Loaded, channel: Channel) -> None:
    async def build(called: Loaded) -> Message:
        async with AsyncExitStack() as stack:
            graph = await called.build(stack)
            return {**describe(graph, called), "takes_config": loaded.takes_config}

    try:
        info = asyncio.run(build(loaded.called()))
    except (Exception, SystemExit) as error:
        flush()
        channel.send(load_error(error))
        return
    flush()
    channel.send({"event": "graph", "info": info})


def _serve_rebuilt(loaded: Loaded, request: Message, channel: Channel) -> None:
    # A LangGraph before 1.2 has no delta channels to import, and nothing to rebuild.
    from .rebuilding import rebuild

    try:
        answer = asyncio.run(rebuild(loaded.called(), request))
    except (Exception, SystemExit) as error:
        answer = load_error(error)
    flush()
    channel.send(answer)
