"""A LangGraph server that means harm, or a proxy before one, leaves a page that says what happened."""

from collections.abc import Callable, Iterator

import pytest

from tests.screens.conftest import Screen
from tests.support.hostile.servers.scripted import THREAD, Behaviour, at, head, honest, hostile_server
from tests.support.hostile.servers.trial import Bounds, bounded
from tests.support.hostile.servers.wire import JSON, KEY, MIB, on_and_on, sends

Open = Callable[..., Screen]
LOGIN = sends(head(200, b"content-type: text/html"), b"<html><img src='http://evil.example/x'>Log in</html>")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANGGRAPH_API_KEY", KEY)
    with bounded(Bounds()):
        yield


def test_an_honest_server_is_shown(opened: Open) -> None:
    with hostile_server(honest) as server:
        screen = opened(server.url, page="debugger").run(thread=THREAD)
    assert screen.crashes == []


@pytest.mark.parametrize(
    ("name", "behave", "says"),
    [
        ("", on_and_on(head(200, JSON), b" ", 0.05), "took too long to answer"),
        ("", sends(head(302, b"location: http://evil.example/")), "leads on to http://evil.example/"),
        ("history", LOGIN, "a login has run out"),
        ("state", on_and_on(head(200, JSON), MIB), "sends too much at once"),
    ],
    ids=["it drips", "it leads elsewhere", "a page to log in", "a state without end"],
)
def test_what_a_server_did_is_said_on_the_page(opened: Open, name: str, behave: Behaviour, says: str) -> None:
    with hostile_server(at(name, behave)) as server:
        screen = opened(server.url, page="debugger").run(thread=THREAD)
    assert screen.crashes == []
    told = "\n".join([screen.says, *(str(one.value) for one in screen.app.error)])
    assert says in told
    assert KEY not in told
