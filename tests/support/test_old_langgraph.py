"""The environments of old LangGraphs have what they are there for, and nothing of ours."""

import json
import subprocess

import pytest

from tests.support.old_langgraph import ROOT, VERSIONS, python_of

ASK = """
import importlib.metadata, importlib.util, json
origins = {name: importlib.util.find_spec(name) for name in ("langgraph.graph", "langgraph.checkpoint.sqlite")}
ours = importlib.util.find_spec("streamlit") is not None
print(json.dumps([importlib.metadata.version("langgraph"), ours, [spec.origin for spec in origins.values()]]))
"""


@pytest.mark.parametrize("version", VERSIONS)
def test_a_python_has_the_langgraph_that_it_is_asked_for(version: str) -> None:
    python = python_of(version)
    told = subprocess.run([python, "-c", ASK], capture_output=True, check=True, text=True, cwd=python.parent).stdout
    found, ours, files = json.loads(told)
    assert (found, ours) == (version, False)
    assert all(file.startswith(str(ROOT / ".venv-old" / version)) for file in files)


def test_there_is_a_list_of_versions_for_each_of_them() -> None:
    assert {file.stem for file in (ROOT / "constraints" / "old").glob("*.txt")} == {*VERSIONS, "common"}


def test_a_test_is_not_left_out_where_none_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMETRAVEL_NOTHING_LEFT_OUT", "1")
    with pytest.raises(pytest.fail.Exception, match=r"There is no \.venv-old/0\.0\.1"):
        python_of("0.0.1")


def test_a_test_is_left_out_where_it_is_run_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TIMETRAVEL_NOTHING_LEFT_OUT", raising=False)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="makes it"):
        python_of("0.0.1")
