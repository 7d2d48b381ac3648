"""A model named by TIMETRAVEL_MODEL, against a local server that speaks OpenAI's chat protocol."""

import importlib
import json
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

ANSWERS = {
    "research": "Three real angles",
    "outline": '```json\n{"title": "Tides", "sections": ["moon", "sun"]}\n```',
    "draft": "A draft from over there",
    "finalize": "A text from over there",
}


class StandIn(ThreadingHTTPServer):
    """Answers /v1/chat/completions, whole or streamed; keeps the requests, and refuses when `refuses` is set."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests = []
        self.refuses = False


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, self.headers["Authorization"], body))
        if self.server.refuses:
            self.reply(401, "application/json", json.dumps({"error": {"message": "no such key"}}))
            return
        step = body["messages"][-1]["content"].splitlines()[0].removeprefix("Step: ")
        if body.get("stream"):
            self.reply(200, "text/event-stream", self.events(ANSWERS[step]))
        else:
            message = {"role": "assistant", "content": ANSWERS[step]}
            self.reply(200, "application/json", self.completion("chat.completion", message=message))

    def events(self, answer):
        deltas = [{"role": "assistant", "content": ""}] + [{"content": letter} for letter in answer] + [{}]
        chunks = [self.completion("chat.completion.chunk", delta=delta) for delta in deltas]
        return "".join(f"data: {chunk}\n\n" for chunk in [*chunks, "[DONE]"])

    def completion(self, kind, **choice):
        reason = None if choice.get("delta") else "stop"
        choices = [{"index": 0, "finish_reason": reason, **choice}]
        return json.dumps({"id": "c", "object": kind, "created": 0, "model": "stand-in", "choices": choices})

    def reply(self, status, kind, text):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_args):
        pass


@pytest.fixture
def server(monkeypatch):
    server = StandIn()
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    monkeypatch.setenv("TIMETRAVEL_MODEL", "openai:stand-in")
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{server.server_port}/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "not-a-key")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def pipeline():
    return importlib.import_module("content_pipeline").graph


@pytest.fixture
def elsewhere(monkeypatch):
    """Every address other than this machine's that anything tried to reach; nothing gets through."""
    tried = []
    connect, resolve = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1"):
            tried.append(address)
            raise OSError("the test lets nothing out")
        return connect(self, address)

    def guarded_resolve(host, *args, **kwargs):
        if host not in ("127.0.0.1", "localhost", None):
            tried.append(host)
            raise OSError("the test lets nothing out")
        return resolve(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_resolve)
    return tried


def test_the_pipeline_takes_its_text_from_the_named_model(server, pipeline):
    result = pipeline.invoke({"topic": "Tides"})
    assert (result["research"], result["final"]) == ("Three real angles", "A text from over there")
    assert [(path, key) for path, key, _ in server.requests] == [("/v1/chat/completions", "Bearer not-a-key")] * 4
    assert {body["model"] for *_, body in server.requests} == {"stand-in"}


def test_an_outline_in_a_code_fence_is_understood(server, pipeline):
    assert pipeline.invoke({"topic": "Tides"})["outline"] == {"title": "Tides", "sections": ["moon", "sun"]}


def test_the_outline_and_the_draft_go_into_the_next_prompts(server, pipeline):
    pipeline.invoke({"topic": "Tides"})
    prompts = [body["messages"][-1]["content"] for *_, body in server.requests]
    assert prompts[1].endswith("Material:\nThree real angles")
    assert prompts[2].endswith('Material:\n{"title": "Tides", "sections": ["moon", "sun"]}')
    assert prompts[3].endswith("Material:\nA draft from over there")


def test_its_tokens_stream(server, pipeline):
    tokens = [
        message.text
        for message, metadata in pipeline.stream({"topic": "Tides"}, stream_mode="messages")
        if metadata["langgraph_node"] == "draft" and message.text
    ]
    assert tokens == list("A draft from over there")
    assert all(body["stream"] for *_, body in server.requests)


def test_nothing_goes_anywhere_but_to_the_named_server(server, pipeline, elsewhere):
    list(pipeline.stream({"topic": "Tides"}, stream_mode="messages"))
    assert (len(server.requests), elsewhere) == (4, [])


def test_the_scripted_model_goes_nowhere_at_all(server, pipeline, elsewhere, monkeypatch):
    monkeypatch.delenv("TIMETRAVEL_MODEL")
    list(pipeline.stream({"topic": "Tides"}, stream_mode="messages"))
    assert (server.requests, elsewhere) == ([], [])


def test_a_refusal_by_the_server_fails_the_step_with_its_words(server, pipeline):
    server.refuses = True
    with pytest.raises(Exception, match="no such key"):
        pipeline.invoke({"topic": "Tides"})


def test_a_missing_package_of_the_provider_is_named(pipeline, monkeypatch):
    monkeypatch.setenv("TIMETRAVEL_MODEL", "groq:some-model")
    monkeypatch.setitem(sys.modules, "langchain_groq", None)
    with pytest.raises(ImportError, match=r"pip install .*langchain-groq"):
        pipeline.invoke({"topic": "Tides"})
