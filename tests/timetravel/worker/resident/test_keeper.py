"""A worker that stays and holds a memory store: runs side by side, reads meanwhile, and what its end loses."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ui.timetravel.errors import GraphLoadError, ProjectError, WorkerError
from ui.timetravel.model.checkpoints import ThreadState
from ui.timetravel.model.jobs import Answer, Edits, Input, Job, Resume
from ui.timetravel.model.project import Project, load_project
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.worker.resident.worker import ResidentRun, ResidentWorker, resident_worker_of

PROJECTS = Path(__file__).parents[1] / "projects"
HOLDING = ("histories", "waits", "blocks", "calls", "calls_async")


def project() -> Project:
    listed = load_project(PROJECTS)
    return Project(
        listed.root,
        {**listed.graphs, **{name: f"{PROJECTS / 'holding.py'}:{name}" for name in HOLDING}},
        listed.dependencies,
    )


@pytest.fixture(scope="module")
def keeper() -> Iterator[ResidentWorker]:
    made = ResidentWorker(project(), grace=0.4)
    yield made
    made.close()


@pytest.fixture
def fresh() -> Iterator[ResidentWorker]:
    """A worker for a test that ends it."""
    made = ResidentWorker(project(), grace=0.4, patience=2.0)
    yield made
    made.close()


def start(keeper: ResidentWorker, graph: str, thread: str, action: Any = None, **fields: Any) -> ResidentRun:
    return keeper.start(Job(graph, keeper.target, thread, action or Input({}), **fields))


def do(keeper: ResidentWorker, graph: str, thread: str, action: Any = None, **fields: Any) -> RunState:
    return start(keeper, graph, thread, action, **fields).wait(20)


def until(true: Callable[[], Any], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def printed(run: ResidentRun) -> str:
    return "".join(each.text for each in run.state().output)


def told(keeper: ResidentWorker, graph: str, thread: str) -> list[dict[str, Any]]:
    """What LangGraph's get_state_history says in the worker, newest first."""
    run = start(keeper, "histories", f"history of {thread}", Input({"graph": graph, "thread": thread}))
    assert run.wait(20).status is RunStatus.FINISHED
    return json.loads(printed(run))


HISTORIES: dict[str, Callable[[ResidentWorker, str], Any]] = {
    "steps": lambda keeper, thread: [
        do(keeper, "steps", thread, Input({"fail": True})),
        do(keeper, "steps", thread, Resume(), edits=Edits({"fail": False}), run=False),
        do(keeper, "steps", thread, Resume()),
    ],
    "one": lambda keeper, thread: do(keeper, "one", thread),
    "two": lambda keeper, thread: [do(keeper, "two", thread)],
    "nested": lambda keeper, thread: [do(keeper, "nested", thread), do(keeper, "nested", thread, Answer({"": 3}))],
    "fan": lambda keeper, thread: do(keeper, "fan", thread, Input({"items": ["a", "b"]})),
}


@pytest.mark.parametrize("graph", HISTORIES)
def test_a_history_is_read_as_langgraph_tells_it(keeper, graph):
    HISTORIES[graph](keeper, graph)
    store, theirs = keeper.store(), list(reversed(told(keeper, graph, graph)))
    skeleton = store.skeleton(graph)
    assert list(zip(skeleton.ids, skeleton.parents, strict=True)) == [(s["id"], s["parent"]) for s in theirs]
    for ours, snapshot in zip(store.headers(graph, "", skeleton.ids), theirs, strict=True):
        assert (ours.step, ours.source) == (snapshot["step"], snapshot["source"])
        assert sorted(ours.next) == snapshot["next"]
        assert (sorted(ours.failed), sorted(ours.interrupted)) == (snapshot["failed"], snapshot["asked"])
        values = store.checkpoint(graph, "", ours.checkpoint_id).values
        assert {name: values.get(name, []) for name in snapshot["values"]} == snapshot["values"]
        for task in store.writes(graph, "", ours.checkpoint_id):
            assert snapshot["tasks"].get(task.task_id, task.node) == task.node


def test_a_finished_thread_is_listed(keeper):
    do(keeper, "steps", "listed", Input({"topic": "owls"}))
    (thread,) = keeper.store().threads("listed").threads
    assert (thread.thread_id, thread.checkpoints, thread.state) == ("listed", 5, ThreadState.FINISHED)


