import json

import pytest

from tests.support.server import PROJECT, LangGraphServer
from ui.timetravel.langgraph_server.assistants import type_words
from ui.timetravel.langgraph_server.runner import ServerRuns


def runs_of_the_project() -> list[str]:
    return list(json.loads((PROJECT / "langgraph.json").read_text())["graphs"])


def test_the_graphs_are_the_assistants_graphs_first(langgraph_server: LangGraphServer) -> None:
    client = langgraph_server.client
    made = [client.assistants.create("chain", name=name) for name in ("about owls", "about owls", "asks")]
    runs = ServerRuns(langgraph_server.url)
    graphs = runs.graphs
    assert graphs[:2] == ("chain", "joined")
    assert set(graphs) - set(runs_of_the_project()) == {
        "about owls",
        f"about owls ({made[1]['assistant_id'][:8]})",
        f"asks ({made[2]['assistant_id'][:8]})",
    }
    assert runs.describe("about owls").nodes == runs.describe("chain").nodes
    runs.close()
    for each in made:
        client.assistants.delete(each["assistant_id"])


def test_assistants_that_are_made_later_are_seen(
    langgraph_server: LangGraphServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = ServerRuns(langgraph_server.url)
    before = runs.graphs
    made = langgraph_server.client.assistants.create("chain", name="made later")
    assert runs.graphs == before
    monkeypatch.setattr("ui.timetravel.langgraph_server.runner._FRESH_SECONDS", 0.0)
    assert runs.graphs == (*before, "made later")
    runs.close()
    assert runs.graphs == (*before, "made later")
    langgraph_server.client.assistants.delete(made["assistant_id"])


def test_a_description_has_nodes_edges_and_channels(runs: ServerRuns) -> None:
    info = runs.describe("chain")
    assert [each.name for each in info.nodes] == ["plan", "write", "check"]
    assert ("__start__", "plan", False) in [(each.source, each.target, each.conditional) for each in info.edges]
    assert ("write", "check", True) in [(each.source, each.target, each.conditional) for each in info.edges]
    assert {each.name: each.type for each in info.channels} == {
        "messages": "list[AnyMessage]",
        "topic": "str",
        "log": "list[str]",
        "kept": "list[Any]",
        "count": "int",
    }
    assert "topic" in info.input_schema["properties"]
    assert "does not tell the source code" in info.notes[0]


def test_the_nodes_of_a_subgraph_are_named_after_it(runs: ServerRuns) -> None:
    nodes = {each.name: each.subgraph for each in runs.describe("nested").nodes}
    assert nodes["inside:ask"] == "inside"
    assert nodes["before"] == ""


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "str"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "int | None"),
        ({"type": "array", "items": {"type": "array", "items": {"type": "number"}}}, "list[list[float]]"),
        ({"$ref": "#/$defs/Topic"}, "Topic"),
        ({"type": "object"}, "dict"),
        ({"title": "Topic", "type": "object", "properties": {"a": {}}}, "Topic"),
        ({}, "Any"),
        (True, "Any"),
    ],
)
def test_types_are_in_words(schema: object, words: str) -> None:
    assert type_words(schema, {}) == words
