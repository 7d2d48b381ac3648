"""What is slow to read says so, and keeps nobody from going elsewhere or from stopping it."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.by_hand import Tab, pressed, tab
from tests.support.command import Served, served
from tests.support.hostile.servers.scripted import (
    THREAD,
    Answer,
    HostileServer,
    Request,
    endpoint,
    honest,
    hostile_server,
)

PAGE = f"debugger?thread={THREAD}"


@dataclass
class Slow:
    """A LangGraph server that answers what is asked of histories only once it `may`."""

    may: threading.Event = field(default_factory=threading.Event)

    def __call__(self, request: Request) -> Answer:
        while endpoint(request) == "history" and not self.may.is_set():
            yield 0.05
        yield from honest(request)


@pytest.fixture(scope="module")
def slow() -> Slow:
    return Slow()


@pytest.fixture(scope="module")
def server(slow: Slow) -> Iterator[HostileServer]:
    with hostile_server(slow) as one:
        yield one


@pytest.fixture(scope="module")
def app(server: HostileServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("slow")
    with served(server.url, cwd=folder) as one:
        yield one


@pytest.fixture
def reading(app: Served, slow: Slow) -> Iterator[Tab]:
    """A tab that waits for the history of a thread, which does not come."""
    slow.may.clear()
    with tab(app) as one:
        one.ask(PAGE)
        one.hear("Reading the history…")
        yield one
    slow.may.set()


def test_going_elsewhere_does_not_wait_for_what_is_read(reading: Tab) -> None:
    reading.ask("learn")
    reading.hear("Lessons")


def test_a_button_stops_the_waiting_and_what_was_read_is_shown_when_it_is_asked_for_again(
    reading: Tab, slow: Slow
) -> None:
    reading.hear("Stop")
    stop = next(widget for widget in reading.widgets if "stop_reading" in widget)
    reading.ask(PAGE, [pressed(stop, "button")])
    reading.hear("Stopped: Reading the history. Press Try again to go on with it.")
    reading.ask(PAGE)
    reading.hear("Reading the history…")
    slow.may.set()
    reading.hear("2 checkpoints")
