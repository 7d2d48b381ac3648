"""Translates the events of a server's stream into the messages about a run that a worker of ours would send."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from ui.timetravel.stores.server.answers import LONGEST_NAME, is_name, listed, mapping
from ui.timetravel.worker.child.shared.protocol import Message
from ui.timetravel.worker.child.shared.reserved_names import UPDATES_ABOUT
from ui.timetravel.worker.child.shared.task_events import TaskEvents

MODES = ("tasks", "updates", "checkpoints", "custom", "messages-tuple")
_MOST = 20_000
"""The most tasks and checkpoints of one run that are reported, so that an endless stream can't use endless memory."""
_HIDDEN = "An internal error occurred"
"""A server's text in place of an exception's text, unless it knows the exception's type (langgraph-api 0.16.7,
serde.py).
"""


class StreamTranslator:
    """Sends a message for every task that starts or ends, every token, custom part and checkpoint.

    `seen` are checkpoints that existed before: the stream begins with the one from which the run starts.
    """

    def __init__(self, take: Callable[[Message], object], seen: set[str]) -> None:
        self._take = take
        self._seen = seen
        self._tasks = TaskEvents(self._send)
        self._left = _MOST
        self.error: dict[str, Any] | None = None

    def tell(self, event: str, data: Any) -> None:
        """Translate one event: its mode, and after "|" the namespace that it comes from."""
        mode, _, namespace = event[: LONGEST_NAME * 2].partition("|")
        if mode == "error":
            self.error = data if isinstance(data, dict) else {"error": "Error", "message": str(data)}
        elif mode == "custom":
            self._custom(namespace, data)
        elif mode == "messages" and isinstance(data, list) and len(data) == 2:
            self._token(data[0], mapping(data[1]))
        elif mode == "checkpoints" and isinstance(data, dict):
            self._checkpoint(namespace, data)
        elif mode == "tasks" and isinstance(data, dict):
            self._task(namespace, data)
        elif mode == "updates" and isinstance(data, dict) and mapping(data.get(UPDATES_ABOUT)).get("cached"):
            for node in data.keys() - {UPDATES_ABOUT}:
                self._tasks.answered(namespace, node, time.time())

    @property
    def ran_last(self) -> frozenset[str]:
        """The nodes that ran in the last superstep of the graph itself."""
        return self._tasks.ran_last.get("", frozenset())

    def failure(self, errors: dict[str, str]) -> Message | None:
        """Why the run failed; None if it did not. `errors` has the errors of failed tasks in the state, by id.

        The state contains the exceptions' texts, which the stream leaves out.
        """
        for task, when in self._tasks.failed_tasks.items():
            if task in errors:
                self._send("ended", id=task, time=when, how="failed", error=readable(errors[task]))
        if self.error is None:
            return None
        task, node = self._tasks.innermost_failure()
        kind, message = str(self.error.get("error", "Error")), str(self.error.get("message", ""))
        if message == _HIDDEN and task in errors:
            message = readable(errors[task]).removeprefix(f"{kind}: ")
        return {"node": node, "type": kind, "message": message, "traceback": ""}

    def _task(self, namespace: str, data: dict[str, Any]) -> None:
        task, node = data.get("id"), data.get("name")
        if not is_name(task) or not is_name(node) or not self._may_tell():
            return
        if "triggers" in data:
            self._tasks.started(namespace, task, node, time.time())
            return
        error = data.get("error")
        how = "failed" if error is not None else "asked" if data.get("interrupts") else "done"
        self._tasks.ended(namespace, task, node, time.time(), error=error, text=_told(error), how=how)

    def _may_tell(self, count: int = 1) -> bool:
        """Whether this many more messages may be sent. The first time they may not, a note says so."""
        if self._left <= 0:
            return False
        self._left -= count
        if self._left <= 0:
            self._send(
                "note", text=f"The server tells of more than {_MOST:,} tasks and checkpoints: no more are listed."
            )
        return self._left > 0

    def _send(self, event: str, **fields: Any) -> None:
        self._take({"event": event, **fields})

    def _checkpoint(self, namespace: str, data: dict[str, Any]) -> None:
        step = mapping(data.get("metadata")).get("step")
        tasks = [task for task in listed(data.get("tasks")) if isinstance(task, dict) and is_name(task.get("id"))]
        if not self._may_tell(1 + len(tasks)):
            return
        self._tasks.checkpoint(namespace, step if type(step) is int else -2, tasks, time.time())
        one = mapping(mapping(data.get("config")).get("configurable")).get("checkpoint_id")
        if is_name(one) and one not in self._seen:
            self._seen.add(one)
            self._take({"event": "checkpoint", "ns": namespace, "id": one})

    def _custom(self, namespace: str, data: Any) -> None:
        """LangGraph does not say which node wrote a custom part: it is known only where a single node is running."""
        here = [(node, task) for task, (place, node) in self._tasks.running.items() if place == namespace]
        node, task = here[0] if len(here) == 1 else ("", "")
        part = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
        self._take({"event": "output", "kind": "custom", "node": node, "task": task, "text": part + "\n"})

    def _token(self, message: Any, metadata: Mapping[str, Any]) -> None:
        """Only pieces are used: a whole message in this stream may be one that a node made itself."""
        if not isinstance(message, dict) or not str(message.get("type", "")).endswith("Chunk"):
            return
        part = _content(message.get("content"))
        if part:
            inner = str(metadata.get("langgraph_checkpoint_ns", "")).rpartition("|")[2]
            node, task = str(metadata.get("langgraph_node", "")), inner.rpartition(":")[2]
            self._take({"event": "output", "kind": "token", "node": node, "task": task, "text": part})


def readable(error: str) -> str:
    """An exception's `repr`, as in a checkpoint, in the form "Type: text" where it has just one text."""
    kind, bracket, rest = error.partition("(")
    inside = rest.removesuffix(")")
    if not bracket or not kind.isidentifier() or inside == rest:
        return error
    if not inside:
        return kind
    quote = inside[0]
    if quote in "'\"" and inside[-1] == quote and len(inside) > 1 and quote not in inside[1:-1] and "\\" not in inside:
        return f"{kind}: {inside[1:-1]}"
    return error


def _told(error: Any) -> str:
    if error is None:
        return ""
    if isinstance(error, dict) and "error" in error:
        message = error.get("message")
        return str(error["error"]) if message in ("", None, _HIDDEN) else f"{error['error']}: {message}"
    return str(error)


def _content(content: Any) -> str:
    """The text of a chunk's content: a string, or blocks."""
    if isinstance(content, str):
        return content
    blocks = content if isinstance(content, list) else []
    texts = (block.get("text") if isinstance(block, dict) else block for block in blocks)
    return "".join(text for text in texts if isinstance(text, str))
