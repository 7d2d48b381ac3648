"""Whatever ends the app, nothing of it is left: `make soak` tries every signal in every situation (tests/ending)."""

import signal
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.app.command.ending.case import Case

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what is left is read from /proc")

BUSY = 30.0
"""Seconds, where other tests have the processors; `make soak` allows five."""


@pytest.fixture
def begin() -> Iterator[Callable[..., Case]]:
    begun: list[Case] = []

    def make(situation: str, *, in_terminal: bool = False) -> Case:
        begun.append(Case(situation, in_terminal=in_terminal))
        begun[-1].wait_until_ready()
        return begun[-1]

    yield make
    for case in begun:
        case.clean_up()


def test_a_kill_leaves_nothing_of_runs_imports_copies_and_servers_and_no_data_is_lost(begin) -> None:
    case = begin("copy+import:+file:everything+file:stopped+memory:holds+embedded:daemons")
    found = case.end(signal.SIGKILL, within=BUSY)
    assert found.left == []
    assert case.check_data() == ""


def test_a_terminal_that_closes_ends_it_all_in_good_order(begin) -> None:
    case = begin("copy+file:everything+memory:everything", in_terminal=True)
    found = case.close_terminal(within=BUSY)
    assert (found.left, found.complaint) == ([], "")


def test_a_second_signal_ends_it_at_once_and_leaves_nothing_either(begin) -> None:
    case = begin("import:+file:holds+file:stops its parent")
    found = case.end(signal.SIGINT, group=True, pauses=(0.5, 0.5), within=BUSY)
    assert (found.left, found.complaint) == ([], "")