def test_it_is_called_by_where_it_lives(keeper):
    keeper.describe("steps")
    store = keeper.store()
    assert (store.name, store.title, store.writable) == ("memory:", "memory of the worker", True)
    assert f"started at {keeper.started_at:%H:%M}" in store.notes[-1]
    assert "reads the code anew and loses them" in store.notes[-1]


def test_it_can_run_and_describe_every_graph_of_the_project(keeper):
    assert keeper.graphs == tuple(project().graphs)
    assert keeper.describe("nested").nodes[0].name == "before"


def test_a_checkpoint_is_forked_into_a_new_thread_with_everything_that_it_needs(keeper):
    asked = do(keeper, "nested", "forked from")
    state = do(keeper, "nested", "forked from", Answer({"": 7}), checkpoint_id=asked.head, copy_to="forked to")
    assert state.status is RunStatus.FINISHED
    last = keeper.store().skeleton("forked to").ids[-1]
    assert keeper.store().checkpoint("forked to", "", last).values["log"][-2:] == ["answer=7", "after"]
    assert keeper.store().headers("forked to", "", [asked.head])[0].interrupted == ("inside",)


def test_runs_at_the_same_time_each_have_their_own_output_and_end(keeper, tmp_path):
    runs = [start(keeper, "waits", f"wait {name}", Input({"file": str(tmp_path / name)})) for name in "ab"]
    until(lambda: all("waiting" in printed(run) for run in runs))
    (tmp_path / "b").touch()
    assert runs[1].wait(20).status is RunStatus.FINISHED
    assert runs[0].state().status is RunStatus.RUNNING
    (tmp_path / "a").touch()
    assert runs[0].wait(20).status is RunStatus.FINISHED
    assert [printed(run) for run in runs] == [f"waiting for {name}\nfound {name}\n" for name in "ab"]
    assert all(each.node == "node" and each.task_id for run in runs for each in run.state().output)


@pytest.mark.parametrize("graph", ["waits", "blocks"])
def test_reads_are_answered_while_a_node_runs_even_one_that_holds_up_the_loop(keeper, tmp_path, graph):
    run = start(keeper, graph, f"read {graph}", Input({"file": str(tmp_path / "go")}))
    until(lambda: "ing" in printed(run))
    (thread,) = keeper.store().threads(f"read {graph}").threads
    assert thread.state is ThreadState.UNFINISHED
    (tmp_path / "go").touch()
    assert run.wait(20).status is RunStatus.FINISHED


@pytest.mark.parametrize("graph", ["calls", "calls_async"])
def test_a_node_may_run_a_graph_by_itself(keeper, graph):
    state = do(keeper, graph, graph)
    assert state.status is RunStatus.FINISHED
    assert keeper.store().checkpoint(graph, "", state.head).values["log"] == ["inside"]


def test_a_run_that_does_not_stop_is_left_alone_and_the_worker_goes_on(keeper, tmp_path):
    other = start(keeper, "waits", "goes on", Input({"file": str(tmp_path / "go")}))
    run, pid = start(keeper, "hangs", "hangs"), keeper.pid
    until(lambda: "asleep" in printed(run))
    run.stop()
    state = run.wait(20)
    assert state.status is RunStatus.STOPPED
    assert any("sync_sleep did not stop in time" in note for note in state.notes)
    assert [header.next for header in keeper.store().headers("hangs", "", [state.head])] == [("sync_sleep",)]
    (tmp_path / "go").touch()
    assert other.wait(20).status is RunStatus.FINISHED
    assert keeper.pid == pid


def test_a_run_of_coroutines_stops_at_once(keeper):
    run = start(keeper, "hangs_async", "coroutine")
    until(lambda: "asleep" in printed(run))
    run.stop()
    state = run.wait(20)
    assert (state.status, state.notes) == (RunStatus.STOPPED, ())


@pytest.mark.parametrize("graph", ["sys_exit", "sys_exit_async"])
def test_a_node_that_exits_fails_its_run_alone(keeper, tmp_path, graph):
    other, pid = start(keeper, "waits", f"beside {graph}", Input({"file": str(tmp_path / "go")})), keeper.pid
    until(lambda: "waiting" in printed(other))
    failure = do(keeper, graph, graph).failure
    assert failure is not None
    assert failure.type == "SystemExit"
    (tmp_path / "go").touch()
    assert other.wait(20).status is RunStatus.FINISHED
    assert keeper.pid == pid


