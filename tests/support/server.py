"""A real LangGraph server for the tests: `langgraph dev`, from an environment of its own, on graphs made for it.

`langgraph_server` (a fixture for the whole session) gives the server:

    server.url                                        its address, on 127.0.0.1
    thread = server.run("chain", {"topic": "x"})      a new thread, run to its end
    server.client                                     langgraph_sdk's client, to do as other people's programs do

The command is .venv-server/bin/langgraph, which `make test` installs, or the one that TIMETRAVEL_LANGGRAPH_CLI names.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from langgraph_sdk import get_sync_client

from tests.support.postgres import _end_with_parent

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "tests" / "timetravel" / "langgraph_server" / "project"

_COMMAND = "TIMETRAVEL_LANGGRAPH_CLI"
_START_SECONDS = 90
_STOP_SECONDS = 10
_QUIET = {
    # Whatever this server would tell other computers on its own: usage, traces, and whether there is a newer version.
    "LANGGRAPH_CLI_NO_ANALYTICS": "1",
    "LANGGRAPH_NO_VERSION_CHECK": "true",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
}


class LangGraphServer:
    """One `langgraph dev` on a copy of the project, since it keeps its data there; it ends with this process."""

    def __init__(self, folder: Path, project: Path = PROJECT, settings: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self._settings = settings or {}
        shutil.copytree(project, folder / "project", ignore=shutil.ignore_patterns("__pycache__", ".langgraph_api"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process = self._start()
        try:
            self._await()
        except BaseException:
            self.stop()
            raise
        self.client = get_sync_client(url=self.url, api_key=None)

    @property
    def log(self) -> str:
        """What the server has printed so far."""
        return (self._folder / "log").read_text(errors="replace")

    def run(self, graph: str, given: Any, thread: str = "", **options: Any) -> str:
        """Run a graph to its end, on a new thread if none is named, and give back the thread's id. May end badly."""
        thread = thread or str(uuid.uuid4())
        self.client.runs.wait(
            thread, graph, input=given, if_not_exists="create", durability="sync", raise_error=False, **options
        )
        return thread

    def stop(self) -> None:
        """End the server and what it started, and wait until they are gone. Calling it twice is fine."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_STOP_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(_STOP_SECONDS)

    def _start(self) -> "subprocess.Popen[bytes]":
        # Nothing of our own environment: a key or a switch there would change how the server behaves.
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(self._folder), **_QUIET, **self._settings}
        # One worker would make every run wait for the one before.
        options = ["--no-browser", "--no-reload", "--host", "127.0.0.1", "--n-jobs-per-worker", "8"]
        with (self._folder / "log").open("wb") as log:
            return subprocess.Popen(
                [command(), "dev", *options, "--port", str(self.port)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder / "project",
                env=environment,
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )

    def _await(self) -> None:
        end = time.monotonic() + _START_SECONDS
        while True:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/ok", timeout=5).status_code == 200:
                    return
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"langgraph dev did not start:\n{self.log[-5000:]}")
            time.sleep(0.05)


def command() -> str:
    """The `langgraph` command. Fails where there is none, so that no test is left out without a word."""
    named = os.environ.get(_COMMAND) or str(ROOT / ".venv-server" / "bin" / "langgraph")
    if not Path(named).is_file():
        pytest.fail(f"There is no {named}. `make test` makes it, or {_COMMAND} names another one.")
    return named


@pytest.fixture(scope="session")
def langgraph_server() -> Iterator[LangGraphServer]:
    """A real LangGraph server for the whole session, started by the first test that wants one."""
    folder = Path(tempfile.mkdtemp(prefix="timetravel-server-"))
    server = None
    try:
        server = LangGraphServer(folder)
        yield server
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
