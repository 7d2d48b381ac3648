"""How each task of a run ended, and why a run paused, as LangGraph has it."""

import time

import pytest

from ui.timetravel.model.jobs import Answer, Input, Job, Resume
from ui.timetravel.model.runs import NodeState, Pause, RunStatus


def ends(state):
    return sorted((each.node, each.state.value) for each in state.nodes)


def test_a_node_that_the_cache_answers_has_ended_and_did_not_run(do):
    state = do("cached", Input({"log": []}))
    assert state.status is RunStatus.FINISHED
    assert ends(state) == [
        ("first", "done"),
        ("more", "done"),
        ("more", "done"),
        ("numbered", "cached"),
        ("numbered", "cached"),
        ("numbered", "done"),
        ("numbered", "done"),
        ("numbered", "done"),
    ]


def test_tasks_that_are_cancelled_when_another_fails_are_neither_done_nor_failed(do):
    state = do("cancelled", Input({"log": []}))
    assert state.failure.node == "fails"
    assert ends(state) == [("fails", "failed"), ("in_a_thread", "cancelled"), ("slow", "cancelled")]
    assert not any(each.has_result for each in state.nodes)


def test_a_subgraph_is_cancelled_with_what_runs_in_it(do):
    state = do("cancelled_inside", Input({"log": []}))
    assert ends(state) == [("fails", "failed"), ("inner", "cancelled"), ("slow", "cancelled")]


def test_what_had_its_result_before_the_question_does_not_run_again_after_the_answer(do):
    asked = do("asks_beside", Input({"log": []}))
    assert ends(asked) == [("asks", "asked"), ("quick", "done")]
    answered = do("asks_beside", Answer({"": "yes"}))
    assert ends(answered) == [("asks", "done"), ("quick", "before")]


def test_a_function_called_in_a_task_does_not_run_again_either(do):
    asked = do("workflow", Input(1))
    assert ends(asked) == [("one", "done"), ("workflow", "asked")]
    answered = do("workflow", Answer({"": "yes"}))
    assert ends(answered) == [("one", "before"), ("one", "done"), ("workflow", "done")]


def test_an_error_handler_takes_over_and_the_node_that_fails_later_is_to_blame(do):
    state = do("handled", Input({"log": []}))
    assert (state.failure.node, state.failure.type) == ("also_fails", "KeyError")
    assert ends(state) == [
        ("__error_handler__fails", "done"),
        ("also_fails", "failed"),
        ("fails", "handled"),
        ("slow", "done"),
    ]


def test_what_ends_the_process_is_the_failure_of_the_node_that_ran(do):
    state = do("sys_exit", Input({}))
    assert [each.state for each in state.nodes][-1] is NodeState.FAILED
    assert state.nodes[-1].error.startswith("SystemExit")


def test_what_runs_when_a_run_is_stopped_was_stopped(workers, store):
    run = workers.start(Job("hangs_async", store, "t", Input({})))
    until = time.monotonic() + 20
    while "async_sleep" not in [each.node for each in run.state().nodes] and time.monotonic() < until:
        time.sleep(0.02)
    run.stop()
    assert ("async_sleep", "stopped") in ends(run.wait(20))


@pytest.mark.parametrize(
    ("graph", "asked", "pause"),
    [
        ("stops_before", {}, Pause("review", "before", "graph")),
        ("stops_after", {}, Pause("write", "after", "graph")),
        ("stops_always", {}, Pause("write", "before", "graph")),
        ("stops_inside", {}, Pause("around:review", "before", "graph")),
        ("steps", {"interrupt_before": ("write",)}, Pause("write", "before", "person")),
        ("steps", {"interrupt_after": ("plan",)}, Pause("plan", "after", "person")),
    ],
)
def test_a_pause_is_told_with_its_node_and_with_whose_it_is(do, graph, asked, pause):
    state = do(graph, Input({"log": []}), **asked)
    assert (state.status, state.pauses) == (RunStatus.INTERRUPTED, (pause,))
    assert len(state.next) == 1


def test_a_pause_that_a_person_asks_for_leaves_those_of_the_graph(do):
    first = do("stops_before", Input({"log": []}), interrupt_before=("publish",))
    assert first.pauses == (Pause("review", "before", "graph"),)
    second = do("stops_before", Resume(), interrupt_before=("publish",))
    assert second.pauses == (Pause("publish", "before", "person"),)


def test_a_task_in_which_a_graph_paused_is_paused(do):
    state = do("stops_inside", Input({"log": []}))
    assert ends(state) == [("around", "paused"), ("write", "done")]


def test_a_pause_in_a_graph_that_a_node_calls_is_told_as_far_as_it_is_known(do):
    state = do("stops_in_a_call", Input({"log": []}))
    assert (state.status, state.next, state.pauses) == (RunStatus.INTERRUPTED, ("calls",), ())
