"""A sandbox run sends nothing of a thread away, unless a person who was told the address wants that."""

import gzip
import http.server
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver

from tests.screens.conftest import Screen
from ui.timetravel.stores import open_store

Open = Callable[..., Screen]
AGENT = """
import os
from typing_extensions import TypedDict
from langgraph.graph import START, StateGraph
from langsmith import traceable
{more}
class State(TypedDict, total=False):
    secret: str
    n: int

@traceable
def inside(secret):
    return len(secret)

def work(state: State) -> State:
    return {{"n": inside(state["secret"])}}

builder = StateGraph(State).add_node("work", work).add_edge(START, "work")
graph = builder.compile()
"""
SWITCHED_ON_BY_CODE = 'os.environ["LANGSMITH_TRACING"] = os.environ["LANGCHAIN_TRACING_V2"] = "true"'


class Cloud:
    """Whoever takes traces, on this machine."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        got = self.got

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer(b'{"version":"1","batch_ingest_config":{}}')

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.headers.get("Transfer-Encoding") == "chunked":
                    while size := int(self.rfile.readline(), 16):
                        body += self.rfile.read(size)
                        self.rfile.readline()
                got.append(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
                self.answer(b"{}")

            def do_PATCH(self) -> None:
                self.do_POST()

            def answer(self, body: bytes) -> None:
                self.send_response(202)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def knows(self, text: str, seconds: float) -> bool:
        """Whether the text arrives within so many seconds."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if any(text.encode() in each for each in self.got):
                return True
            time.sleep(0.1)
        return False


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    made = Cloud()
    yield made
    made.server.shutdown()


@pytest.fixture
def in_sandbox(opened: Open, tmp_path: Path, cloud: Cloud) -> Callable[..., Screen]:
    """The screen of a production thread, whose project's env switches LangSmith on."""

    def open_with(more: str = "", *, sandboxed: bool = True) -> Screen:
        env = {"LANGSMITH_TRACING": "true", "LANGSMITH_API_KEY": "lsv2_x", "LANGSMITH_ENDPOINT": cloud.address}
        agent = AGENT.format(more=more)
        (tmp_path / "traced_agent.py").write_text(agent)
        config = {"graphs": {"agent": "./traced_agent.py:graph"}, "dependencies": ["."], "env": env}
        (tmp_path / "langgraph.json").write_text(json.dumps(config))
        found: dict[str, Any] = {}
        exec(AGENT.format(more=""), found)
        path = tmp_path / "production.sqlite"
        with SqliteSaver.from_conn_string(str(path)) as saver:
            graph = found["builder"].compile(checkpointer=saver)
            graph.invoke({"secret": "patient 4711"}, {"configurable": {"thread_id": "t"}})
        screen = opened(
            path,
            graphs_file=str(tmp_path / "langgraph.json"),
            sandbox=str(tmp_path / "sandbox.sqlite"),
            sandboxed=sandboxed,
        ).on("debugger")
        with open_store(str(path)) as store:
            return screen.run(thread="t", checkpoint=store.skeleton("t").ids[1])

    assert "langsmith" in sys.modules
    return open_with


def finished(screen: Screen) -> Screen:
    until = time.monotonic() + 30
    while "✔ Finished" not in screen.says and time.monotonic() < until:
        time.sleep(0.1)
        screen.run()
    assert "✔ Finished" in screen.says
    return screen


@pytest.mark.parametrize("more", ["", SWITCHED_ON_BY_CODE, "import langsmith; langsmith.configure(enabled=True)"])
def test_nothing_is_sent_from_the_sandbox(in_sandbox: Callable[..., Screen], cloud: Cloud, more: str) -> None:
    screen = in_sandbox(more)
    assert f"would send traces to {cloud.address}: switched off in the sandbox" in screen.says
    assert "LANGSMITH_TRACING in the project's env" in screen.says
    assert "can't be held back" in screen.says
    finished(screen.click("Run again from here"))
    assert not cloud.knows("4711", 1.5)


def test_traces_are_sent_where_a_person_who_knows_the_address_wants_them(
    in_sandbox: Callable[..., Screen], cloud: Cloud
) -> None:
    screen = in_sandbox()
    screen.app.toggle[0].set_value(True).run()
    assert f"with the whole state in them, are sent to {cloud.address}" in screen.says
    finished(screen.click("Run again from here"))
    assert cloud.knows("4711", 15)


def test_a_run_outside_the_sandbox_is_said_to_send_its_state(in_sandbox: Callable[..., Screen], cloud: Cloud) -> None:
    screen = in_sandbox(sandboxed=False)
    assert f"every run here sends its state to {cloud.address}" in screen.says
