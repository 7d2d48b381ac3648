"""What we read from a server is what LangGraph's own RemoteGraph says of it, field by field, for every test graph."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from langgraph.pregel.remote import RemoteGraph

from tests.support.server import LangGraphServer
from ui.timetravel.model.checkpoints import Header, ThreadState
from ui.timetravel.stores import Store, open_store


def forked(server: LangGraphServer) -> tuple[str, str]:
    thread = server.run("chain", {"topic": "x", "log": ["a"]})
    ids = [state["checkpoint_id"] for state in server.client.threads.get_history(thread, limit=10)]
    server.client.threads.update_state(
        thread, {"topic": "y"}, checkpoint={"checkpoint_id": ids[2], "checkpoint_ns": ""}
    )
    server.run("chain", None, thread)
    server.run("chain", None, thread, checkpoint_id=ids[1])
    return thread, "chain"


def answered(server: LangGraphServer) -> tuple[str, str]:
    thread = server.run("nested", {"topic": "x"})
    server.run("nested", None, thread, command={"resume": "yes"})
    return thread, "nested"


def retried(server: LangGraphServer) -> tuple[str, str]:
    thread = server.run("fails_once", {"log": []})
    server.run("fails_once", None, thread)
    return thread, "fails_once"


def ran(graph: str, given: Any, **options: Any) -> Callable[[LangGraphServer], tuple[str, str]]:
    return lambda server: (server.run(graph, given, **options), graph)


HISTORIES: dict[str, Callable[[LangGraphServer], tuple[str, str]]] = {
    "in a row": ran("chain", {"topic": "x", "messages": [{"role": "user", "content": "hello"}]}),
    "at once": ran("parallel", {"topic": "x"}),
    "waits for several": ran("joined", {"topic": "x"}),
    "functional": ran("entry", 21),
    "stopped before a node": ran("chain", {"topic": "x"}, interrupt_before=["check"]),
    "forked and run again": forked,
    "asks": ran("asks", {"topic": "x"}),
    "asks twice at once": ran("asks_twice", {"topic": "x"}),
    "asks in a subgraph": ran("nested", {"topic": "x"}),
    "answered in a subgraph": answered,
    "fails": ran("fails_once", {"log": []}),
    "fails in a subgraph": ran("fails_inside", {"log": []}),
    "failed and went on": retried,
    "sends": ran("sends", {"items": [1, 2, 3]}),
    "over and over": ran("slow", {"rounds": 3, "log": []}),
    "talks": ran("talks", {"messages": [{"role": "user", "content": "hello"}]}),
}


@pytest.fixture(scope="module")
def store(langgraph_server: LangGraphServer) -> Iterator[Store]:
    with open_store(langgraph_server.url) as opened:
        yield opened


@pytest.fixture(scope="module")
def made(langgraph_server: LangGraphServer) -> dict[str, tuple[str, str]]:
    """Every history, as thread and graph. Made side by side: a run waits most of a second before it begins."""
    with ThreadPoolExecutor(len(HISTORIES)) as pool:
        return dict(zip(HISTORIES, pool.map(lambda make: make(langgraph_server), HISTORIES.values()), strict=True))


@pytest.fixture(params=HISTORIES, scope="module")
def history(
    request: pytest.FixtureRequest, made: dict[str, tuple[str, str]], langgraph_server: LangGraphServer
) -> tuple[str, list[Any]]:
    """A thread, and the oracle's snapshots of it, newest first."""
    thread, graph = made[request.param]
    remote = RemoteGraph(graph, url=langgraph_server.url, api_key="none")
    return thread, list(remote.get_state_history({"configurable": {"thread_id": thread}}, limit=1000))


def id_of(config: Any) -> str | None:
    return config["configurable"]["checkpoint_id"] if config else None


def by_channel(values: Any) -> dict[str, Any]:
    """The functional API has one value and no channels."""
    return values if isinstance(values, dict) else {} if values is None else {"__root__": values}


def text(error: Any) -> str:
    """RemoteGraph makes an exception of the text that the server tells."""
    return str(error or "")


def headers(store: Store, history: tuple[str, list[Any]]) -> list[Header]:
    thread, snapshots = history
    return store.headers(thread, "", [id_of(s.config) or "" for s in snapshots])