def test_a_thread_has_a_stamp_of_its_own(keeper):
    do(keeper, "uncompiled", "stamped")
    store = keeper.store()
    before, of_all = store.change_token("stamped"), store.change_token()
    do(keeper, "uncompiled", "another")
    assert store.change_token("stamped") == before
    assert store.change_token() != of_all
    do(keeper, "uncompiled", "stamped")
    assert store.change_token("stamped") != before


def test_what_is_written_to_a_checkpoint_later_is_read(keeper):
    asked = do(keeper, "two", "later")
    store = keeper.store()
    assert len(store.headers("later", "", [asked.head])[0].interrupted) == 2
    do(keeper, "two", "later", Answer({asked.interrupts[0].id: "x"}))
    tasks = store.writes("later", "", asked.head)
    assert sorted(any(write.channel == "log" for write in task.writes) for task in tasks) == [False, True]


def test_a_graph_that_fails_to_load_is_told_with_its_reason(keeper):
    with pytest.raises(GraphLoadError, match='has no variable "grpah"'):
        keeper.describe("missing")
    failure = do(keeper, "missing", "t").failure
    assert failure is not None
    assert "grpah" in failure.message
    with pytest.raises(GraphLoadError, match='can\'t run the graph "nobody"'):
        start(keeper, "nobody", "t")


def test_a_kill_ends_every_run_and_loses_the_threads_and_the_store_says_so(fresh, tmp_path):
    do(fresh, "uncompiled", "lost")
    runs = [start(fresh, "waits", name, Input({"file": str(tmp_path / "never")})) for name in "ab"]
    until(lambda: all("waiting" in printed(run) for run in runs))
    store = fresh.store()
    stamp = store.change_token("lost")
    runs[0].kill()
    for run in runs:
        state = run.wait(20)
        assert state.status is RunStatus.DIED
        assert state.failure is not None
        assert "in the worker's memory are gone" in state.failure.message
    until(lambda: store.change_token("lost") != stamp)
    assert store.threads().threads == ()
    assert store.skeleton("lost").ids == ()
    assert (
        store.notes[0] == f"The worker was restarted at {fresh.started_at:%H:%M %Z}: the threads from before are gone."
    )


def test_a_crash_is_told_and_the_next_run_finds_a_new_worker(fresh):
    crashed = do(fresh, "os_exit", "t")
    assert crashed.status is RunStatus.DIED
    assert crashed.failure is not None
    assert crashed.failure.node == "hard_exit"
    assert do(fresh, "uncompiled", "t").status is RunStatus.FINISHED


CODE = """
from langgraph.graph import START, StateGraph
graph = StateGraph(dict).add_node("node", lambda state: {"said": "%s"}).add_edge(START, "node").compile()
"""


def test_the_code_stays_as_it_was_until_a_restart_which_loses_the_threads(tmp_path):
    file = tmp_path / "agent.py"
    file.write_text(CODE % "old")
    keeper = resident_worker_of("memory:", Project(tmp_path, {"agent": f"{file}:graph"}))
    said = []
    for change in (lambda: None, lambda: file.write_text(CODE % "new"), keeper.restart):
        change()
        head = do(keeper, "agent", "t", Input({})).head
        said.append(keeper.store().checkpoint("t", "", head).values["__root__"]["said"])
    assert said == ["old", "old", "new"]
    assert len(keeper.store().skeleton("t").ids) == 3
    keeper.close()
    with pytest.raises(WorkerError, match="closed"):
        keeper.describe("agent")


def test_a_target_names_the_memory_or_the_saver_of_a_graph():
    one = Project(PROJECTS, {"agent": f"{PROJECTS / 'steps.py'}:graph"})
    assert (resident_worker_of("memory:", one).graph, resident_worker_of("memory:", one).target) == ("", "memory:")
    assert resident_worker_of("saver:", one).target == resident_worker_of("saver:agent", one).target == "saver:agent"
    with pytest.raises(ProjectError, match="saver:steps, saver:uncompiled"):
        resident_worker_of("saver:", project())
    with pytest.raises(GraphLoadError, match='no graph called "nobody"'):
        resident_worker_of("saver:nobody", one)
    with pytest.raises(ProjectError, match="needs graphs"):
        resident_worker_of("memory:", None)
