"""Who is let in: every kind of request, held against the Host, the origin and the token. No browser here."""

import re
import socket
import subprocess
import sys
import time
from itertools import product
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from websockets.sync.client import connect

from tests.support.by_hand import STREAMLIT, Tab
from tests.support.command import ROOT, environment
from ui.command.streamlit_flags import allowed_hosts
from ui.gate.access_gate import AccessGate, BadToken, cookie_name, new_token, with_token

TOKEN = "a-token-that-somebody-set"
OWN = "http://127.0.0.1:8501"
FOREIGN = [
    "http://evil.example",
    "http://evil.example:8501",
    "https://127.0.0.1:8501",
    "http://127.0.0.1",
    "http://127.0.0.1:9999",
    "http://127.0.0.1:85010",
    "http://localhost:8501",
    "http://127.0.0.1.evil.example:8501",
    "http://127.0.0.1:8501@evil.example",
    "http://user@127.0.0.1:8501",
    "http://127.0.0.1:8501/",
    "http://127.0.0.1:8501, http://evil.example",
    "null",
    "file://",
    "",
]
"""Origins of other pages, as seen by an app that was reached at `OWN`."""
PATHS = [
    "/",
    "/debugger",
    "/static/js/x.js",
    "/media/x.png",
    "/_stcore/host-config",
    "/_stcore/metrics",
    "/component/x",
]
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]


class Behind:
    """The app behind the gate: remembers what reached it, and answers with a secret."""

    def __init__(self) -> None:
        self.scopes: list[Scope] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        if scope["type"] == "websocket":
            socket = WebSocket(scope, receive, send)
            await socket.accept()
            await socket.send_text("secret")
            await socket.close()
        else:
            await PlainTextResponse("secret")(scope, receive, send)

    def header(self, name: str) -> str | None:
        found = [value for key, value in self.scopes[-1]["headers"] if key == name.encode()]
        return found[0].decode() if found else None


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
def stranger(behind: Behind) -> TestClient:
    """A client that has no token, at the app's address."""
    return TestClient(AccessGate(behind, TOKEN, allowed_hosts("127.0.0.1")), base_url=OWN, follow_redirects=False)


@pytest.fixture
def known(stranger: TestClient) -> TestClient:
    """One that has opened the printed address."""
    assert stranger.get(f"/?token={TOKEN}").status_code == 303
    return stranger


def opens(client: TestClient, path: str = "/_stcore/stream", **headers: str) -> bool:
    """Whether a WebSocket opens; where it does not, it was refused with 403 and a sentence before it began."""
    address = f"ws://{client.base_url.netloc.decode()}{path}"
    try:
        with client.websocket_connect(address, headers=headers) as socket:
            return bool(socket.receive_text() == "secret")
    except WebSocketDenialResponse as refused:
        return bool(refused.status_code != 403 or "timetravel" not in refused.text)


class TestWithoutTheToken:
    def test_nothing_is_answered_by_the_app(self, stranger: TestClient, behind: Behind) -> None:
        for path, method in product(PATHS, METHODS):
            answer = stranger.request(method, path)
            assert answer.status_code == 403
            assert "secret" not in answer.text
        assert not opens(stranger)
        assert not opens(stranger, origin=OWN)
        assert behind.scopes == []

    def test_a_page_says_what_to_do(self, stranger: TestClient) -> None:
        answer = stranger.get("/debugger?thread=hers")
        assert "open the address that timetravel printed at its start" in answer.text
        assert "hers" not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"

    def test_only_the_health_is_told(self, stranger: TestClient) -> None:
        assert stranger.get("/_stcore/health").status_code == 200
        assert stranger.post("/_stcore/health").status_code == 403
        for path in ("/_stcore/health/", "/_stcore/health/x", "//_stcore/health", "/_stcore/script-health-check"):
            assert stranger.get(path).status_code == 403
        assert not opens(stranger, "/_stcore/health")

    @pytest.mark.parametrize("token", ["", "x", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "é" * 20])
    def test_another_token_does_not_help(self, stranger: TestClient, token: str) -> None:
        assert stranger.get("/", params={"token": token}).status_code == 403
        assert stranger.get("/", headers={"Cookie": f"{cookie_name(8501)}={token}".encode()}).status_code == 403
        assert not opens(stranger, f"/_stcore/stream?token={token}")

    def test_the_token_itself_is_not_what_the_cookie_holds(self, stranger: TestClient) -> None:
        assert stranger.get("/", headers={"Cookie": f"{cookie_name(8501)}={TOKEN}"}).status_code == 403

    def test_the_cookie_of_another_start_or_port_does_not_help(self, stranger: TestClient, known: TestClient) -> None:
        name, value = next(iter(known.cookies.items()))
        other = TestClient(AccessGate(Behind(), TOKEN + "2", ["127.0.0.1"]), base_url=OWN)
        assert other.get("/", headers={"Cookie": f"{name}={value}"}).status_code == 403
        known.cookies.clear()
        assert known.get("/", headers={"Cookie": f"timetravel-8502={value}"}).status_code == 403


