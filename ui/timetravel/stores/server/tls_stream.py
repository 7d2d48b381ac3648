"""TLS over a stream that is watched: each piece that comes is seen by the stream beneath before OpenSSL gets it.

Given a socket, OpenSSL reads on by itself for as long as the other side sends what is no data yet (parts of a
handshake, tickets), and neither a timeout nor a count of bytes is asked meanwhile.
"""

import ssl
from collections.abc import Callable
from typing import Any, TypeVar

import httpcore

T = TypeVar("T")

_PIECE = 64 << 10


class TlsStream(httpcore.NetworkStream):
    """The encrypted side of a connection whose other side is `beneath`."""

    def __init__(self, beneath: httpcore.NetworkStream, context: ssl.SSLContext, host: str | None) -> None:
        self._beneath = beneath
        self._came, self._goes = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._came, self._goes, server_hostname=host)

    def shake_hands(self, timeout: float | None) -> None:
        """Agree on keys, and check the certificate. Raises ConnectError, with ssl's own as its cause."""
        try:
            self._through(self._tls.do_handshake, timeout)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What came next, empty at the end. Raises ReadError, and whatever the stream beneath does."""
        try:
            return self._through(lambda: self._tls.read(max_bytes), timeout)
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):  # as a socket does that was closed without a word
            return b""
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it. Raises WriteError, and whatever the stream beneath does."""
        try:
            for at in range(0, len(buffer), _PIECE):
                self._through(lambda at=at: self._tls.write(buffer[at : at + _PIECE]), timeout)  # type: ignore[misc]
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        """Close the connection, without a word to the other side."""
        self._beneath.close()

    def get_extra_info(self, info: str) -> Any:
        """As httpcore asks for it: "ssl_object" is this side's."""
        return self._tls if info == "ssl_object" else self._beneath.get_extra_info(info)

    def _through(self, step: Callable[[], T], timeout: float | None) -> T:
        """Do a step of TLS, with what has to come and go for it."""
        while True:
            try:
                done = step()
            except ssl.SSLWantReadError:
                self._send(timeout)
                if piece := self._beneath.read(_PIECE, timeout):
                    self._came.write(piece)
                else:
                    self._came.write_eof()
            else:
                self._send(timeout)
                return done

    def _send(self, timeout: float | None) -> None:
        if waiting := self._goes.read():
            self._beneath.write(waiting, timeout)
