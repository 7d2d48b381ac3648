"""Turns the parts of LangGraph's stream into messages, and tracks which nodes are running."""

import asyncio
import concurrent.futures
import time
from functools import partial
from typing import Any

from langchain_core.messages import BaseMessageChunk

from ...errors.failures import message_of
from ...shared.clipping import clipped, readable
from ...shared.reserved_names import UPDATES_ABOUT
from ...shared.task_events import TaskEvents
from ...streams.channel import Sending, flush
from .pending_writes import PendingWrites


class StreamReporter:
    """Sends a message for every task that starts or ends, every token and every custom part."""

    def __init__(self, channel: Sending, writes: PendingWrites) -> None:
        """`writes` knows which results are still being saved."""
        self._channel = channel
        self._writes = writes
        self.tasks = TaskEvents(self._send)

    def tell(self, path: tuple[str, ...], mode: str, payload: Any) -> None:
        """Report one part of `astream(subgraphs=True, stream_mode=[...])`: (namespace, mode, payload)."""
        namespace = "|".join(path)
        if mode == "checkpoints":
            step = payload["metadata"].get("step", -2)
            self.tasks.checkpoint(namespace, step, payload.get("tasks") or (), time.time())
        elif mode == "tasks":
            self._task(namespace, payload)
        elif mode == "updates":
            self._updates(namespace, payload)
        elif mode == "custom":
            self._custom(namespace, payload)
        elif mode == "messages":
            self._token(*payload)

    def innermost(self) -> set[str]:
        """The nodes that are running and in which no other node is, named "parent:child"."""
        running = self.tasks.running
        inside = {namespace for namespace, _ in running.values()}
        names = set()
        for task, (namespace, node) in running.items():
            own = f"{namespace}|{node}:{task}" if namespace else f"{node}:{task}"
            if not any(each == own or each.startswith(own + "|") for each in inside):
                parts = [part.split(":")[0] for part in namespace.split("|") if part and not part.isdigit()]
                names.add(":".join([*parts, node]))
        return names

    def failed_node(self, error: BaseException) -> str:
        """The innermost node whose task failed; for an error that ends the process, the only node that is running, if
        there is just one.
        """
        if failed := self.tasks.failed_node(error):
            return failed
        nodes = self.innermost()
        return nodes.pop().rpartition(":")[2] if isinstance(error, SystemExit) and len(nodes) == 1 else ""

    def _task(self, namespace: str, payload: dict[str, Any]) -> None:
        flush()
        task, node = payload["id"], payload["name"]
        if "triggers" in payload:
            self.tasks.started(namespace, task, node, time.time())
            return
        error = payload.get("error")
        how = _how(error, asked=bool(payload.get("interrupts")))
        text = _one_line(error) if how == "failed" else ""
        self.tasks.ended(namespace, task, node, time.time(), error=error, text=text, how=how)

    def _updates(self, namespace: str, payload: Any) -> None:
        """Report only what `tasks` leaves out: a result that existed without a run of the node."""
        if isinstance(payload, dict) and (payload.get(UPDATES_ABOUT) or {}).get("cached"):
            for node in payload:
                if node != UPDATES_ABOUT:
                    self.tasks.answered(namespace, node, time.time())

    def _custom(self, namespace: str, payload: Any) -> None:
        """Report a custom part.

        LangGraph does not say which node wrote it: known only where a single node is running.
        """
        here = [(node, task) for task, (place, node) in self.tasks.running.items() if place == namespace]
        node, task = here[0] if len(here) == 1 else ("", "")
        self._send("output", kind="custom", node=node, task=task, text=readable(payload) + "\n")

    def _token(self, message: Any, metadata: dict[str, Any]) -> None:
        """Report a token. Only pieces are used: a whole message in this stream may be one that a node made itself."""
        if not isinstance(message, BaseMessageChunk):
            return
        text = _text(message)
        if text:
            inner = str(metadata.get("langgraph_checkpoint_ns", "")).rpartition("|")[2]
            node = str(metadata.get("langgraph_node", ""))
            self._send("output", kind="token", node=node, task=inner.rpartition(":")[2], text=text)

    def _send(self, event: str, **fields: Any) -> None:
        send = partial(self._channel.send, {"event": event, **fields})
        if event == "ended" and fields["how"] == "done":
            self._writes.when_saved(fields["id"], send)
        else:
            send()


def _how(error: Any, *, asked: bool) -> str:
    """How a task ended. When one fails, LangGraph cancels the others, which does not count as their failure."""
    if isinstance(error, asyncio.CancelledError | concurrent.futures.CancelledError):
        return "cancelled"
    return "failed" if error is not None else "asked" if asked else "done"


def _text(message: BaseMessageChunk) -> str:
    """The text of a chunk: a method before langchain-core 1.0, later a property (for some versions callable, too)."""
    text: Any = message.text
    return text if isinstance(text, str) else str(text())


def _one_line(error: Any) -> str:
    if not isinstance(error, BaseException):
        return clipped(str(error))
    text = message_of(error)
    return f"{type(error).__qualname__}: {text}" if text else type(error).__qualname__
