"""A LangGraph server over TLS: an honest one is read as without, and a hostile one gets no more than its share."""

import contextlib
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from tests.support.hostile.servers.scripted import THREAD, HostileServer, at, head, honest
from tests.support.hostile.servers.trial import Bounds, bounded, look, run
from tests.support.hostile.servers.wire import JSON, MIB, on_and_on, sends
from ui.timetravel.errors import StoreUnreadable
from ui.timetravel.stores import open_store

QUICK = Bounds(answer_seconds=1.5, reading_seconds=3)
PATIENT = Bounds(answer_seconds=20, reading_seconds=40, answer_bytes=8 << 20, answer_values=1_000_000)


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A server's side, with a certificate for 127.0.0.1 whose file is "trusted.pem"."""
    openssl = shutil.which("openssl") or pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", folder / "key.pem", "-out", folder / "trusted.pem"]
    subprocess.run(
        [openssl, "req", "-x509", "-nodes", *kind, *files, "-subj", "/CN=x"], check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "trusted.pem", folder / "key.pem")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(folder / "trusted.pem"))
        yield context


class OverTls(HostileServer):
    """One that answers over TLS, and ends each connection without a word of TLS."""

    context: ssl.SSLContext

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def _answer(self, caller: socket.socket) -> None:
        with contextlib.suppress(OSError):
            super()._answer(self.context.wrap_socket(caller, server_side=True))


@pytest.fixture
def served(trusted: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> Iterator[OverTls]:
    monkeypatch.setattr(OverTls, "context", trusted, raising=False)
    server = OverTls(honest)
    yield server
    server.close()


def test_an_honest_server_is_read_and_run_as_without(served: OverTls) -> None:
    with bounded(PATIENT):
        look(served)
        run(served)
    assert {each.headers["host"] for each in served.requests} == {f"127.0.0.1:{served.port}"}


def test_an_answer_of_megabytes_comes_whole(served: OverTls) -> None:
    long = b'[{"checkpoint": {"checkpoint_id": "x"}, "values": "%s"}]' % (b"y" * (3 << 20))
    served.behave = at("history", sends(head(200, JSON, b"content-length: %d" % len(long)), long))
    with bounded(PATIENT), open_store(served.url) as store:
        assert list(store.skeleton(THREAD).ids) == ["x"]


def test_an_answer_without_end_is_left(served: OverTls) -> None:
    served.behave = on_and_on(head(200, JSON), MIB)
    with bounded(QUICK), pytest.raises(StoreUnreadable, match=r"too (much at|long)"):
        open_store(served.url)


def flooding(record: bytes, wait: float = 0.0) -> Callable[[socket.socket], None]:
    def answer(caller: socket.socket) -> None:
        with caller, contextlib.suppress(OSError):
            caller.recv(9_999)
            while True:
                caller.sendall(record)
                time.sleep(wait)

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        flooding(b"\x16\x03\x03\x40\x00" + bytes(16_384)),
        flooding(b"\x16\x03\x03\x40\x00" + bytes(16_384), 0.05),
        flooding(b"\x16", 0.05),
    ],
    ids=["fast", "slowly", "byte by byte"],
)
def test_a_handshake_without_end_is_left(answer: Callable[[socket.socket], None]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=lambda: answer(listening.accept()[0]), daemon=True).start()
        began = time.monotonic()
        with bounded(QUICK), pytest.raises(StoreUnreadable):
            open_store(f"https://127.0.0.1:{listening.getsockname()[1]}")
        assert time.monotonic() - began < 10
