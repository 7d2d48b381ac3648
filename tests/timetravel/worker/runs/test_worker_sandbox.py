"""A fork in a sandbox: the store that it starts from is only read, and the result is that of a fork in the store."""

import runpy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.timetravel.worker.oracles.official import both_stores, everything, found, listed, state
from ui.timetravel.model.bundles import CheckpointBundle
from ui.timetravel.model.checkpoints import Checkpoint, visible
from ui.timetravel.model.jobs import Answer, Edits, Input, Resume
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.model.values import Typed
from ui.timetravel.runs.sandbox_bundle import export_checkpoint
from ui.timetravel.stores import Store, open_store

KINDS = Path(__file__).parents[1] / "projects" / "kinds.py"


@pytest.fixture
def sandbox(tmp_path: Path) -> str:
    return str(tmp_path / "new" / "sandbox.sqlite")


@pytest.fixture
def fork(do, store, sandbox):
    """Fork a checkpoint of the thread "t" (None: its latest) in the sandbox, as the thread "new"."""

    def run(graph: str, action: Any = None, checkpoint: str | None = None, **fields: Any) -> RunState:
        before = everything(store)
        bundle = bundle_of(store, checkpoint)
        ended = do(graph, action, store=sandbox, checkpoint_id=checkpoint, copy_to="new", bring=bundle, **fields)
        assert everything(store) == before
        return ended

    return run


def bundle_of(store: str, checkpoint: str | None = None) -> CheckpointBundle:
    with open_store(store) as opened:
        return export_checkpoint(opened, "t", checkpoint or opened.skeleton("t").ids[-1])


def latest(store: str, thread: str = "new") -> Checkpoint:
    with open_store(store) as opened:
        return opened.checkpoint(thread, "", opened.skeleton(thread).ids[-1])


def test_a_fork_in_a_sandbox_says_where_it_came_from_and_leaves_the_store_as_it_is(do, fork, store, sandbox):
    planned = do("steps", Input({"topic": "x"})).checkpoints[2]
    ended = fork("steps", Resume(), planned, edits=Edits({"topic": "owls"}))
    assert ended.status is RunStatus.FINISHED
    assert latest(sandbox).values["topic"] == "owls!"
    assert found(sandbox, "new", planned).metadata["timetravel_from"] == {
        "store": store,
        "thread_id": "t",
        "checkpoint_id": planned,
    }


@both_stores
@pytest.mark.parametrize("graph", ["kinds", "spread"])
def test_it_ends_as_a_fork_in_the_store_itself_does(do, fork, store, sandbox, graph):
    chosen = do(graph).checkpoints[2]
    there = fork(graph, Resume(), chosen)
    here = do(graph, Resume(), checkpoint_id=chosen, copy_to="new")
    assert (there.status, here.status) == (RunStatus.FINISHED, RunStatus.FINISHED)
    assert visible(latest(sandbox).values) == visible(latest(store).values)
    assert [each.node for each in there.nodes] == [each.node for each in here.nodes]


def test_what_is_brought_is_what_was_there(do, fork, store, sandbox):
    do("kinds")
    fork("kinds", Resume(), run=False)
    with open_store(store) as one, open_store(sandbox) as other:
        ids = one.skeleton("t").ids
        old, new = one.checkpoint("t", "", ids[-1]), other.checkpoint("new", "", ids[-1])
    assert (old.values, old.versions, old.versions_seen) == (new.values, new.versions, new.versions_seen)
    assert old.header.created_at == new.header.created_at


@both_stores
def test_a_question_two_subgraphs_deep_is_answered_without_running_again_what_was_done(do, fork, store, sandbox):
    asked = do("deep")
    answer = Answer({asked.interrupts[0].id: 5})
    there = fork("deep", answer)
    here = do("deep", answer, copy_to="new")
    assert (there.status, here.status) == (RunStatus.FINISHED, RunStatus.FINISHED)
    assert [each.node for each in there.nodes] == ["middle", "deepest", "ask", "finish"]
    assert latest(sandbox).values["log"] == latest(store).values["log"]


def test_a_value_of_a_class_that_is_nowhere_stays_what_it_is(do, store, sandbox):
    do("steps", Input({"topic": "x"}))
    bundle = bundle_of(store)
    (only,) = bundle.checkpoints
    gone = Typed("nowhere", "Gone", {"x": 1}, "kwargs")
    content = {**only.content, "channel_values": {**only.content["channel_values"], "topic": gone}}
    changed = replace(bundle, checkpoints=(replace(only, content=content),))
    ended = do("steps", Resume(), store=sandbox, copy_to="new", bring=changed, run=False)
    assert ended.status is RunStatus.FINISHED
    assert latest(sandbox).values["topic"] == gone


@pytest.mark.parametrize("graph", ["two", "deep"])
def test_questions_that_were_answered_since_can_be_answered_otherwise(do, fork, store, sandbox, graph):
    asked = do(graph)
    do(graph, Answer({each.id: "first" for each in asked.interrupts}))
    answers = Answer({each.id: f"{each.value}!" for each in asked.interrupts})
    there = fork(graph, answers, asked.head)
    here = do(graph, answers, checkpoint_id=asked.head, copy_to="new")
    assert (there.status, here.status) == (RunStatus.FINISHED, RunStatus.FINISHED)
    assert latest(sandbox).values["log"] == latest(store).values["log"]


