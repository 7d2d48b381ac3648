"""A store that LangGraph.js wrote: its real rows, and what it says of them itself, in langgraph_js.json."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.timetravel.stores.written.written_rows import written
from ui.timetravel.diff import diff
from ui.timetravel.model.values import Typed
from ui.timetravel.presentation.change_cards import message_cards
from ui.timetravel.serde.editable_json import from_text, to_text
from ui.timetravel.serde.messages.chat import as_message
from ui.timetravel.stores import Store, open_store

THREAD = "线程 🧵"


@pytest.fixture(scope="module")
def rows() -> dict[str, Any]:
    return json.loads((Path(__file__).parents[1] / "written" / "langgraph_js.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def store(rows: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(str(written(rows, tmp_path_factory.mktemp("js") / "js.sqlite"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def history(rows: dict[str, Any]) -> list[dict[str, Any]]:
    return rows["history"]


@pytest.fixture
def last(store: Store, history: list[dict[str, Any]]) -> dict[str, Any]:
    return dict(store.checkpoint(THREAD, "", history[0]["id"]).values)


def test_headers_are_what_langgraph_js_says(store: Store, history: list[dict[str, Any]]) -> None:
    headers = store.headers(THREAD, "", [each["id"] for each in history])
    assert [(h.step, h.source, h.parent_id, list(h.next), list(h.failed)) for h in headers] == [
        (each["step"], each["source"], each["parent"], each["next"], each["errors"]) for each in history
    ]
    assert [h.ran for h in headers if h.source == "loop"] == [
        ("ask",),
        ("inner",),
        ("tool", "tool"),
        ("call",),
        ("__start__",),
    ]
    assert [h.checkpoint_id for h in headers if h.interrupted] == [e["id"] for e in history if e["interrupts"]]


def test_checkpoints_are_what_langgraph_js_says(store: Store, history: list[dict[str, Any]]) -> None:
    for each in history:
        found = store.checkpoint(THREAD, "", each["id"])
        assert list(found.next) == each["next"]
        assert found.values.get("n") == each["n"]
        assert [message.value["content"] for message in found.values["messages"]] == each["messages"]
        assert found.format == 4
        assert found.notes == ()


def test_writes_name_their_tasks_where_just_one_node_is_due(store: Store, history: list[dict[str, Any]]) -> None:
    nodes = {each["step"]: [t.node for t in store.writes(THREAD, "", each["id"])] for each in history}
    assert nodes == {
        -1: ["__start__"],
        0: ["call"],
        1: ["tool", "tool"],
        2: ["inner"],
        3: ["", "ask"],  # the answer is no task's
        4: ["", "fail"],  # what was changed by hand is no task's either
        5: [],
    }


def test_a_question_and_an_error_are_told(store: Store, history: list[dict[str, Any]]) -> None:
    asked = [i for t in store.writes(THREAD, "", history[2]["id"]) for i in t.interrupts]
    assert [{"id": i.id, "value": i.value} for i in asked] == history[2]["interrupts"]
    errors = [t.error for t in store.writes(THREAD, "", history[1]["id"]) if t.error]
    assert errors == ["Error: no luck"]


def test_its_subgraph_is_a_namespace(store: Store) -> None:
    _, inner = store.namespaces(THREAD)
    assert inner.startswith("inner:")
    headers = store.headers(THREAD, inner, store.skeleton(THREAD, inner).ids)
    assert [h.ran for h in headers] == [(), ("__start__",), ("考える 🤔",)]


def test_its_messages_are_messages(last: dict[str, Any]) -> None:
    said = [as_message(each) for each in last["messages"]]
    assert [(one.role, one.text) for one in said if one] == [
        ("human", "Hi"),
        ("AI", 'calls look({"q": "x"})'),
        ("tool", "found"),
        ("AI", "你好"),
    ]
    assert len(message_cards(last["messages"])) == 4


def test_its_own_types_are_named(last: dict[str, Any]) -> None:
    assert {name: value.type for name, value in last.items() if isinstance(value, Typed)} == {
        "tags": "Set",
        "table": "Map",
        "raw": "Uint8Array",
        "pattern": "RegExp",
    }
    assert last["名字 🎈"] == "é"


def test_one_new_message_is_one_change(store: Store, history: list[dict[str, Any]]) -> None:
    new, old = (dict(store.checkpoint(THREAD, "", each["id"]).values) for each in history[2:4])
    (change,) = [change for change in diff(old, new) if not change.path[0].startswith("branch:")]
    assert (change.op, change.path, change.new.value["content"]) == ("add", ("messages", 3), "你好")


def test_its_values_go_through_an_edit_unchanged(last: dict[str, Any]) -> None:
    assert from_text(to_text(last)) == last
