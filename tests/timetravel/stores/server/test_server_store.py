import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.server import LangGraphServer
from ui.timetravel.errors import CheckpointNotFound
from ui.timetravel.model.checkpoints import ThreadState, answered_tasks
from ui.timetravel.serde.messages.chat import as_message
from ui.timetravel.stores import open_store
from ui.timetravel.stores.server.store import ServerStore

NO_ID = "1f000000-0000-6000-8000-000000000000"


@pytest.fixture
def store(langgraph_server: LangGraphServer) -> Iterator[ServerStore]:
    opened = open_store(langgraph_server.url)
    assert isinstance(opened, ServerStore)
    with opened:
        yield opened


@pytest.fixture(scope="module")
def chain(langgraph_server: LangGraphServer) -> str:
    return langgraph_server.run("chain", {"topic": "x", "messages": [{"role": "user", "content": "hello"}]})


@pytest.fixture(scope="module")
def nested(langgraph_server: LangGraphServer) -> str:
    """A thread whose subgraph asked and was answered."""
    thread = langgraph_server.run("nested", {"topic": "x"})
    return langgraph_server.run("nested", None, thread, command={"resume": "yes"})


def grown(server: LangGraphServer, updates: int) -> str:
    """A thread of so many checkpoints, made without runs."""
    thread = str(server.client.threads.create(graph_id="slow")["thread_id"])
    for number in range(updates):
        server.client.threads.update_state(thread, {"rounds": 0, "log": [str(number)]}, as_node="wait")
    return thread


class Counting:
    """How many states a store has asked the server for."""

    def __init__(self, store: ServerStore, monkeypatch: pytest.MonkeyPatch) -> None:
        self.states = 0
        page, state = store._histories.page, store._histories.state

        def counted_page(*args: Any) -> list[Any]:
            found = page(*args)
            self.states += len(found)
            return found

        def counted_state(*args: Any) -> Any:
            self.states += 1
            return state(*args)

        monkeypatch.setattr(store._histories, "page", counted_page)
        monkeypatch.setattr(store._histories, "state", counted_state)


def test_it_is_called_by_its_address_and_can_be_written(store: ServerStore, langgraph_server: LangGraphServer) -> None:
    assert store.name == langgraph_server.url
    assert store.title == f"127.0.0.1:{langgraph_server.port}"
    assert store.writable
    assert store.notes == ()


