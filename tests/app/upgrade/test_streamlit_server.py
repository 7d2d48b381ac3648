"""The command and the gate where Streamlit's server is otherwise inside: it starts, and lets in nobody it did not."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit import runtime

from tests.support.command import ROOT, environment, served
from ui.gate import streamlit_server
from ui.gate.content_policy import content_policy
from ui.timetravel.worker.child.shared import missing_parts

HERE = Path(__file__).parent
Lines = Callable[[], list[str]]

RENAMED = {
    "_stcore/health": "_stcore/well",
    "def exists()": "def is_there()",
    '"exists",': "",
    "runtime.exists()": "runtime.is_there()",
}


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Lines:
    """What the log says of missing parts, as in a process that has just begun."""
    monkeypatch.setattr(missing_parts, "_said", set())
    return lambda: [one.getMessage() for one in caplog.records if one.name == "timetravel"]


def test_the_command_says_where_it_is_whatever_the_server_calls_its_parts(tmp_path: Path) -> None:
    program = (sys.executable, str(HERE / "other_streamlit.py"), json.dumps(RENAMED), str(ROOT / "ui" / "cli.py"))
    with served(cwd=tmp_path, env=environment(), program=program) as app:
        assert app.port
        assert app.get("/") == 200
        assert app.answer("/").status == 403
    told = [line for line in app.errors if "not found in the form" in line]
    assert [line.partition(":")[0] for line in told] == ["streamlit.runtime.exists"]


def test_the_port_is_that_of_streamlits_options_where_it_can_not_be_known_when_they_are_in_force(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(runtime, "exists")
    monkeypatch.setattr("streamlit.get_option", {"server.port": 8765}.get)
    assert [streamlit_server.chosen_port() for _ in range(2)] == [8765, 8765]
    assert len(lines()) == 1


def test_a_page_counts_as_served_where_streamlit_does_not_tell(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    assert streamlit_server.is_served()  # there is no runtime here: as good as not told
    monkeypatch.delattr(runtime, "get_instance")
    assert streamlit_server.is_served()
    assert len(lines()) == 1


def test_no_script_of_a_page_runs_that_can_not_be_found(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamlit_server, "find_spec", lambda name: None)
    assert streamlit_server.inline_scripts() == []
    assert len(lines()) == 1
    assert "'unsafe-inline'" not in content_policy("http://localhost").partition("script-src")[2].partition(";")[0]


@pytest.mark.parametrize(("status", "up"), [(0, False), (503, False), (403, False), (200, True), (404, True)])
def test_the_app_is_up_once_its_server_answers(lines: Lines, status: int, up: bool) -> None:
    assert streamlit_server.is_up(status) is up
    assert len(lines()) == (status == 404)
