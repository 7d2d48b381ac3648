"""What may not be done from a checkpoint, said once before anything is pressed; and where it goes instead."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.components.conftest import Drawn, Started
from ui.components.checkpoint.fork.permissions import WayToRun, changed_code, why_not
from ui.timetravel.model.checkpoints import Checkpoint
from ui.timetravel.model.graphs import GraphInfo
from ui.timetravel.model.jobs import Resume, RunRequest
from ui.timetravel.runs.write_permission import Destination, Permission

pytestmark = pytest.mark.usefixtures("with_graph")

REQUEST = RunRequest("loop", "loop", Resume())
NOWHERE = Permission(dict.fromkeys(Destination, "Not <b>here</b>."))
NOT_ITSELF = Permission({Destination.THREAD: "It runs."})


def test_what_may_go_to_its_thread_goes_there_and_nothing_is_said(drawn: Drawn, started: Started) -> None:
    way = WayToRun(REQUEST, Permission())
    assert drawn(lambda: (why_not([way]), way.start())).lines == []
    assert [request.copy_to for request, _ in started] == [None]


def test_what_must_not_go_there_goes_to_a_new_thread_if_it_forks(drawn: Drawn, started: Started) -> None:
    way = WayToRun(REQUEST, NOT_ITSELF, forks=True)
    part = drawn(lambda: (why_not([way]), way.start()))
    assert part.lines == [("asks", "It runs. What you run from here goes to a new thread.")]
    ((request, _),) = started
    assert request.copy_to is not None
    assert request.copy_to.startswith("loop-")


def test_or_to_the_sandbox_if_it_does_not() -> None:
    way = WayToRun(REQUEST, NOT_ITSELF)
    assert way.place is Destination.SANDBOX
    assert way.why == "It runs. What you run from here goes to a copy in the local sandbox."


def test_what_may_go_nowhere_says_why_and_each_reason_is_said_once(drawn: Drawn) -> None:
    ways = [WayToRun(REQUEST, NOWHERE), WayToRun(REQUEST, NOWHERE, forks=True)]
    assert drawn(lambda: why_not(ways)).lines == [("asks", "Not <b>here</b>.")]
    assert ways[0].place is None


def test_a_channel_that_the_graph_no_longer_has_is_named(
    drawn: Drawn, shown: Callable[[str, int], Checkpoint], info: GraphInfo
) -> None:
    assert drawn(lambda: changed_code(shown("loop", 2), info)).lines == []
    assert drawn(lambda: changed_code(shown("loop", 2), None)).lines == []
    fewer = replace(info, channels=tuple(one for one in info.channels if one.name != "log"))
    ((look, text),) = drawn(lambda: changed_code(shown("loop", 2), fewer)).lines
    assert look == "asks"
    assert "has no channel log" in text
