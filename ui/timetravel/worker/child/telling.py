"""Turn the parts of LangGraph's stream into messages, and keep count of what runs."""

import json
import time
from typing import Any

from langchain_core.messages import BaseMessageChunk

from .channel import Sending, flush


class Teller:
    """Sends an event for every task that starts or ends, every token and every custom part."""

    def __init__(self, channel: Sending) -> None:
        self._channel = channel
        self._steps: dict[str, int] = {}
        self._running: dict[str, tuple[str, str]] = {}
        self._failed: tuple[int, str] = (-1, "")

    def tell(self, path: tuple[str, ...], mode: str, payload: Any) -> None:
        """Tell of one part of `astream(subgraphs=True, stream_mode=[...])`: (namespace, mode, payload)."""
        namespace = "|".join(path)
        if mode == "checkpoints":
            self._steps[namespace] = payload["metadata"].get("step", -2) + 1
        elif mode == "tasks":
            self._task(namespace, payload)
        elif mode == "custom":
            self._custom(namespace, payload)
        elif mode == "messages":
            self._token(*payload)

    def innermost(self) -> set[str]:
        """The nodes that run now and in which no other runs, named "parent:child"."""
        inside = {namespace for namespace, _ in self._running.values()}
        names = set()
        for task, (namespace, node) in self._running.items():
            own = f"{namespace}|{node}:{task}" if namespace else f"{node}:{task}"
            if not any(each == own or each.startswith(own + "|") for each in inside):
                parts = [part.split(":")[0] for part in namespace.split("|") if part and not part.isdigit()]
                names.add(":".join([*parts, node]))
        return names

    def failed_node(self, error: BaseException) -> str:
        """The innermost node whose task failed; for what ends the process, the only node that runs, if it is one."""
        if self._failed[1]:
            return self._failed[1]
        nodes = self.innermost()
        return nodes.pop().rpartition(":")[2] if isinstance(error, SystemExit) and len(nodes) == 1 else ""

    def _task(self, namespace: str, payload: dict[str, Any]) -> None:
        flush()
        task, node = payload["id"], payload["name"]
        now = time.time()
        if "triggers" in payload:
            self._running[task] = (namespace, node)
            step = self._steps.get(namespace, 0)
            self._send("started", id=task, node=node, ns=namespace, step=step, time=now)
            return
        self._running.pop(task, None)
        error = payload.get("error")
        depth = namespace.count("|") + 1 if namespace else 0
        if error is not None and depth > self._failed[0]:
            self._failed = (depth, node)
        text = "" if error is None else _one_line(error)
        self._send("ended", id=task, time=now, error=text, interrupted=bool(payload.get("interrupts")))

    def _custom(self, namespace: str, payload: Any) -> None:
        """LangGraph does not say which node of a graph wrote a custom part: known only where one runs alone."""
        here = [(node, task) for task, (place, node) in self._running.items() if place == namespace]
        node, task = here[0] if len(here) == 1 else ("", "")
        self._send("output", kind="custom", node=node, task=task, text=_readable(payload) + "\n")

    def _token(self, message: Any, metadata: dict[str, Any]) -> None:
        """Pieces only: a whole message in this stream may be one that a node made itself."""
        if not isinstance(message, BaseMessageChunk):
            return
        text = _text(message)
        if text:
            inner = str(metadata.get("langgraph_checkpoint_ns", "")).rpartition("|")[2]
            node = str(metadata.get("langgraph_node", ""))
            self._send("output", kind="token", node=node, task=inner.rpartition(":")[2], text=text)

    def _send(self, event: str, **fields: Any) -> None:
        self._channel.send({"event": event, **fields})


def _text(message: BaseMessageChunk) -> str:
    """The text of a chunk: a method before langchain-core 1.0, a property (callable too, in a while) since."""
    text: Any = message.text
    return text if isinstance(text, str) else str(text())


def _readable(value: Any) -> str:
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False, default=repr)
    except (TypeError, ValueError, RecursionError):
        return repr(value)


def _one_line(error: Any) -> str:
    if not isinstance(error, BaseException):
        return str(error)
    text = str(error)
    return f"{type(error).__qualname__}: {text}" if text else type(error).__qualname__
