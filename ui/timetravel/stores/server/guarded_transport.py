"""The only way by which requests reach a server: directly to the named address, and within their allowance.

Built on httpcore 1.0, whose streams can be watched. httpx 0.28 has no deadline for a whole answer, and its decoders
expand compressed data without any bound (`_decoders.py`).
"""

import contextlib
import ssl
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore
import httpx

from ui.timetravel.errors import StoreUnreadable
from ui.timetravel.model.targets import redacted
from ui.timetravel.stores.server import allowance
from ui.timetravel.stores.server.allowance import AnswerTooLarge, current
from ui.timetravel.stores.server.asked_path import astray
from ui.timetravel.stores.server.tls_stream import TlsStream

_SLICE = 0.5
"""Seconds after which a stream that is no longer wanted is closed, even if the server sends nothing."""
_PIECE = 64 << 10
_SHOWN = 200
_ENDS = (b"\n\n", b"\r\n\r\n", b"\r\r")
_Option = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class GuardedTransport(httpx.BaseTransport):
    """Sends requests to one origin only.

    No redirect is followed, since the API key would be sent to wherever it leads. No proxy from the environment is
    used, as in langgraph_sdk 0.4.14 (`_sync/client.py`): a proxy could read the key sent to an http address.
    Certificates are checked against those of certifi, or those that SSL_CERT_FILE or SSL_CERT_DIR name. Compression is
    not requested, and a compressed answer is refused.
    """

    def __init__(self, url: str, title: str) -> None:
        base = httpx.URL(url)
        self._origin = _origin(base)
        self._base = base.raw_path.partition(b"?")[0].rstrip(b"/")
        self._title = title
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context() if self._origin[0] == "https" else None,
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=5.0,
            network_backend=_Network(),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request.

        Raises StoreUnreadable for what is refused or over its allowance, and httpx's errors for the rest.
        """
        if _origin(request.url) != self._origin:
            raise self._leads_elsewhere(str(request.url))
        if id_ := astray(request.url.raw_path, self._base):
            raise StoreUnreadable(
                f"The server at {self._title} is not asked about the id {printable(repr(id_))}: in an address, that "
                "leads to another place. No LangGraph server gives such ids."
            )
        request.headers["accept-encoding"] = "identity"
        question = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _as_httpx():
            answer = self._pool.handle_request(question)
        try:
            self._see_that_it_is_one(request, answer)
        except BaseException:
            answer.close()
            raise
        stream: Any = answer.stream
        is_events = _header(answer, b"content-type").lower().startswith("text/event-stream")
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Events(stream, self._title) if is_events else _Body(stream, self._title),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        """Close all connections to the server."""
        self._pool.close()

    def _see_that_it_is_one(self, request: httpx.Request, answer: httpcore.Response) -> None:
        """Raise StoreUnreadable for a redirect or a compressed answer."""
        location = _header(answer, b"location")
        if 300 <= answer.status < 400 and location:
            raise self._leads_elsewhere(location)
        if location:  # the header by which langgraph_sdk resumes a stream
            try:
                there = request.url.join(location)
            except (httpx.InvalidURL, ValueError):
                raise self._leads_elsewhere(location) from None
            if _origin(there) != self._origin:
                raise self._leads_elsewhere(location)
        if (coding := _header(answer, b"content-encoding").lower()) not in ("", "identity"):
            raise StoreUnreadable(
                f"The server at {self._title} sends its answer compressed ({printable(coding)}), which was not asked "
                "for and is not unpacked. If a proxy in between does so, have it leave the API alone."
            )

    def _leads_elsewhere(self, location: str) -> StoreUnreadable:
        return StoreUnreadable(
            f"The server at {self._title} leads on to {printable(redacted(location))}. That is not followed, since the "
            "API key would be sent there. If that is the server that you mean, name its address."
        )


class _Network(httpcore.NetworkBackend):
    """A network backend for httpcore that counts what comes in."""

    def __init__(self) -> None:
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[_Option] | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(self._plain.connect_tcp(host, port, _within(timeout), local_address, socket_options))


class _Stream(httpcore.NetworkStream):
    """A connection whose reads are limited to the time and bytes left in the request's allowance."""

    def __init__(self, plain: httpcore.NetworkStream) -> None:
        self._plain = plain

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        found = self._read(max_bytes, timeout)
        if allowed := current():
            allowed.take_bytes(len(found))
        return found

    def _read(self, max_bytes: int, timeout: float | None) -> bytes:
        """Read, waiting in short slices where a person may hang up meanwhile."""
        allowed = current()
        waited = 0.0
        while True:
            left = _within(timeout)
            patience = _SLICE if allowed and allowed.hung_up and (left is None or left > _SLICE) else left
            try:
                return self._plain.read(max_bytes, patience)
            except httpcore.ReadTimeout:
                waited += patience or 0.0
                _within(timeout)
                if timeout is not None and waited >= timeout:
                    raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for at in range(0, len(buffer), _PIECE):
            self._plain.write(buffer[at : at + _PIECE], _within(timeout))

    def close(self) -> None:
        self._plain.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        encrypted = TlsStream(self, ssl_context, server_hostname)
        try:
            encrypted.shake_hands(timeout)
        except BaseException:
            self.close()
            raise
        return encrypted

    def get_extra_info(self, info: str) -> Any:
        return self._plain.get_extra_info(info)


