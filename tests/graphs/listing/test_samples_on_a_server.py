"""`langgraph dev` serves the samples, from the same langgraph.json, in an environment that has nothing of ours."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.server import LangGraphServer

GRAPHS = Path(__file__).resolve().parents[3] / "graphs"
LISTED = json.loads((GRAPHS / "langgraph.json").read_text(encoding="utf-8"))["graphs"]


@pytest.fixture(scope="module")
def server() -> Iterator[LangGraphServer]:
    folder = Path(tempfile.mkdtemp(prefix="timetravel-samples-"))
    settings = {"TIMETRAVEL_SAMPLE_PAUSE": "0", "TIMETRAVEL_NODE_LOG": str(folder / "node-runs.jsonl")}
    started = None
    try:
        started = LangGraphServer(folder, GRAPHS, settings)
        yield started
    finally:
        if started is not None:
            started.stop()
        shutil.rmtree(folder, ignore_errors=True)


def values(server: LangGraphServer, thread: str):
    return server.client.threads.get_state(thread)["values"]


def test_every_sample_is_an_assistant_there(server):
    assistants = server.client.assistants.search(limit=100)
    assert {each["graph_id"] for each in assistants} == set(LISTED)


@pytest.mark.parametrize("name", LISTED)
def test_the_server_tells_the_input_of_every_sample(server, name):
    assistant = server.client.assistants.search(graph_id=name)[0]
    schema = server.client.assistants.get_schemas(assistant["assistant_id"])["input_schema"]
    assert all(field.get("description") for field in schema["properties"].values())


def test_the_agent_answers_there_over_two_turns(server):
    thread = server.run("chat_agent", {"messages": [{"role": "user", "content": "What is 6 * 7, and 潮汐?"}]})
    assert "6 * 7 = 42." in values(server, thread)["messages"][-1]["content"]
    server.run("chat_agent", {"messages": [{"role": "user", "content": "What did I say before?"}]}, thread)
    assert values(server, thread)["messages"][-1]["content"].endswith("What is 6 * 7, and 潮汐?")


def test_an_approval_waits_there_and_is_answered(server):
    thread = server.run("approval", {"request": "十点开门 📚"})
    assert server.client.threads.get(thread)["status"] == "interrupted"
    server.client.runs.wait(thread, "approval", command={"resume": "edit: 九点开门"})
    assert values(server, thread)["sent"] == "九点开门"


def test_an_unstable_task_is_resumed_there_and_passes(server):
    thread = server.run("unstable_task", {"data": "x", "seed": 2})
    assert server.client.threads.get(thread)["status"] == "error"
    server.client.runs.wait(thread, "unstable_task", input=None)
    assert values(server, thread)["log"] == ["stable: done", "unstable: passed in run 2", "finalize: done"]
