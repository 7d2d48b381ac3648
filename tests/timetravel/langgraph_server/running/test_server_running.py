import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.server import LangGraphServer
from tests.timetravel.langgraph_server.conftest import Do
from ui.timetravel.errors import EditError, GraphLoadError, WorkerError
from ui.timetravel.langgraph_server.run import ServerRun
from ui.timetravel.langgraph_server.runner import ServerRuns
from ui.timetravel.model.jobs import Answer, Asked, Input, Job, Resume
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.model.values import Typed
from ui.timetravel.stores import Store
from ui.timetravel.worker.child.shared.protocol import ANSWERED_MEANWHILE

ENDLESS = Input({"rounds": 1000, "log": []})


def until(run: ServerRun, holds: Callable[[RunState], bool]) -> RunState:
    end = time.monotonic() + 20
    while not holds(run.state()) and time.monotonic() < end:
        time.sleep(0.01)
    return run.state()


@pytest.fixture
def slow(runs: ServerRuns, job: Callable[..., Job]) -> ServerRun:
    """A run that goes on for a minute, with two checkpoints there already."""
    run = runs.start(job("slow", ENDLESS))
    until(run, lambda state: len(state.checkpoints) > 2)
    return run


def test_a_run_is_seen_while_it_goes_on_and_stops_on_request(
    slow: ServerRun, runs: ServerRuns, store: Store, thread: str
) -> None:
    assert slow.state().status is RunStatus.RUNNING
    assert runs.runs[slow.id] is slow
    slow.stop()
    state = slow.wait(20)
    assert state.status is RunStatus.STOPPED
    assert state.nodes[-1].ended is not None
    assert store.skeleton(thread).ids[-1] == state.head


def test_a_stopped_run_can_be_resumed(slow: ServerRun, do: Do) -> None:
    slow.stop()
    state = slow.wait(20)
    more = do("slow", Resume(), interrupt_after=("wait",))
    assert more.status is RunStatus.INTERRUPTED
    assert [each.node for each in more.nodes] == ["wait"]
    assert more.checkpoints[0] > (state.head or "")


def test_a_killed_run_has_died_at_once(slow: ServerRun, langgraph_server: LangGraphServer, thread: str) -> None:
    slow.kill()
    state = slow.state()
    assert state.status is RunStatus.DIED
    assert state.failure is not None
    assert "killed on request" in state.failure.message
    (run,) = langgraph_server.client.runs.list(thread)
    langgraph_server.client.runs.join(thread, run["run_id"])
    assert langgraph_server.client.runs.get(thread, run["run_id"])["status"] == "interrupted"


def test_stopping_right_after_the_start_stops_too(runs: ServerRuns, job: Callable[..., Job]) -> None:
    run = runs.start(job("slow", ENDLESS))
    run.stop()
    assert run.wait(20).status is RunStatus.STOPPED


def test_a_run_of_somebody_else_is_left_alone_and_keeps_the_thread(
    langgraph_server: LangGraphServer, thread: str, do: Do
) -> None:
    client = langgraph_server.client
    theirs = client.runs.create(thread, "slow", input=ENDLESS.value, if_not_exists="create")
    state = do("slow", ENDLESS)
    assert state.status is RunStatus.FAILED
    assert state.failure is not None
    assert "A run is on in this thread" in state.failure.message
    assert client.runs.get(thread, theirs["run_id"])["status"] in ("pending", "running")
    client.runs.cancel(thread, theirs["run_id"], wait=True)


def test_an_end_is_an_end(do: Do, runs: ServerRuns, job: Callable[..., Job]) -> None:
    run = runs.start(job("chain"))
    state = run.wait(20)
    run.stop()
    run.kill()
    assert run.state() is state
    assert state.status is RunStatus.FINISHED


def test_many_may_wait_for_the_same_run(slow: ServerRun) -> None:
    ends: list[RunStatus] = []
    waiting = [threading.Thread(target=lambda: ends.append(slow.wait(20).status)) for _ in range(3)]
    for each in waiting:
        each.start()
    slow.stop()
    for each in waiting:
        each.join()
    assert ends == [RunStatus.STOPPED] * 3