@both_stores
def test_a_delta_channel_has_its_whole_value(do, fork, store, sandbox):
    chosen = do("growing", Input({"n": 0})).checkpoints[6]
    assert fork("growing", Resume(), chosen).status is RunStatus.FINISHED
    graph = runpy.run_path(str(KINDS))["growing"]
    assert state(sandbox, graph, "new") == state(store, graph, "t")


def test_what_a_subgraph_remembered_by_then_comes_along(do, fork, store, sandbox):
    after_one_round = do("memory").checkpoints[3]
    ended = fork("memory", Resume(), after_one_round)
    assert ended.status is RunStatus.FINISHED
    assert latest(sandbox).values["seen"] == latest(store, "t").values["seen"]


def test_a_task_that_was_done_before_another_failed_does_not_run_again(do, fork):
    failed = do("steps", Input({"topic": "x", "fail": True}))
    assert failed.status is RunStatus.FAILED
    ended = fork("steps", Resume())
    assert [each.node for each in ended.nodes] == ["check"]


def test_a_sandbox_keeps_what_it_has(do, fork, sandbox):
    do("steps", Input({"topic": "x"}))
    assert fork("steps", Resume(), run=False).status is RunStatus.FINISHED
    refused = fork("steps", Resume(), run=False)
    assert refused.failure is not None
    assert "exists already" in refused.failure.message
    assert len(listed(sandbox, "new")) == 1


class ValuesOnly:
    """A store that tells a checkpoint's values, and not the versions of its channels, as LangGraph's servers do."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def checkpoint(self, thread_id: str, namespace: str, checkpoint_id: str) -> Checkpoint:
        found = self._store.checkpoint(thread_id, namespace, checkpoint_id)
        return replace(found, values=visible(found.values), versions={}, versions_seen={}, format=0)


@pytest.fixture
def fork_values(do, store, sandbox):
    """As `fork`, where the store tells values only."""

    def run(graph: str, action: Any = None, checkpoint: str | None = None, **fields: Any) -> RunState:
        with open_store(store) as opened:
            bundle = export_checkpoint(ValuesOnly(opened), "t", checkpoint or opened.skeleton("t").ids[-1])
        assert "values of a checkpoint only" in bundle.notes[0]
        return do(graph, action, store=sandbox, checkpoint_id=checkpoint, copy_to="new", bring=bundle, **fields)

    return run


def test_from_values_alone_the_nodes_that_were_due_run(do, fork_values, store, sandbox):
    planned = do("steps", Input({"topic": "x"})).checkpoints[2]
    ended = fork_values("steps", Resume(), planned, edits=Edits({"topic": "owls"}))
    assert ended.status is RunStatus.FINISHED
    assert [each.node for each in ended.nodes] == ["write", "check"]
    assert latest(sandbox).values["log"] == ["plan", "write", "check"]
    source = listed(sandbox, "new")[-1].metadata["timetravel_from"]
    assert source == {"store": store, "thread_id": "t", "checkpoint_id": planned}


@pytest.mark.parametrize("graph", ["two", "deep"])
def test_from_values_alone_questions_are_asked_again_and_answered(do, fork_values, sandbox, graph):
    asked = do(graph)
    ended = fork_values(graph, Answer({each.id: f"{each.value}!" for each in asked.interrupts}))
    assert ended.status is RunStatus.FINISHED
    answers = [each for each in latest(sandbox).values["log"] if "!" in each]
    assert len(answers) == len(asked.interrupts)


def test_messages_that_a_server_tells_as_json_are_messages_again(do, store, sandbox):
    planned = do("steps", Input({"topic": "x"})).checkpoints[2]
    with open_store(store) as opened:
        bundle = export_checkpoint(ValuesOnly(opened), "t", planned)
    assert bundle.update is not None
    told = {**bundle.update.values, "messages": [{"type": "human", "content": "hi", "id": "1"}]}
    other = replace(bundle, update=replace(bundle.update, values=told))
    ended = do("steps", Resume(), store=sandbox, checkpoint_id=planned, copy_to="new", bring=other)
    assert ended.status is RunStatus.FINISHED
    assert [each.name for each in latest(sandbox).values["messages"]] == ["HumanMessage"]


def test_what_would_run_otherwise_than_in_the_source_is_told(do, store, sandbox):
    planned = do("steps", Input({"topic": "x"})).checkpoints[2]
    with open_store(store) as opened:
        bundle = export_checkpoint(ValuesOnly(opened), "t", planned)
    assert bundle.update is not None
    other = replace(bundle, update=replace(bundle.update, next=("check",)))
    ended = do("steps", Resume(), store=sandbox, checkpoint_id=planned, copy_to="new", bring=other, run=False)
    assert "check would run next; here it is write" in ended.notes[0]


def test_values_that_only_a_later_checkpoint_can_bring_are_refused(do, store, sandbox):
    taken = do("narrow", Input({"target": 1})).checkpoints[1]
    with open_store(store) as opened:
        bundle = export_checkpoint(ValuesOnly(opened), "t", taken)
    assert bundle.update is not None
    other = replace(bundle, update=replace(bundle.update, values={"target": 1, "count": 1}))
    ended = do("narrow", Resume(), store=sandbox, checkpoint_id=taken, copy_to="new", bring=other)
    assert ended.failure is not None
    assert "count would be lost" in ended.failure.message
