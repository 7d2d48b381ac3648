"""How tasks of a run on a server ended, and why a run paused there."""

import uuid
from collections.abc import Callable
from typing import Any

from tests.timetravel.langgraph_server.conftest import Do
from ui.timetravel.model.jobs import Resume
from ui.timetravel.model.runs import Pause, RunState, RunStatus
from ui.timetravel.presentation.narration.runs import why_paused


def ends(state: RunState) -> list[tuple[str, str]]:
    return sorted((each.node, each.state.value) for each in state.nodes)


def test_a_node_that_the_cache_answers_has_ended(do: Do) -> None:
    do("cached", thread_id=str(uuid.uuid4()))
    again = do("cached")
    assert (again.status, ends(again)) == (RunStatus.FINISHED, [("quick", "cached")])


def test_a_task_that_is_cancelled_when_another_fails_is_neither_done_nor_failed(do: Do) -> None:
    state = do("cancelled")
    assert state.failure is not None
    assert (state.failure.node, state.failure.message) == ("fails", "boom")
    assert ends(state) == [("fails", "failed"), ("slow", "cancelled")]


def test_a_pause_of_the_graph_is_told_as_the_graphs(do: Do) -> None:
    state = do("pauses")
    assert (state.next, state.pauses) == (("review",), (Pause("review", "", "graph"),))
    assert why_paused(state).startswith("The graph paused by itself before review.")
    assert do("pauses", Resume()).status is RunStatus.FINISHED


def test_a_functional_graph_has_its_result(do: Do, values: Callable[..., dict[str, Any]]) -> None:
    state = do("workflow")
    assert (state.status, ends(state)) == (RunStatus.FINISHED, [("one", "done"), ("workflow", "done")])
    assert "x!" in str(values())
