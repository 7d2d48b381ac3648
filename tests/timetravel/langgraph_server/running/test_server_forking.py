from collections.abc import Callable
from typing import Any

import pytest

from tests.support.server import LangGraphServer
from tests.timetravel.langgraph_server.conftest import Do
from ui.timetravel.model.jobs import Edits, Input, Resume
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.stores import Store

Values = Callable[..., dict[str, Any]]
NEW = {"type": "ai", "content": "new", "id": "new"}


def texts(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["type"], each["content"]) for each in found["messages"]]


def why(state: RunState) -> str:
    assert state.status is RunStatus.FAILED
    return state.failure.message if state.failure else ""


def test_a_value_is_appended_by_the_reducer_or_replaces(do: Do, values: Values) -> None:
    planned = do("chain").checkpoints[2]
    do("chain", checkpoint_id=planned, edits=Edits({"log": ["mine"]}), run=False)
    assert values()["log"] == ["plan", "mine"]
    edits = Edits({"log": ["mine"]}, replace=frozenset({"log"}))
    do("chain", Resume(), checkpoint_id=planned, edits=edits)
    assert values()["log"] == ["mine", "write", "check"]


def test_replacing_where_there_is_no_reducer_is_the_same_as_writing(do: Do, values: Values) -> None:
    do("chain")
    edits = Edits({"topic": "y", "kept": [{"a": 1}]}, replace=frozenset({"topic", "kept"}))
    do("chain", edits=edits, run=False)
    assert (values()["topic"], values()["kept"]) == ("y", [{"a": 1}])


def test_replaced_messages_are_messages_for_the_nodes(do: Do, values: Values) -> None:
    first = do("chain", Input({"topic": "x", "messages": [{"role": "user", "content": "hi"}]}))
    edits = Edits({"messages": [NEW]}, replace=frozenset({"messages"}))
    do("chain", Resume(), checkpoint_id=first.checkpoints[2], edits=edits)
    assert texts(values()) == [("ai", "new"), ("ai", "about x!")]
    do("chain", edits=Edits({"messages": []}, replace=frozenset({"messages"})), run=False)
    assert values()["messages"] == []


def test_finding_out_how_to_replace_leaves_nothing_behind(
    do: Do, langgraph_server: LangGraphServer, store: Store, thread: str
) -> None:
    do("parallel")
    threads = langgraph_server.client.threads.count()
    do("parallel", edits=Edits({"log": ["mine"]}, frozenset({"log"}), as_node="check"), run=False)
    assert langgraph_server.client.threads.count() == threads
    assert [h.source for h in store.headers(thread, "", store.skeleton(thread).ids)][-2:] == ["loop", "update"]


def test_an_edit_after_parallel_nodes_asks_for_a_node(do: Do) -> None:
    first = do("parallel")
    state = do("parallel", Resume(), checkpoint_id=first.checkpoints[2], edits=Edits({"topic": "y"}))
    assert "Choose a node" in why(state)


def test_an_unknown_node_is_a_clear_failure(do: Do) -> None:
    do("chain")
    assert "Node nobody does not exist" in why(do("chain", edits=Edits({"topic": "y"}, as_node="nobody"), run=False))


@pytest.mark.parametrize("node", ["__end__", "__copy__"])
def test_no_change_is_made_as_what_takes_no_values(do: Do, node: str) -> None:
    do("chain")
    assert "takes no values" in why(do("chain", edits=Edits({"topic": "y"}, as_node=node), run=False))


def test_an_edit_beside_the_input_that_waits_keeps_it(do: Do, values: Values) -> None:
    first = do("chain", Input({"topic": "x", "log": ["given"]}))
    do("chain", Resume(), checkpoint_id=first.checkpoints[0], edits=Edits({"topic": "y"}))
    assert (values()["topic"], values()["log"]) == ("y!", ["given", "plan", "write", "check"])


def test_a_copy_is_a_thread_of_its_own_that_says_where_it_came_from(
    do: Do, langgraph_server: LangGraphServer, values: Values, thread: str
) -> None:
    first = do("chain")
    planned = first.checkpoints[2]
    state = do("chain", Resume(), checkpoint_id=planned, copy_to="mine", edits=Edits({"topic": "owls"}))
    copy = state.job.target_thread
    assert state.status is RunStatus.FINISHED
    assert copy not in (thread, "mine")
    assert (values(thread_id=copy)["topic"], values()["topic"]) == ("owls", "x!")
    metadata = langgraph_server.client.threads.get(copy)["metadata"] or {}
    assert metadata["timetravel_from"] == {"thread_id": thread, "checkpoint_id": planned}
    assert metadata["timetravel_name"] == "mine"
    assert any("The server gave “mine” this id" in note for note in state.notes)


def test_a_copy_of_a_thread_that_is_gone_is_refused(do: Do) -> None:
    assert "has no thread" in why(do("chain", Resume(), copy_to="mine"))


def test_a_subgraphs_checkpoint_is_run_again_from_its_start_as_a_worker_does(do: Do, store: Store, thread: str) -> None:
    do("nested")
    inside = store.namespaces(thread)[1]
    again = do("nested", Resume(), namespace=inside, checkpoint_id=store.skeleton(thread, inside).ids[-1])
    assert again.status is RunStatus.INTERRUPTED
    assert [each.node for each in again.nodes][-1] == "ask"


def test_a_subgraphs_checkpoint_is_not_copied_alone(do: Do, store: Store, thread: str) -> None:
    do("nested")
    inside = store.namespaces(thread)[1]
    assert "can't be copied alone" in why(do("nested", Resume(), namespace=inside, copy_to="mine"))
