"""Checkpoints of the formats 1 to 3, as old LangGraphs wrote them, against what these said of them. 4 is today's."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from langgraph.checkpoint.postgres import PostgresSaver

from tests.support.postgres import Server
from tests.timetravel.stores.written.written_rows import blob, written
from ui.timetravel.diff import diff
from ui.timetravel.model.checkpoints import visible
from ui.timetravel.model.project import Project
from ui.timetravel.model.values import Typed
from ui.timetravel.serde.decode import decode
from ui.timetravel.serde.editable_json import from_text, to_text
from ui.timetravel.serde.encode import encode
from ui.timetravel.serde.messages.chat import as_message
from ui.timetravel.stores import Store, open_store
from ui.timetravel.worker.resident.worker import ResidentWorker

PROJECTS = Path(__file__).parents[2] / "worker" / "projects"


@pytest.fixture(scope="module", params=["1", "2", "3"])
def rows(request: pytest.FixtureRequest) -> dict[str, Any]:
    packed = (Path(__file__).parents[1] / "written" / "old_formats.json.gz").read_bytes()
    return {"format": int(request.param), **json.loads(gzip.decompress(packed))[request.param]}


@pytest.fixture(scope="module")
def store(rows: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(str(written(rows, tmp_path_factory.mktemp("old") / "old.sqlite"))) as opened:
        yield opened


@pytest.fixture
def history(rows: dict[str, Any]) -> list[dict[str, Any]]:
    return rows["history"]


def test_headers_are_what_langgraph_said(store: Store, history: list[dict[str, Any]]) -> None:
    headers = store.headers("t", "", [each["id"] for each in history])
    assert [(h.step, h.source, h.parent_id, sorted(h.next), list(h.failed)) for h in headers] == [
        (each["step"], each["source"], each["parent"], sorted(each["next"]), each["failed"]) for each in history
    ]


def test_one_checkpoint_alone_is_what_langgraph_said(
    store: Store, history: list[dict[str, Any]], rows: dict[str, Any]
) -> None:
    for each in history:
        found = store.checkpoint("t", "", each["id"])
        assert found.format == rows["format"]
        assert sorted(found.next) == sorted(each["next"])
        assert found.values.get("log", each["log"]) == each["log"]
        assert found.values.get("n") == each["n"]
        assert [as_message(m).text for m in found.values.get("messages", [])] == each["messages"]  # type: ignore[union-attr]


def test_headers_tell_what_ran_and_which_channels_of_the_state_it_changed(store: Store) -> None:
    headers = store.headers("t", "", store.skeleton("t").ids)
    told = [(h.step, h.ran, set(h.changed)) for h in headers if h.source != "update"]
    first, again = told[:8], told[8:]
    assert first == [
        (-1, (), set()),
        (0, ("__start__",), {"messages", "n", "log"}),
        (1, ("a",), {"messages", "n", "log", "odd"}),
        (2, ("left", "right"), {"log"}),
        (3, ("join",), {"log"}),
        (4, ("work", "work"), {"log"}),
        (5, ("sub",), {"log"}),
        (6, ("fail",), {"log"}),
    ]
    assert again == first[4:], "the fork"


def test_the_state_has_a_persons_channels_alone(store: Store, history: list[dict[str, Any]]) -> None:
    for each in history[:-1]:
        assert set(visible(store.checkpoint("t", "", each["id"]).values)) <= {"messages", "log", "n", "odd"}


def test_tasks_are_named_where_the_store_tells(store: Store, history: list[dict[str, Any]]) -> None:
    for each in history:
        for task in store.writes("t", "", each["id"]):
            assert task.node in (*each["next"], "sub", "")
            if task.error is not None:
                assert (task.node, task.error) == ("fail", "ValueError('no luck')")


def test_values_keep_their_types_and_go_through_an_edit(store: Store, history: list[dict[str, Any]]) -> None:
    values = store.checkpoint("t", "", history[0]["id"]).values
    assert {name: value.type for name, value in values["odd"].items() if isinstance(value, Typed)} == {
        "id": "uuid.UUID",
        "day": "datetime.date",
        "set": "builtins.set",
    }
    assert values["odd"]["bytes"] == b"\x00\xff"
    assert from_text(to_text(dict(values))) == values


def test_one_step_is_one_change(store: Store, history: list[dict[str, Any]]) -> None:
    new, old = (visible(store.checkpoint("t", "", each["id"]).values) for each in history[:2])
    (change,) = diff(old, new)
    assert (change.op, change.path[0], change.new) == ("add", "log", "fail")


def test_subgraphs_are_namespaces(store: Store) -> None:
    root, *inner = store.namespaces("t")
    assert root == ""
    assert [name.partition(":")[0] for name in inner] == ["sub", "sub"]
    for name in inner:
        headers = store.headers("t", name, store.skeleton("t", name).ids)
        assert [h.ran for h in headers] == [(), ("__start__",), ("in1",)]


def named(store: Store) -> list[list[tuple[str, str]]]:
    """Of each checkpoint the tasks that wrote on it, with the node that each is said to have run."""
    return [sorted((task.task_id, task.node) for task in store.writes("t", "", one)) for one in store.skeleton("t").ids]


@pytest.fixture
def database(postgres: Server, rows: dict[str, Any], store: Store) -> str:
    """The same checkpoints in PostgreSQL, as its saver of that time kept them: no value in the row itself."""
    url = postgres.database()
    with PostgresSaver.from_conn_string(url) as saver:
        saver.setup()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER TABLE checkpoint_writes DROP COLUMN task_path")
        for thread, namespace, one, parent, *_, metadata in rows["checkpoints"]:
            found = store.checkpoint(thread, namespace, one)
            told = {
                "v": found.format,
                "id": one,
                "channel_versions": found.versions,
                "versions_seen": found.versions_seen,
            }
            connection.execute(
                "INSERT INTO checkpoints VALUES (%s, %s, %s, %s, NULL, %s, %s)",
                (thread, namespace, one, parent, json.dumps(told), metadata),
            )
            for channel, version in found.versions.items():
                if channel in raw_values(rows, one):
                    connection.execute(
                        "INSERT INTO checkpoint_blobs VALUES (%s, %s, %s, %s, 'msgpack', %s) ON CONFLICT DO NOTHING",
                        (thread, namespace, channel, str(version), encode(raw_values(rows, one)[channel])),
                    )
        for thread, namespace, one, task, index, channel, kind, value in rows["writes"]:
            connection.execute(
                "INSERT INTO checkpoint_writes VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                (thread, namespace, one, task, index, channel, kind or "json", blob(value)),
            )
    return url


def raw_values(rows: dict[str, Any], one: str) -> dict[str, Any]:
    """The channels of a checkpoint as they stand in the file, LangGraph's own among them."""
    for _, _, found, _, kind, checkpoint, _ in rows["checkpoints"]:
        if found == one:
            plain = decode(kind, blob(checkpoint))
            return plain["channel_values"] if isinstance(plain, dict) else {}
    return {}


def test_the_same_nodes_are_named_in_a_database_without_task_paths(store: Store, database: str) -> None:
    with open_store(database) as opened:
        assert named(opened) == named(store)
        assert any(node for tasks in named(opened) for _, node in tasks)
        ids = store.skeleton("t").ids
        here, there = store.headers("t", "", ids), opened.headers("t", "", ids)
        assert [(h.ran, h.next) for h in there] == [(h.ran, h.next) for h in here]


@pytest.mark.parametrize("rows", ["1"], indirect=True)
def test_the_same_nodes_are_named_through_a_saver(rows: dict[str, Any], store: Store, tmp_path: Path) -> None:
    file = written(rows, tmp_path / "old.sqlite")
    project = Project(
        PROJECTS, {"own_sqlite": f"{PROJECTS / 'savers.py'}:own_sqlite"}, (PROJECTS,), {"STORE": str(file)}
    )
    keeper = ResidentWorker(project, graph="own_sqlite")
    try:
        assert named(keeper.store()) == named(store)
    finally:
        keeper.close()
