"""A LangGraph server that means harm is left after its share of time and memory, with a sentence, and gets no key."""

import contextlib
import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.hostile.servers.scripted import (
    ASSISTANT,
    RESET,
    THREAD,
    Answer,
    Behaviour,
    Request,
    at,
    endpoint,
    head,
    honest,
    hostile_server,
    ok,
    truth,
)
from tests.support.hostile.servers.scripted import state as state_of
from tests.support.hostile.servers.shapes import endless_pages, large_streams
from tests.support.hostile.servers.trial import Bounds, bounded, look, run, trouble
from tests.support.hostile.servers.wire import JSON, KEY, MIB, on_and_on, redirects, sends
from ui.timetravel.errors import GraphLoadError, NotAStore, StoreError, StoreUnreadable
from ui.timetravel.langgraph_server.runner import ServerRuns
from ui.timetravel.model.jobs import Input, Job
from ui.timetravel.stores import open_store
from ui.timetravel.stores.server import allowance
from ui.timetravel.stores.server import history as _server_history

BOUNDS = Bounds()
PATIENT = Bounds(answer_seconds=20, reading_seconds=40)
"""For what an honest server would do at once, and a busy machine may not."""


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANGGRAPH_API_KEY", KEY)
    with bounded(BOUNDS):
        yield


def test_an_honest_server_passes_the_trial() -> None:
    assert (trouble(honest, look, BOUNDS), trouble(honest, run, BOUNDS)) == ("", "")


@pytest.mark.parametrize(
    ("behave", "error", "says"),
    [
        (on_and_on(head(200, JSON), b" ", 0.05), StoreUnreadable, "took too long to answer"),
        (on_and_on(b"HTTP/1.1 200 OK\r\na: ", b"x", 0.05), StoreUnreadable, "took too long to answer"),
        (on_and_on(head(200, JSON), MIB), StoreUnreadable, "sends too much at once"),
        (
            on_and_on(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000),
            StoreUnreadable,
            "too (much at|long)",
        ),
        (on_and_on(head(200, JSON) + b"[", b"[],{}," * 10_000), StoreUnreadable, "sends too much at once"),
        (sends(head(200, JSON, b"content-encoding: gzip"), b"x" * 50), StoreUnreadable, r"compressed \(gzip\)"),
        (sends(head(302, b"location: http://evil.example/?a=b")), StoreUnreadable, "leads on to http://evil.example/"),
        (sends(head(302, b"location: file:///etc/passwd")), StoreUnreadable, "leads on to file:///etc/passwd"),
        (sends(head(429, b"retry-after: 1000000000", b"content-length: 0")), StoreUnreadable, "refuses"),
        (sends(ok(b'[{"thread_id": NaN}]')), NotAStore, "is no LangGraph server"),
    ],
)
def test_what_a_server_did_is_said_in_a_sentence(behave: Behaviour, error: type[StoreError], says: str) -> None:
    with hostile_server(behave) as server, pytest.raises(error, match=says) as raised:
        open_store(server.url)
    assert isinstance(raised.value, error)


def test_a_page_in_place_of_data_is_no_longer_laid_on_the_address_once_the_server_has_answered() -> None:
    page = at("history", sends(head(200, b"content-type: text/html"), b"<html>Log in</html>"))
    login = pytest.raises(StoreUnreadable, match="a login has run out")
    with hostile_server(page) as server, open_store(server.url) as store, login:
        store.skeleton(THREAD)


def test_an_error_that_repeats_the_key_is_shown_without_it() -> None:
    told = b'{"detail": "x-api-key %s of me:%s"}' % (KEY.encode(), KEY.encode())
    refusing = sends(head(500, JSON, b"content-length: %d" % len(told)), told)
    with hostile_server(refusing) as server, pytest.raises(StoreUnreadable, match="•••") as raised:
        open_store(server.url.replace("://", f"://me:{KEY}@"))
    assert KEY not in str(raised.value)


def test_no_other_server_is_asked_wherever_an_answer_leads() -> None:
    with hostile_server(honest) as elsewhere:
        for what, behave in list(redirects(elsewhere.url))[::5]:
            assert trouble(behave, look, BOUNDS) == "", what
        location = b"location: %s/threads/a/runs/b/stream" % elsewhere.url.encode()
        foreign = head(200, b"content-type: text/event-stream", location)
        assert trouble(at("stream", sends(foreign + b"data: 1\n\n", RESET)), run, BOUNDS) == ""
        assert elsewhere.requests == []


IDS = ["../../admin", "..", ".", "a\\b", "a\r\nX: y", "%2e%2e%2fadmin", f"{THREAD}/../x"]
"""What is put into the path of the next question, where it is another path to whoever decodes it."""


@pytest.mark.parametrize("one", IDS)
def test_an_id_that_leads_to_another_path_is_asked_about_in_no_question(one: str) -> None:
    def told(request: Request) -> Answer:
        return iter([ok(json.dumps(truth(request)).replace(THREAD, json.dumps(one)[1:-1]).encode())])

    with bounded(PATIENT), hostile_server(told) as server, open_store(server.url) as store:
        assert store.threads().threads == ()
        assert {each.path for each in server.requests} == {"/threads/search"}


