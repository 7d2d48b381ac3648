import pytest

from ui.timetravel.model.checkpoints import Interrupt
from ui.timetravel.model.jobs import Input, Job, RunSettings
from ui.timetravel.model.runs import Failure, NodeRun, NodeState, Pause, RunState, RunStatus
from ui.timetravel.presentation.narration.runs import (
    notes_and_settings,
    ran_nothing,
    tallies,
    task_name,
    task_state,
    why_paused,
)

JOB = Job("g", "s", "t", Input({}))


def task(node: str, state: NodeState = NodeState.DONE, namespace: str = "") -> NodeRun:
    return NodeRun(node, node, namespace, 1, 0.0, 1.0, state=state)


def run(status: RunStatus = RunStatus.INTERRUPTED, job: Job = JOB, **fields) -> RunState:
    return RunState("r", job, status, 0.0, 1.0, **fields)


def test_a_pause_of_the_graph_is_told_as_the_graphs() -> None:
    said = why_paused(run(next=("review",), pauses=(Pause("review", "before", "graph"),)))
    assert said.startswith("It paused before review, as the graph is compiled to (interrupt_before).")
    assert "you asked" not in said


def test_a_pause_of_the_persons_is_told_as_theirs() -> None:
    said = why_paused(run(next=("b",), pauses=(Pause("a", "after", "person"),)))
    assert said.startswith("It paused after a, where you asked it to. Next is b.")


def test_a_pause_that_nothing_explains_is_not_explained() -> None:
    assert why_paused(run(next=("calls",))) == "It is paused; next is calls. Resume goes on."


def test_a_question_and_an_end_are_no_pause() -> None:
    assert why_paused(run(interrupts=(Interrupt("i", "why?"),))) == ""
    assert why_paused(run(RunStatus.FINISHED)) == ""


def test_a_cancelled_task_says_who_failed() -> None:
    failed = run(RunStatus.FAILED, failure=Failure("plan", "ValueError", "boom", ""))
    assert task_state(failed, task("slow", NodeState.CANCELLED)) == "■ cancelled when plan failed"


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (task("search", namespace="agent:1|2|tools:3"), "search (in agent › tools)"),
        (task("__error_handler__plan"), "plan's error handler"),
        (task("__default_error_handler__"), "the graph's error handler"),
    ],
)
def test_a_task_is_named_by_its_node_and_the_graph_that_it_is_in(one: NodeRun, name: str) -> None:
    assert task_name(one) == name


def test_only_tasks_that_ran_are_counted_as_done() -> None:
    states = (NodeState.DONE, NodeState.CACHED, NodeState.CANCELLED, NodeState.BEFORE, NodeState.FAILED)
    nodes = tuple(task(str(at), state) for at, state in enumerate(states))
    assert tallies(run(nodes=nodes)) == ["1 task done", "1 from the cache", "1 done before", "1 cancelled"]


def test_a_run_that_did_not_run_a_task_ran_nothing_unless_it_was_only_to_change_the_state() -> None:
    assert ran_nothing(run(RunStatus.FINISHED))
    assert ran_nothing(run(RunStatus.FINISHED, nodes=(task("a", NodeState.BEFORE),)))
    assert not ran_nothing(run(RunStatus.FINISHED, nodes=(task("a"),)))
    assert not ran_nothing(run(RunStatus.FINISHED, Job("g", "s", "t", Input({}), run=False)))


def test_the_settings_of_a_run_are_told_once_be_it_by_the_worker_or_by_what_was_asked_for() -> None:
    job = Job("g", "s", "t", Input({}), settings=RunSettings({"model": "large"}, {"api_key": "sk-1"}, 7, ("a", "b")))
    said = notes_and_settings(run(RunStatus.FAILED, job))
    assert said == [
        'Settings of this run: context model "large", configurable api_key (a secret), recursion limit 7, tags a, b.'
    ]
    told = ("Settings of this run: recursion limit 7.", "Something else.")
    assert notes_and_settings(run(RunStatus.FAILED, job, notes=told)) == [*told]
    assert notes_and_settings(run()) == []
