"""What a server's answers become, and what is sent with each question: beside `langgraph dev`, which wants no key."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ui.timetravel.errors import NotAStore, StoreError, StoreNotFound, StoreUnreadable
from ui.timetravel.stores import open_store
from ui.timetravel.stores.server.connection import ServerConnection

KEYS = ("LANGGRAPH_API_KEY", "LANGSMITH_API_KEY", "LANGCHAIN_API_KEY")


class Answering(ThreadingHTTPServer):
    """Gives every question the same answer, and keeps the headers of the last one."""

    def __init__(self, status: int, body: str, kind: str = "application/json") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = (status, body, kind)
        self.headers: dict[str, str] = {}

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Answering

    def do_POST(self) -> None:  # http.server calls it by this name
        self.server.headers = {name.lower(): value for name, value in self.headers.items()}
        self.rfile.read(int(self.headers.get("content-length", 0)))
        status, body, kind = self.server.answer
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    do_GET = do_POST  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def answering(status: int, body: str, kind: str = "application/json") -> Iterator[Answering]:
    server = Answering(status, body, kind)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)


def asked(url: Callable[[Answering], str] = lambda server: f"http://{server.address}") -> dict[str, str]:
    """The headers that opening a store sends."""
    with answering(200, "[]") as server:
        open_store(url(server)).close()
        return server.headers


@pytest.mark.parametrize("name", KEYS)
def test_the_key_in_the_environment_is_sent(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, ' "secret" ')
    assert asked()["x-api-key"] == "secret"


def test_the_first_key_of_the_three_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KEYS:
        monkeypatch.setenv(name, name.lower())
    assert asked()["x-api-key"] == "langgraph_api_key"


def test_without_a_key_none_is_sent() -> None:
    assert not {"x-api-key", "authorization"} & asked().keys()


def test_a_user_in_the_address_is_sent_as_basic_authentication_and_never_shown() -> None:
    headers = asked(lambda server: f"http://me:s%C3%A9cret@{server.address}")
    assert headers["authorization"] == "Basic bWU6c8OpY3JldA=="
    with answering(200, "[]") as server, open_store(f"http://me:secret@{server.address}/") as store:
        assert (store.name, store.title) == (f"http://{server.address}", server.address)


@pytest.mark.parametrize(
    ("status", "body", "kind", "error", "says"),
    [
        (401, '{"detail": "secret"}', "application/json", StoreUnreadable, "LANGGRAPH_API_KEY"),
        (403, "no", "text/plain", StoreUnreadable, "does not let us in"),
        (404, '{"detail": "Not Found"}', "application/json", NotAStore, "is no LangGraph server"),
        (200, "<html>hello</html>", "text/html", NotAStore, "is no LangGraph server"),
        (200, '{"an": "object"}', "application/json", NotAStore, "is no LangGraph server"),
        (301, "", "text/plain", NotAStore, "is no LangGraph server"),
        (501, "Unsupported method", "text/html", NotAStore, "such as http://127.0.0.1:2024"),
        (405, "no", "text/plain", NotAStore, "is no LangGraph server"),
        (400, '{"error": "what?"}', "application/json", NotAStore, "is no LangGraph server"),
        (400, '"detail"', "application/json", NotAStore, "is no LangGraph server"),
        (501, '{"detail": "not here"}', "application/json", StoreUnreadable, "501): not here."),
        (429, "too many", "text/plain", StoreUnreadable, "429) and gives no reason"),
        (422, '{"detail": "limit is wrong\\nand more"}', "application/json", StoreUnreadable, "422): limit is wrong."),
        (500, "Internal Server Error", "text/plain", StoreUnreadable, "500) and gives no reason"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_without_the_key(
    monkeypatch: pytest.MonkeyPatch, status: int, body: str, kind: str, error: type[StoreError], says: str
) -> None:
    monkeypatch.setenv("LANGGRAPH_API_KEY", "secret")
    with answering(status, body, kind) as server, pytest.raises(StoreError) as raised:
        open_store(f"http://me:secret@{server.address}")
    assert type(raised.value) is error
    assert says in str(raised.value)
    assert "secret" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None or raised.value.__suppress_context__


@pytest.mark.parametrize("way", ["read", "write", "wait_for", "stream"])
def test_a_fault_of_ours_is_not_laid_on_the_server(way: str) -> None:
    def question(_: object) -> None:
        raise KeyError("a fault of ours")

    with answering(200, "[]") as server:
        connection = ServerConnection(f"http://{server.address}")
        with pytest.raises(KeyError, match="a fault of ours"):
            getattr(connection, way)(question, *([threading.Event()] if way == "stream" else []))
        connection.close()


def test_where_nobody_listens_the_answer_is_quick() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(StoreNotFound, match="No server answers at http://"):
            open_store(f"http://me:secret@127.0.0.1:{taken.getsockname()[1]}")


@pytest.mark.parametrize("url", ["http://", "http://:80", "https://host:port", "http://[::1"])
def test_what_is_no_address_is_said_to_be_none(url: str) -> None:
    with pytest.raises(StoreNotFound, match="no address of a server"):
        open_store(url)


def test_a_server_that_is_silent_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.timetravel.stores.server.allowance.ANSWER_SECONDS", 0.1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(StoreUnreadable, match="took too long to answer"):
            open_store(f"http://127.0.0.1:{silent.getsockname()[1]}")


@pytest.mark.parametrize("said", [b"", b"SSH-2.0-OpenSSH_9.9\r\n"])
def test_what_does_not_speak_http_is_said_to_be_no_web_server(said: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:

        def serve() -> None:
            for _ in range(2):  # a question that gets no answer is asked twice
                caller, _ = other.accept()
                with caller:
                    caller.recv(65_536)
                    caller.sendall(said)

        serving = threading.Thread(target=serve)
        serving.start()
        with pytest.raises(NotAStore, match=r"does not answer as a web server does.*write postgresql://"):
            open_store(f"http://127.0.0.1:{other.getsockname()[1]}")
        serving.join()


def test_after_the_end_nothing_is_asked_any_more() -> None:
    with answering(200, "[]") as server:
        store = open_store(f"http://{server.address}")
        store.close()
        store.close()
        with pytest.raises(StoreUnreadable, match="is closed"):
            store.threads()


def test_a_path_in_the_address_comes_before_every_question() -> None:
    with answering(200, "[]") as server, open_store(f"http://{server.address}/mounted/?key=secret") as store:
        assert store.name == f"http://{server.address}/mounted"


def test_a_question_is_asked_again_where_the_server_had_dropped_the_connection() -> None:
    answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n[]"
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def serve() -> None:
            for _ in range(2):
                caller, _ = listening.accept()
                with caller:
                    caller.recv(65_536)
                    caller.sendall(answer)
                    caller.recv(65_536)  # the next question, or the end: closed without an answer

        serving = threading.Thread(target=serve)
        serving.start()
        connection = ServerConnection(f"http://127.0.0.1:{listening.getsockname()[1]}")
        connection.check()
        connection.check()
        connection.close()
        connection.close()
        serving.join()