@pytest.mark.parametrize("one", IDS)
def test_no_run_is_asked_for_by_an_id_that_leads_to_another_path(one: str) -> None:
    def told(request: Request) -> Answer:
        return iter([ok(json.dumps(truth(request)).replace(ASSISTANT, json.dumps(one)[1:-1]).encode())])

    with bounded(PATIENT), hostile_server(told) as server:
        runs = ServerRuns(server.url)
        with pytest.raises(GraphLoadError, match=r"is not asked about the id .* leads to another place"):
            runs.describe(runs.graphs[0])
        assert {each.path for each in server.requests} == {"/assistants/search"}
        runs.close()


def test_an_address_with_a_path_of_its_own_is_asked_as_it_is() -> None:
    own = "/a%2Fb/..c"
    below = hostile_server(lambda request: honest(replace(request, path=request.path.removeprefix(own))))
    with bounded(PATIENT), below as server, open_store(f"{server.url}{own}/") as store:
        store.skeleton(THREAD)
        assert server.requests[-1].path == f"{own}/threads/{THREAD}/history"


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"])
def test_no_proxy_of_the_environment_comes_between(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with hostile_server(honest) as proxy, hostile_server(honest) as server:
        monkeypatch.setenv(name, proxy.url)
        open_store(server.url).close()
        assert (len(server.requests), proxy.requests) == (1, [])


def test_no_password_of_a_netrc_file_is_sent_and_no_cookie(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with hostile_server(lambda _: iter([ok(b"[]", b"set-cookie: a=b; path=/")])) as server:
        with open_store(server.url) as store:
            store.threads()
        assert len(server.requests) == 2
        assert not any({"authorization", "cookie"} & each.headers.keys() for each in server.requests)
        assert {each.headers["accept-encoding"] for each in server.requests} == {"identity"}


def test_where_no_safe_connection_can_be_made_that_is_said() -> None:
    with hostile_server(honest) as server, pytest.raises(StoreUnreadable, match=r"No safe connection.*write http://"):
        open_store(server.url.replace("http", "https"))


@pytest.mark.parametrize("name", ["search", "history", "assistants"])
def test_lists_that_never_end_are_left(name: str) -> None:
    for what, behave in endless_pages(name):
        with hostile_server(at(name, behave)) as server, contextlib.suppress(StoreError):
            if name == "assistants":
                assert len(ServerRuns(server.url).graphs) <= 1_000, what
            else:
                with open_store(server.url) as store:
                    store.threads()
                    store.skeleton(THREAD)
        assert len(server.requests) <= 2 * BOUNDS.answers + 5, what


@pytest.mark.parametrize(("what", "behave"), list(large_streams()), ids=[what for what, _ in large_streams()])
def test_a_run_ends_when_an_event_of_its_stream_is_too_large(what: str, behave: Behaviour) -> None:
    with bounded(PATIENT), hostile_server(at("stream", behave)) as server:
        runs = ServerRuns(server.url)
        state = runs.start(Job("chat", server.url, THREAD, Input({"topic": "a"}))).wait(20)
        runs.close()
    assert state.failure is not None
    assert "sends too much at once" in state.failure.message, what


def test_a_run_that_the_server_never_ends_is_hung_up_when_it_is_killed() -> None:
    with hostile_server(at("stream", on_and_on(head(200, b"content-type: text/event-stream"), b":", 0.05))) as server:
        runs = ServerRuns(server.url)
        started = runs.start(Job("chat", server.url, THREAD, Input({"topic": "a"})))
        while not server.asked("stream"):
            time.sleep(0.01)
        started.kill()
        until = time.monotonic() + 5
        while any(each.name == f"run {started.id}" for each in threading.enumerate()):
            assert time.monotonic() < until
            time.sleep(0.02)
        runs.close()


def test_a_long_history_is_read_on_where_the_time_was_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_server_history, "_LARGEST", 3)
    ids = [f"1f1eafe9-{n:04x}-6197-8001-e37a11ccab17" for n in range(15)]
    hangs = {9}

    def slow(request: Request) -> Answer:
        asked = json.loads(request.body)
        if endpoint(request) == "history" and "checkpoint" in asked:
            before = (asked.get("before") or {}).get("configurable", {}).get("checkpoint_id")
            begin = ids.index(before) + 1 if before else 0
            if begin in hangs:
                yield 20
            yield ok(json.dumps([state_of(one, None) for one in ids[begin : begin + asked["limit"]]]).encode())
        else:
            yield from honest(request)

    with hostile_server(slow) as server, open_store(server.url) as store:
        with bounded(Bounds(answer_seconds=1, reading_seconds=20)), pytest.raises(allowance.TookTooLong):
            store.skeleton(THREAD)
        hangs.clear()
        read = server.asked("history")
        with bounded(Bounds(answer_seconds=20, reading_seconds=20)):
            assert list(store.skeleton(THREAD).ids) == ids[::-1]
        assert server.asked("history") - read < len(ids) / 3


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    openssl = shutil.which("openssl") or pytest.skip("no openssl to make a certificate with")
    made = tmp_path / "both.pem"
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    words = [
        "req",
        "-x509",
        "-nodes",
        *kind,
        "-keyout",
        made,
        "-out",
        tmp_path / "cert",
        "-subj",
        "/CN=x",
    ]
    subprocess.run([openssl, *words], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert", made)
    heard = []

    def serve() -> None:
        caller, _ = listening.accept()
        with caller, contextlib.suppress(OSError), context.wrap_socket(caller, server_side=True) as safe:
            heard.append(safe.recv(1000))

    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = threading.Thread(target=serve)
        serving.start()
        with pytest.raises(StoreUnreadable, match="its certificate is not trusted"):
            open_store(f"https://127.0.0.1:{listening.getsockname()[1]}")
        serving.join()
    assert heard in ([], [b""])