class TestWithTheToken:
    def test_it_goes_from_the_address_into_a_cookie(self, stranger: TestClient) -> None:
        answer = stranger.get(f"/debugger?thread=a%26b&token={TOKEN}&tab=raw")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/debugger?thread=a%26b&tab=raw")
        assert re.fullmatch(
            r"timetravel-8501=[0-9a-f]{64}; Path=/; HttpOnly; SameSite=Strict", answer.headers["Set-Cookie"]
        )
        assert TOKEN not in str(answer.headers)
        assert answer.headers["Cache-Control"] == "no-store"

    def test_the_cookie_is_enough_from_then_on(self, known: TestClient) -> None:
        assert known.get("/debugger").text == "secret"
        assert known.post("/_stcore/upload_file/x", headers={"Origin": OWN}).text == "secret"
        assert opens(known, origin=OWN)
        assert opens(known)  # no browser, but one that knows the token

    def test_an_address_that_was_kept_with_it_works_again_and_one_of_an_old_start_does_too(
        self, known: TestClient
    ) -> None:
        assert known.get(f"/?token={TOKEN}").headers["Location"] == "/"
        assert known.get("/run?token=of-an-old-start").headers["Location"] == "/run"

    def test_a_cookie_of_the_same_name_beside_it_does_no_harm(self, known: TestClient) -> None:
        ours = "; ".join(f"{name}={value}" for name, value in known.cookies.items())
        known.cookies.clear()
        both = f"timetravel-8501=tossed; {ours}; timetravel-8501=more"
        assert known.get("/", headers={"Cookie": both}).status_code == 200

    @pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example", "/%2F%2Fevil.example", "/%0d%0aX: y"])
    def test_the_redirect_stays_on_this_server(self, stranger: TestClient, path: str) -> None:
        location = stranger.get(f"{path}?token={TOKEN}").headers["Location"]
        assert re.match(r"/($|[^/\\])", location)

    def test_neither_token_nor_cookie_nor_origin_reach_the_app(self, known: TestClient, behind: Behind) -> None:
        known.cookies.set("theirs", "1")
        known.get("/run?a=1", headers={"Origin": OWN})
        assert (behind.header("origin"), behind.header("cookie")) == (None, "theirs=1")
        opens(known, f"/_stcore/stream?token={TOKEN}&x=1", origin=OWN)
        assert (behind.header("origin"), behind.header("cookie")) == (None, "theirs=1")
        assert behind.scopes[-1]["query_string"] == b"x=1"


class TestOfAnotherPage:
    """With the visitor's cookie, since browsers send that to and from all ports of a host."""

    @pytest.mark.parametrize("origin", FOREIGN)
    def test_nothing_is_answered_whatever_it_asks(self, known: TestClient, behind: Behind, origin: str) -> None:
        for path, method in product([*PATHS, "/_stcore/health", f"/?token={TOKEN}"], METHODS):
            assert known.request(method, path, headers={"Origin": origin}).status_code == 403
        assert not opens(known, origin=origin)
        assert not opens(known, f"/_stcore/stream?token={TOKEN}", origin=origin)
        assert behind.scopes == []

    @pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
    def test_nor_where_the_browser_sends_no_origin_but_says_that_it_is_another_site(
        self, known: TestClient, behind: Behind, site: str
    ) -> None:
        for destination in ("image", "script", "iframe", "document", "empty"):
            mode = "navigate" if destination in ("iframe", "document") else "no-cors"
            headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": destination}
            assert known.get("/", headers=headers).status_code == 403
        assert behind.scopes == []

    def test_a_link_to_the_app_shows_a_page_with_a_link_of_ours(self, known: TestClient) -> None:
        headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
        answer = known.get("/debugger?thread=1", headers=headers)
        assert answer.status_code == 403
        assert '<a href="">open this page</a>' in answer.text

    def test_a_link_with_the_token_lets_in_by_a_page_of_ours_since_the_redirect_would_not_send_the_cookie(
        self, stranger: TestClient
    ) -> None:
        headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
        answer = stranger.get(f'/run?a="><b>&token={TOKEN}', headers=headers)
        assert answer.status_code == 200
        assert 'content="0; url=/run?a=%22%3E%3Cb%3E"' in answer.text
        assert answer.headers["Set-Cookie"].startswith("timetravel-8501=")
        assert stranger.get("/run", headers={"Sec-Fetch-Site": "same-origin"}).text == "secret"

    def test_our_own_pages_and_typed_addresses_are_answered(self, known: TestClient) -> None:
        for site in ("same-origin", "none"):
            assert known.get("/", headers={"Sec-Fetch-Site": site}).text == "secret"