def test_the_metadata_names_the_graph_as_workers_do(do: Do, store: Store, thread: str) -> None:
    state = do("chain")
    (header,) = store.headers(thread, "", [state.head or ""])
    assert header.metadata["graph_id"] == "chain"


def test_messages_and_other_values_arrive_as_what_they_are(do: Do, values: Callable[..., dict[str, Any]]) -> None:
    fields = {"content": "hello", "type": "human", "id": "first"}
    message = Typed("langchain_core.messages.human", "HumanMessage", fields, "pydantic2", "model_validate_json")
    do("chain", Input({"topic": "x", "messages": [message], "kept": [1, 2.5, None, True, {"a": ["ü"]}]}))
    found = values()
    assert [(each["type"], each["content"], each["id"]) for each in found["messages"]] == [
        ("human", "hello", "first"),
        ("ai", "about x!", "said"),
    ]
    assert found["kept"] == [1, 2.5, None, True, {"a": ["ü"]}]


def test_a_value_that_json_lacks_is_refused_before_anything_happens(runs: ServerRuns, job: Callable[..., Job]) -> None:
    moment = Typed("datetime", "datetime", ["2026-01-01T00:00:00"], "args")
    with pytest.raises(EditError, match=r"At topic: a value of the type datetime\.datetime can't be sent"):
        runs.start(job("chain", Input({"topic": moment})))
    with pytest.raises(EditError, match="can't be sent"):
        runs.start(job("asks", Answer({"": b"bytes"})))


def test_an_answer_reaches_the_question_that_was_seen_or_none(do: Do, store: Store, thread: str) -> None:
    asked = do("asks", Input({"topic": "x"}))
    (question,) = asked.interrupts
    other = do("asks", Answer({question.id: "yes"}, (Asked(question.id, "Something else?"),)))
    assert other.failure is not None
    assert other.failure.message == ANSWERED_MEANWHILE
    seen = (Asked(question.id, question.value),)
    assert do("asks", Answer({question.id: "yes"}, seen)).status is RunStatus.FINISHED
    before = store.skeleton(thread).ids
    late = do("asks", Answer({question.id: "no"}, seen))
    assert late.failure is not None
    assert do("asks", Resume()).status is RunStatus.FAILED
    assert store.skeleton(thread).ids == before


def test_an_unknown_graph_is_named_with_those_there_are(runs: ServerRuns, job: Callable[..., Job]) -> None:
    with pytest.raises(GraphLoadError, match=r'no graph or assistant called "nobody"\. There are: chain, '):
        runs.start(job("nobody"))


def test_a_name_becomes_an_id_that_the_server_takes_the_same_one_every_time(
    do: Do, langgraph_server: LangGraphServer, store: Store
) -> None:
    name = f"my thread {uuid.uuid4().hex}"
    first, second = do("chain", thread_id=name), do("chain", thread_id=name)
    thread = first.job.target_thread
    assert second.job.target_thread == thread
    assert name in first.notes[0]
    assert len(store.skeleton(thread).ids) == len(first.checkpoints) + len(second.checkpoints)
    assert (langgraph_server.client.threads.get(thread)["metadata"] or {})["timetravel_name"] == name


def test_a_name_that_no_thread_has_can_not_be_gone_on_with(do: Do) -> None:
    state = do("chain", Resume(), thread_id="my thread")
    assert state.failure is not None
    assert state.failure.message == 'The server has no thread "my thread".'


def test_without_a_server_the_graphs_can_not_be_told() -> None:
    runs = ServerRuns("http://127.0.0.1:1")
    with pytest.raises(WorkerError, match=r"No server answers at http://127\.0\.0\.1:1\."):
        _ = runs.graphs
    runs.close()
    runs.close()


def test_what_the_server_can_not_do_is_told_by_the_state(do: Do) -> None:
    state = do("chain", Resume(), checkpoint_id=str(uuid.uuid4()))
    assert state.failure is not None
    assert "has no checkpoint" in state.failure.message