class _Body(httpx.SyncByteStream):
    """The body of an answer, joined into pieces of some size, however small the pieces are that come in."""

    def __init__(self, stream: Any, title: str) -> None:
        self._stream = stream
        self._title = title

    def __iter__(self) -> Iterator[bytes]:
        values, held = 0, bytearray()
        with _as_httpx():
            for piece in self._stream:
                values += _values(piece)
                if values > allowance.ANSWER_VALUES:
                    raise AnswerTooLarge(self._title)
                held += piece
                if len(held) >= _PIECE:
                    yield bytes(held)
                    held.clear()
        yield bytes(held)

    def close(self) -> None:
        self._stream.close()


class _Events(httpx.SyncByteStream):
    """A stream of events, which need not end: each event is bounded as an answer is."""

    def __init__(self, stream: Any, title: str) -> None:
        self._stream = stream
        self._title = title

    def __iter__(self) -> Iterator[bytes]:
        size = values = 0
        tail = b""
        with _as_httpx():
            for piece in self._stream:
                at = _last_end(tail + piece) - len(tail)
                rest = piece[max(at, 0) :]
                if at >= 0:
                    size = values = 0
                size, values = size + len(rest), values + _values(rest)
                if size > allowance.ANSWER_BYTES or values > allowance.ANSWER_VALUES:
                    raise AnswerTooLarge(self._title)
                tail = (tail + piece)[-3:]
                yield piece

    def close(self) -> None:
        self._stream.close()


def _within(timeout: float | None) -> float | None:
    """The timeout, or the request's remaining time if that is shorter."""
    allowed = current()
    left = allowed.seconds_left() if allowed else None
    return timeout if left is None else left if timeout is None else min(timeout, left)


def _last_end(data: bytes) -> int:
    """Where the last complete event in the data ends; -1 where none does."""
    return max(found + len(end) if (found := data.rfind(end)) >= 0 else -1 for end in _ENDS)


def _values(piece: bytes) -> int:
    return piece.count(b",") + piece.count(b"[") + piece.count(b"{")


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}.get(url.scheme)


def _header(answer: httpcore.Response, name: bytes) -> str:
    found = next((value for key, value in answer.headers if key.lower() == name), b"")
    return found.decode("latin-1").strip()


def printable(text: str, longest: int = _SHOWN) -> str:
    """A server's text for use in a sentence of ours: without unprintable characters, and shortened."""
    plain = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return plain if len(plain) <= longest else plain[:longest] + "…"


@contextlib.contextmanager
def _as_httpx() -> Iterator[None]:
    """Turn httpcore's errors into those of httpx with the same names, which langgraph_sdk expects."""
    try:
        yield
    except tuple(_ERRORS) as error:
        kind = next(_ERRORS[each] for each in type(error).__mro__ if each in _ERRORS)
        raise kind(str(error)) from error


_ERRORS: dict[type[Exception], type[httpx.TransportError]] = {
    httpcore.TimeoutException: httpx.TimeoutException,
    httpcore.ConnectTimeout: httpx.ConnectTimeout,
    httpcore.ReadTimeout: httpx.ReadTimeout,
    httpcore.WriteTimeout: httpx.WriteTimeout,
    httpcore.PoolTimeout: httpx.PoolTimeout,
    httpcore.NetworkError: httpx.NetworkError,
    httpcore.ConnectError: httpx.ConnectError,
    httpcore.ReadError: httpx.ReadError,
    httpcore.WriteError: httpx.WriteError,
    httpcore.ProxyError: httpx.ProxyError,
    httpcore.UnsupportedProtocol: httpx.UnsupportedProtocol,
    httpcore.ProtocolError: httpx.ProtocolError,
    httpcore.LocalProtocolError: httpx.LocalProtocolError,
    httpcore.RemoteProtocolError: httpx.RemoteProtocolError,
}