class TestOtherHosts:
    HOSTS = (
        "evil.example:8501",
        "127.0.0.1:8502",
        "127.0.0.1",
        "127.0.0.1:08501x",
        "127.0.0.1:8501/",
        "a@127.0.0.1:8501",
        "127.0.0.1:8501, x",
        "localhost.:8501",
        "[127.0.0.1]:8501",
        "[::ffff:127.0.0.1]:8501",
        "127.1:8501",
        "2130706433:8501",
        "127.0.0.1:+8501",
        "",
    )

    @pytest.mark.parametrize("host", HOSTS)
    def test_are_refused_whoever_asks(self, known: TestClient, behind: Behind, host: str) -> None:
        for path in ("/", "/_stcore/health", f"/?token={TOKEN}"):
            answer = known.get(path, headers={"Host": host})
            assert answer.status_code == 403
            assert "not to be reached by this name or port" in answer.text
        assert not opens(known, host=host)
        assert behind.scopes == []

    @pytest.mark.parametrize("host", ["localhost:8501", "LOCALHOST:8501", "127.0.0.1:8501"])
    def test_names_of_the_loopback_are_ours_each_with_its_own_origin(self, known: TestClient, host: str) -> None:
        assert opens(known, host=host, origin=f"http://{host.lower()}")
        assert not opens(known, host=host, origin="http://127.0.0.1:8502")

    def test_every_name_is_ours_where_the_server_listens_everywhere_but_no_other_origin(self, behind: Behind) -> None:
        client = TestClient(AccessGate(behind, TOKEN, allowed_hosts("0.0.0.0")), base_url="http://box.lan:8501")
        assert client.get("/").status_code == 403
        client.get(f"/?token={TOKEN}")
        assert opens(client, origin="http://box.lan:8501")
        assert not opens(client, origin="http://127.0.0.1:8501")

    def test_an_address_of_ipv6_is_reached_in_brackets(self, behind: Behind) -> None:
        client = TestClient(AccessGate(behind, TOKEN, allowed_hosts("::1")), base_url="http://[::1]:8501")
        assert client.get(f"/?token={TOKEN}").text == "secret"
        assert opens(client, origin="http://[::1]:8501")


def test_every_answer_forbids_frames_guessing_of_types_referrers_and_opening_by_others(known: TestClient) -> None:
    answers = [known.get("/"), known.get("/_stcore/health"), known.get(f"/?token={TOKEN}")]
    answers += [known.get("/", headers={"Origin": "null"}), known.get("/", headers={"Host": "evil.example"})]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "default-src 'none'" in policy
        assert not re.search(r"https?:|\*", policy)
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_app_draws_nothing_where_it_is_served_without_a_gate(tmp_path: Path) -> None:
    bare = (sys.executable, "-m", "streamlit", "run", str(ROOT / "ui" / "app.py"), "--server.headless", "true")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([*bare, "--server.port", str(port)], cwd=tmp_path, env=environment())
    try:
        wait_for(port)
        with connect(f"ws://127.0.0.1:{port}/_stcore/stream", subprotocols=[STREAMLIT], max_size=None) as line:
            one = Tab(line)
            one.visit("debugger")
        assert any("would let in everybody" in text for text in one.said)
        assert list(one.widgets) == []
        assert list(tmp_path.iterdir()) == []
    finally:
        process.kill()
        process.wait()


def wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.2)


def test_a_new_token_cannot_be_guessed_and_one_that_was_set_is_taken() -> None:
    assert len({new_token(None) for _ in range(100)}) == 100
    assert len(new_token(None)) >= 40
    assert new_token(TOKEN) == TOKEN
    assert with_token(OWN, "a b&c") == f"{OWN}/?token=a+b%26c"
    for wrong in ("", "x" * 15, "x" * 16 + " ", "x" * 16 + "é"):
        with pytest.raises(BadToken, match="at least 16"):
            new_token(wrong)