def test_the_skeleton_has_every_checkpoint_with_its_parent(store: Store, history: tuple[str, list[Any]]) -> None:
    thread, snapshots = history
    found = store.skeleton(thread)
    assert len(snapshots) >= 2
    assert list(zip(found.ids, found.parents, strict=True)) == [
        (id_of(s.config), id_of(s.parent_config)) for s in reversed(snapshots)
    ]


def test_headers_tell_step_source_parent_and_time(store: Store, history: tuple[str, list[Any]]) -> None:
    assert [(h.step, h.source, h.parent_id, h.created_at) for h in headers(store, history)] == [
        (s.metadata["step"], s.metadata["source"], id_of(s.parent_config), datetime.fromisoformat(s.created_at))
        for s in history[1]
    ]


def test_headers_tell_the_metadata(store: Store, history: tuple[str, list[Any]]) -> None:
    assert [h.metadata for h in headers(store, history)] == [s.metadata for s in history[1]]


def test_headers_and_checkpoints_tell_the_next_nodes(store: Store, history: tuple[str, list[Any]]) -> None:
    thread, snapshots = history
    assert [h.next for h in headers(store, history)] == [s.next for s in snapshots]
    assert [store.checkpoint(thread, "", id_of(s.config) or "").next for s in snapshots] == [s.next for s in snapshots]


def test_headers_tell_who_failed_and_who_asked(store: Store, history: tuple[str, list[Any]]) -> None:
    assert [(set(h.failed), set(h.interrupted)) for h in headers(store, history)] == [
        ({t.name for t in s.tasks if t.error}, {t.name for t in s.tasks if t.interrupts}) for s in history[1]
    ]


def test_checkpoints_have_the_values(store: Store, history: tuple[str, list[Any]]) -> None:
    thread, snapshots = history
    assert [store.checkpoint(thread, "", id_of(s.config) or "").values for s in snapshots] == [
        by_channel(s.values) for s in snapshots
    ]


def test_tasks_have_the_node_the_error_and_the_questions(store: Store, history: tuple[str, list[Any]]) -> None:
    thread, snapshots = history
    for snapshot in snapshots:
        ours = {task.task_id: task for task in store.writes(thread, "", id_of(snapshot.config) or "")}
        theirs = {task.id: task for task in snapshot.tasks if task.error or task.interrupts or task.result is not None}
        assert {one: (task.node, text(task.error)) for one, task in ours.items()} == {
            one: (task.name, text(task.error)) for one, task in theirs.items()
        }
        for one, task in ours.items():
            assert [(i.id, i.value) for i in task.interrupts] == [(i.id, i.value) for i in theirs[one].interrupts]


def test_tasks_have_what_they_wrote(store: Store, history: tuple[str, list[Any]]) -> None:
    thread, snapshots = history
    for snapshot in snapshots:
        ours = store.writes(thread, "", id_of(snapshot.config) or "")
        written = {t.task_id: {w.channel: w.value for w in t.writes if w.index >= 0} for t in ours}
        assert {one: each for one, each in written.items() if each.keys() - {"__no_writes__"}} == {
            t.id: t.result if isinstance(t.result, dict) else {"__return__": t.result}
            for t in snapshot.tasks
            if t.result
        }


def test_what_ran_is_what_the_parent_had_due(store: Store, history: tuple[str, list[Any]]) -> None:
    due = {id_of(s.config): s.next for s in history[1]}
    for header in headers(store, history):
        assert header.ran == (due[header.parent_id] if header.source == "loop" else ())


def test_what_changed_is_what_differs_from_the_parent(store: Store, history: tuple[str, list[Any]]) -> None:
    values = {id_of(s.config): s.values if isinstance(s.values, dict) else {} for s in history[1]}
    for header in headers(store, history):
        before, after = values.get(header.parent_id, {}), values[header.checkpoint_id]
        assert set(header.changed) == {
            name for name in before.keys() | after.keys() if before.get(name, ...) != after.get(name, ...)
        }


def test_the_thread_is_listed_as_it_was_left(store: Store, history: tuple[str, list[Any]]) -> None:
    thread, snapshots = history
    (summary,) = store.threads(search=thread).threads
    latest = snapshots[0]
    assert summary.latest_id == id_of(latest.config)
    asked = any(t.interrupts for t in latest.tasks)
    failed = any(t.error for t in latest.tasks)
    unfinished = ThreadState.UNFINISHED if latest.next else ThreadState.FINISHED
    assert summary.state is (ThreadState.FAILED if failed else ThreadState.INTERRUPTED if asked else unfinished)
