"""What lets in the browser that the command starts: an address that others may read on its command line."""

import re
import sys
import time
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient, WebSocketDenialResponse

from tests.support.command import environment, served
from ui.gate.access_gate import AccessGate
from ui.gate.entry_tickets import SECONDS, Tickets

TOKEN = "a-token-that-somebody-set"
LINKED = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
WITH_A_BROWSER = "import sys; sys.argv.remove('--no-browser'); from ui import cli; sys.exit(cli.main())"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tickets(clock: Clock) -> Tickets:
    return Tickets(clock)


@pytest.fixture
def stranger(tickets: Tickets) -> TestClient:
    gate = AccessGate(PlainTextResponse("secret"), TOKEN, ["127.0.0.1"], tickets)
    return TestClient(gate, base_url="http://127.0.0.1:8501", follow_redirects=False)


def test_it_is_exchanged_for_the_cookie_and_taken_out_of_the_address(stranger: TestClient, tickets: Tickets) -> None:
    ticket = tickets.issue()
    answer = stranger.get(f"/debugger?thread=1&ticket={ticket}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/debugger?thread=1")
    assert ticket not in str(answer.headers)
    assert stranger.get("/debugger").text == "secret"


def test_it_lets_in_once(stranger: TestClient, tickets: Tickets) -> None:
    address = f"/?ticket={tickets.issue()}"
    assert stranger.get(address).status_code == 303
    assert stranger.get(address).headers["Location"] == "/"  # whoever was let in by it may go there again
    stranger.cookies.clear()
    assert stranger.get(address).status_code == 403
    assert stranger.get(address).text == stranger.get("/").text


def test_it_lets_nobody_in_who_comes_late(stranger: TestClient, tickets: Tickets, clock: Clock) -> None:
    address = f"/?ticket={tickets.issue()}"
    clock.now = SECONDS + 1
    assert stranger.get(address).text == stranger.get("/").text


@pytest.mark.parametrize("given", ["", "x", TOKEN, "%00", "%ff", "%ED%A0%80"])
def test_another_one_does_not(stranger: TestClient, tickets: Tickets, given: str) -> None:
    tickets.issue()
    assert stranger.get(f"/?ticket={given}").status_code == 403


def test_what_shows_no_page_neither_gets_in_by_it_nor_uses_it_up(stranger: TestClient, tickets: Tickets) -> None:
    address = f"/?ticket={tickets.issue()}"
    assert stranger.head(address).status_code == stranger.post(address).status_code == 403
    with pytest.raises(WebSocketDenialResponse), stranger.websocket_connect(f"ws://127.0.0.1:8501{address}"):
        pass
    assert stranger.get(address, headers={"Origin": "http://evil.example"}).status_code == 403
    assert stranger.get(address, headers={**LINKED, "Sec-Fetch-Dest": "iframe"}).status_code == 403
    assert stranger.get(address, headers=LINKED).status_code == 200
    assert stranger.get("/").text == "secret"


def test_the_command_line_of_the_browser_holds_a_ticket_and_not_the_token(tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/told.new\nmv {tmp_path}/told.new {tmp_path}/told\n')
    browser.chmod(0o755)
    env = environment(BROWSER=str(browser))
    with served(cwd=tmp_path, env=env, program=(sys.executable, "-c", WITH_A_BROWSER)) as app:
        deadline = time.monotonic() + 30
        while not (tmp_path / "told").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        told = (tmp_path / "told").read_text().strip()
        assert re.fullmatch(rf"{app.url}/\?ticket=[\w-]{{43}}", told)
        assert app.token not in told
        way = told.removeprefix(app.url)
        first = app.answer(way)
        assert (first.status, first.headers["Location"]) == (303, "/")
        assert app.answer(way).status == 403
        cookie = first.headers["Set-Cookie"].partition(";")[0]
        assert app.answer("/", {"Cookie": cookie}).status == 200
