"""Random programs on a LangGraph server: our reading of its API says what `RemoteGraph` says."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.oracle.compare import SERVER
from tests.conformance.programs.generated import named_shape
from tests.conformance.programs.remote import played
from tests.conformance.suite import conform
from tests.support.server import LangGraphServer
from ui.timetravel.stores import open_store

PROJECT = Path(__file__).parent / "project"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="timetravel-conformance-"))
    server = None
    try:
        server = LangGraphServer(folder, PROJECT)
        yield server.url
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def test_a_server_says_what_langgraph_says(url: str) -> None:
    # A run waits about a second until the server's worker looks for it.
    conform(
        48, lambda program: played(program, url), lambda: open_store(url), of=named_shape, left_out=SERVER, at_once=12
    )
