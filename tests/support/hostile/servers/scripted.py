"""A web server that does as it is told, byte by byte: to stand in for a LangGraph server that means harm."""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

THREAD = "9b1c3f0a-6a52-4c1e-9d34-0f1f2a3b4c5d"
ONE, ABOVE = "1f1eafe9-ab68-6197-8001-e37a11ccab17", "1f1eafe9-ab68-6197-8000-e37a11ccab17"
ASSISTANT = "5a9a1c52-9d0e-5b4c-8f43-7d0c2b6a9e11"
RUN = "1f1eafe9-0000-6197-8001-e37a11ccab17"

RESET = -1.0
"""In an answer: break the connection off, with an RST."""


@dataclass(frozen=True)
class Request:
    """What was asked. Header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Answer = Iterator[bytes | float]
"""What is sent, piece by piece; a number is a wait, in seconds."""
Behaviour = Callable[[Request], Answer]


@dataclass
class HostileServer:
    """Answers with `behave`; keeps what it was asked, and how many bytes it got rid of."""

    behave: Behaviour
    requests: list[Request] = field(default_factory=list)
    sent: int = 0

    def __post_init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._listening.getsockname()[1]
        self._over = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def asked(self, name: str) -> int:
        """How often an endpoint was asked."""
        return sum(endpoint(each) == name for each in self.requests)

    def close(self) -> None:
        self._over.set()
        self._listening.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            with suppress(OSError):
                caller, _ = self._listening.accept()
                threading.Thread(target=self._answer, args=(caller,), daemon=True).start()

    def _answer(self, caller: socket.socket) -> None:
        with caller, suppress(OSError):
            caller.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 64 << 10)
            caller.settimeout(30)
            request = _read(caller)
            if request is None:
                return
            self.requests.append(request)
            for piece in self.behave(request):
                if self._over.is_set():
                    return
                if isinstance(piece, bytes):
                    self._send(caller, piece)
                elif piece == RESET:
                    caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    return
                else:
                    time.sleep(piece)
            caller.shutdown(socket.SHUT_WR)

    def _send(self, caller: socket.socket, piece: bytes) -> None:
        view = memoryview(piece)
        while view:
            count = caller.send(view[: 64 << 10])
            self.sent += count
            view = view[count:]


@contextmanager
def hostile_server(behave: Behaviour) -> Iterator[HostileServer]:
    """One that is closed at the end."""
    server = HostileServer(behave)
    try:
        yield server
    finally:
        server.close()


def endpoint(request: Request) -> str:
    """The name of what is asked, such as "history"."""
    parts = request.path.partition("?")[0].strip("/").split("/")
    if parts[0] == "assistants":
        return "assistants" if parts[-1] == "search" else parts[-1]
    if "runs" in parts:
        return {"stream": "stream", "cancel": "cancel"}.get(parts[-1], "run")
    match parts[1:]:
        case ["search"] | ["count"] as only:
            return only[0]
        case [_, "history"]:
            return "history"
        case [_, "state"] if request.method == "POST":
            return "update"
        case [_, "state", *_]:
            return "state"
        case [_, "copy"]:
            return "copy"
    return "thread"


def truth(request: Request) -> Any:
    """What a LangGraph server with one thread of two checkpoints would answer, as JSON-able data."""
    name = endpoint(request)
    wanted = json.loads(request.body or b"{}") if name == "history" else {}
    at = (wanted.get("before") or {}).get("configurable", {}).get("checkpoint_id")
    return {
        "search": [_row()],
        "count": 1,
        "thread": _row(),
        "state": state(ONE, ABOVE),
        "history": []
        if at == ABOVE
        else [state(ABOVE, None)]
        if at == ONE
        else [state(ONE, ABOVE), state(ABOVE, None)],
        "update": {"checkpoint": {"thread_id": THREAD, "checkpoint_ns": "", "checkpoint_id": ONE}},
        "copy": _row(),
        "assistants": [
            {"assistant_id": ASSISTANT, "graph_id": "chat", "name": "chat", "metadata": {"created_by": "system"}}
        ],
        "schemas": {
            "input_schema": {"type": "object", "properties": {"topic": {"type": "string"}}, "required": ["topic"]},
            "state_schema": {"type": "object", "properties": {"topic": {"anyOf": [{"type": "string"}]}}},
            "context_schema": {"properties": {"model": {"type": "string"}}},
            "config_schema": None,
        },
        "graph": {
            "nodes": [{"id": "__start__"}, {"id": "ask"}, {"id": "inner:deep"}],
            "edges": [{"source": "__start__", "target": "ask", "conditional": True, "data": "go"}],
        },
        "run": {"run_id": RUN, "status": "success"},
        "cancel": None,
    }.get(name)


def state(one: str, above: str | None) -> dict[str, Any]:
    """A state as the API tells it (langgraph-api 0.16.7, state.py)."""
    task = {"id": "t1", "name": "ask", "path": ["__pregel_pull", "ask"], "error": None, "result": {"count": 2}}
    return {
        "values": {"count": 1, "messages": [{"type": "human", "content": "hi", "id": "m"}]},
        "next": ["ask"],
        "tasks": [{**task, "interrupts": [{"id": "i", "value": "Go on?"}], "checkpoint": None, "state": None}],
        "metadata": {"source": "loop", "step": 1, "parents": {}, "run_id": RUN},
        "created_at": "2026-11-01T10:00:00+00:00",
        "checkpoint": {"checkpoint_id": one, "thread_id": THREAD, "checkpoint_ns": ""},
        "parent_checkpoint": above and {"checkpoint_id": above, "thread_id": THREAD, "checkpoint_ns": ""},
        "interrupts": [{"id": "i", "value": "Go on?"}],
    }


EVENTS: list[tuple[str, Any]] = [
    ("metadata", {"run_id": RUN, "attempt": 1}),
    (
        "checkpoints",
        {"config": {"configurable": {"checkpoint_id": ONE}}, "metadata": {"step": 0}, "tasks": [{"id": "t"}]},
    ),
    ("tasks", {"id": "t1", "name": "ask", "triggers": ["a"], "input": {}}),
    ("messages", [{"type": "AIMessageChunk", "content": "hi"}, {"langgraph_node": "ask"}]),
    ("custom", {"so": 1}),
    ("tasks", {"id": "t1", "name": "ask", "error": None, "result": {"a": 1}, "interrupts": []}),
    ("updates", {"ask": {"a": 1}, "__metadata__": {"cached": True}}),
]
"""What the stream of a run tells."""


def honest(request: Request) -> Answer:
    """What a LangGraph server would send."""
    if endpoint(request) == "stream":
        yield events(*EVENTS, ("end", None))
    else:
        yield ok(json.dumps(truth(request)).encode())


def at(name: str, behave: Behaviour) -> Behaviour:
    """A server that is honest but for one endpoint ("" is all of them)."""
    return lambda request: behave(request) if name in ("", endpoint(request)) else honest(request)


def ok(body: bytes, *more: bytes) -> bytes:
    """An answer as it should be, around a body that need not be."""
    return head(200, b"content-type: application/json", b"content-length: %d" % len(body), *more) + body


def events(*told: tuple[str, Any], more: tuple[bytes, ...] = ()) -> bytes:
    """A stream of events with its head."""
    where = b"content-location: /threads/%s/runs/%s" % (THREAD.encode(), RUN.encode())
    return stream_head(where, *more) + b"".join(event(name, json.dumps(data).encode()) for name, data in told)


def stream_head(*more: bytes) -> bytes:
    """The head of a stream of events."""
    return head(200, b"content-type: text/event-stream", *more)


def event(name: str, data: bytes) -> bytes:
    """One event of a stream."""
    return b"event: %s\ndata: %s\n\n" % (name.encode(), data)


def head(status: int, *headers: bytes) -> bytes:
    """A status line and headers; the connection is closed after each answer."""
    return b"\r\n".join([b"HTTP/1.1 %d Told" % status, b"connection: close", *headers, b"", b""])


def _row() -> dict[str, Any]:
    return {
        "thread_id": THREAD,
        "updated_at": "2026-11-01T10:00:00+00:00",
        "status": "idle",
        "metadata": {"timetravel_name": "talk", "graph_id": "chat"},
    }


def _read(caller: socket.socket) -> Request | None:
    data = b""
    while b"\r\n\r\n" not in data:
        part = caller.recv(65_536)
        data += part
        if data.startswith(b"\x16\x03"):  # TLS, which is not spoken here
            caller.sendall(head(400))
        if not part or data.startswith(b"\x16\x03"):
            return None
    top, _, body = data.partition(b"\r\n\r\n")
    first, *lines = top.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += caller.recv(65_536)
    method, path, _ = first.split(" ", 2)
    return Request(method, path, headers, body)