class TestThreads:
    def test_come_in_pages_the_latest_change_first(self, store: ServerStore, langgraph_server: LangGraphServer) -> None:
        made = [grown(langgraph_server, 1) for _ in range(5)]
        langgraph_server.client.threads.create()  # without a checkpoint there is nothing to show
        first = store.threads(limit=2)
        second = store.threads(limit=3, before=first.cursor)
        assert [each.thread_id for each in (*first.threads, *second.threads)] == made[::-1]
        assert second.cursor is not None or len(store.threads().threads) == 5

    def test_are_found_by_a_part_of_their_id_in_any_case(self, store: ServerStore, chain: str) -> None:
        assert [each.thread_id for each in store.threads(search=chain[4:20].upper()).threads] == [chain]
        assert store.threads(search="no such thread").threads == ()

    def test_tell_how_they_were_left(self, store: ServerStore, chain: str) -> None:
        (summary,) = store.threads(search=chain).threads
        assert (summary.state, summary.checkpoints) == (ThreadState.FINISHED, 5)
        assert summary.latest_id == store.skeleton(chain).ids[-1]

    def test_are_looked_into_again_only_when_their_row_has_changed(
        self, store: ServerStore, langgraph_server: LangGraphServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        thread = grown(langgraph_server, 2)
        (summary,) = store.threads(search=thread).threads
        counting = Counting(store, monkeypatch)
        assert store.threads(search=thread).threads == (summary,)
        assert counting.states == 0
        langgraph_server.client.threads.update_state(thread, {"rounds": 1}, as_node="wait")
        (changed,) = store.threads(search=thread).threads
        assert changed.state is ThreadState.UNFINISHED
        assert changed.latest_id > summary.latest_id

    def test_count_the_branches_once_their_history_was_read(
        self, store: ServerStore, langgraph_server: LangGraphServer
    ) -> None:
        thread = grown(langgraph_server, 3)
        first: Any = {"checkpoint_id": store.skeleton(thread).ids[0], "checkpoint_ns": ""}
        langgraph_server.client.threads.update_state(thread, {"log": ["y"]}, as_node="wait", checkpoint=first)
        assert len(store.skeleton(thread).ids) == 4
        assert store.threads(search=thread).threads[0].checkpoints == 4


class TestHistories:
    def test_are_read_in_pages_and_only_the_new_after_that(
        self, store: ServerStore, langgraph_server: LangGraphServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        thread = grown(langgraph_server, 12)
        monkeypatch.setattr("ui.timetravel.stores.server.history._LARGEST", 4)
        counting = Counting(store, monkeypatch)
        assert len(store.skeleton(thread).ids) == 12
        assert counting.states == 12
        langgraph_server.client.threads.update_state(thread, {"log": ["new"]}, as_node="wait")
        assert len(store.skeleton(thread).ids) == 13
        assert counting.states == 12 + 3

    def test_headers_of_what_is_known_and_settled_ask_for_nothing(
        self, store: ServerStore, chain: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ids = store.skeleton(chain).ids
        counting = Counting(store, monkeypatch)
        assert len(store.headers(chain, "", ids)) == 5
        assert counting.states == 0

    def test_headers_can_be_told_before_the_history_was_read(
        self, langgraph_server: LangGraphServer, chain: str
    ) -> None:
        with open_store(langgraph_server.url) as read, open_store(langgraph_server.url) as fresh:
            ids = read.skeleton(chain).ids
            assert fresh.headers(chain, "", ids[2:4]) == read.headers(chain, "", ids[2:4])

    def test_what_was_open_is_told_as_it_is_now(self, store: ServerStore, langgraph_server: LangGraphServer) -> None:
        thread = langgraph_server.run("asks", {"topic": "x"})
        asked = store.skeleton(thread).ids[-1]
        assert not answered_tasks(store.writes(thread, "", asked))
        langgraph_server.run("asks", None, thread, command={"resume": "yes"})
        ids = store.skeleton(thread).ids
        assert [each.ran for each in store.headers(thread, "", ids[-2:])] == [("ask",), ("thank",)]
        assert len(answered_tasks(store.writes(thread, "", asked))) == 1

    def test_a_thread_that_was_pruned_has_only_what_is_left(
        self, store: ServerStore, langgraph_server: LangGraphServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        thread = grown(langgraph_server, 6)
        latest = store.skeleton(thread).ids[-1]
        # `langgraph dev` can't prune.
        page = store._histories.page
        monkeypatch.setattr(store._histories, "page", lambda thread, namespace, *_: page(thread, namespace, 1))
        assert store.skeleton(thread).ids == (latest,)

    def test_a_thread_that_was_deleted_is_gone(self, store: ServerStore, langgraph_server: LangGraphServer) -> None:
        thread = grown(langgraph_server, 2)
        latest = store.skeleton(thread).ids[-1]
        langgraph_server.client.threads.delete(thread)
        assert store.skeleton(thread).ids == ()
        assert store.headers(thread, "", [NO_ID]) == []
        assert store.namespaces(thread) == [""]
        with pytest.raises(CheckpointNotFound):
            store.checkpoint(thread, "", latest)

    def test_the_first_checkpoint_ran_nothing_and_changed_what_it_holds(
        self, store: ServerStore, langgraph_server: LangGraphServer
    ) -> None:
        thread = grown(langgraph_server, 1)
        (header,) = store.headers(thread, "", store.skeleton(thread).ids)
        assert (header.source, header.ran, set(header.changed)) == ("update", (), {"rounds", "log"})


def test_one_thread_is_found_by_its_id_as_it_is_listed(store: ServerStore, chain: str) -> None:
    (listed,) = store.threads(chain).threads
    assert store.thread(chain) == listed


@pytest.mark.parametrize("thread", ["no-uuid", "../assistants", NO_ID])
def test_what_is_not_there_is_empty(store: ServerStore, thread: str) -> None:
    assert store.thread(thread) is None
    assert store.skeleton(thread).ids == ()
    assert store.headers(thread, "", [NO_ID, "x"]) == []
    assert store.writes(thread, "", "x") == []
    assert store.namespaces(thread) == [""]
    assert store.change_token(thread) == store.change_token(thread)
    with pytest.raises(CheckpointNotFound, match="has no checkpoint"):
        store.checkpoint(thread, "", NO_ID)


def test_an_unknown_checkpoint_is_left_out(store: ServerStore, chain: str) -> None:
    ids = store.skeleton(chain).ids
    assert [each.checkpoint_id for each in store.headers(chain, "", [NO_ID, ids[0]])] == [ids[0]]
    with pytest.raises(CheckpointNotFound):
        store.checkpoint(chain, "", NO_ID)


def test_messages_are_known_as_messages(store: ServerStore, chain: str) -> None:
    messages = store.checkpoint(chain, "", store.skeleton(chain).ids[-1]).values["messages"]
    assert [(found.role, found.text) for each in messages if (found := as_message(each))] == [
        ("human", "hello"),
        ("AI", "about x!"),
    ]


def test_sizes_are_those_of_the_values(store: ServerStore, chain: str) -> None:
    checkpoint = store.checkpoint(chain, "", store.skeleton(chain).ids[-1])
    assert checkpoint.sizes.keys() == checkpoint.values.keys()
    assert checkpoint.header.size >= sum(checkpoint.sizes.values())


class TestSubgraphs:
    def test_have_histories_of_their_own(self, store: ServerStore, nested: str) -> None:
        root, inside = store.namespaces(nested)
        assert (root, inside.partition(":")[0]) == ("", "inside")
        skeleton = store.skeleton(nested, inside)
        headers = store.headers(nested, inside, skeleton.ids)
        assert [each.ran for each in headers] == [(), ("__start__",), ("prepare",), ("ask",), ("thank",)]
        assert [each.parent_id for each in headers] == [None, *skeleton.ids[:-1]]
        assert {each.namespace for each in headers} == {inside}

    def test_have_checkpoints_and_writes(self, store: ServerStore, nested: str) -> None:
        inside = store.namespaces(nested)[1]
        asked = store.skeleton(nested, inside).ids[2]
        assert store.checkpoint(nested, inside, asked).values == {"topic": "X", "answers": ["before"]}
        (task,) = store.writes(nested, inside, asked)
        assert (task.node, task.path) == ("ask", "~__pregel_pull, ask")
        assert [(write.channel, write.value) for write in task.writes if write.index >= 0] == [("answers", ["yes"])]

    def test_with_a_memory_of_their_own_are_one_namespace(
        self, store: ServerStore, langgraph_server: LangGraphServer
    ) -> None:
        thread = langgraph_server.run("remembers", {"log": []})
        langgraph_server.run("remembers", {"log": ["more"]}, thread)
        assert store.namespaces(thread) == ["", "inside"]
        ids = store.skeleton(thread, "inside").ids
        assert [each.source for each in store.headers(thread, "inside", ids)] == ["input", "loop", "loop"] * 2
        assert store.checkpoint(thread, "inside", ids[-1]).values["log"][-1] == "noted"

    def test_that_never_began_have_none(self, store: ServerStore, langgraph_server: LangGraphServer) -> None:
        thread = langgraph_server.run("nested", {"topic": "x"}, interrupt_before=["inside"])
        assert store.namespaces(thread) == [""]


class TestStamps:
    def test_stay_where_nothing_happens_and_move_with_an_update(
        self, store: ServerStore, langgraph_server: LangGraphServer
    ) -> None:
        thread = grown(langgraph_server, 1)
        before, all_before = store.change_token(thread), store.change_token()
        assert (store.change_token(thread), store.change_token()) == (before, all_before)
        langgraph_server.client.threads.update_state(thread, {"rounds": 1}, as_node="wait")
        assert store.change_token(thread) != before
        assert store.change_token() != all_before

    def test_move_while_a_run_goes_on(self, store: ServerStore, langgraph_server: LangGraphServer) -> None:
        thread = str(uuid.uuid4())
        running = threading.Thread(target=langgraph_server.run, args=("slow", {"rounds": 8, "log": []}, thread))
        running.start()
        stamps = set()
        while running.is_alive():
            stamps.add(store.change_token(thread))
            running.join(0.01)
        assert len(stamps) >= 8

    def test_the_threads_move_with_a_new_one(self, store: ServerStore, langgraph_server: LangGraphServer) -> None:
        before = store.change_token()
        langgraph_server.client.threads.create()
        assert store.change_token() != before
