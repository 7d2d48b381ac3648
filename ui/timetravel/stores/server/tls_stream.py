"""TLS over a stream that counts: each piece of data passes through that stream before OpenSSL gets it.

Given a socket, OpenSSL keeps reading for as long as the other side sends parts of a handshake or tickets, and meanwhile
nothing checks a timeout or a count of bytes.
"""

import ssl
from collections.abc import Callable
from typing import Any, TypeVar

import httpcore

T = TypeVar("T")

_PIECE = 64 << 10


class TlsStream(httpcore.NetworkStream):
    """The encrypted side of the connection `beneath`."""

    def __init__(self, beneath: httpcore.NetworkStream, context: ssl.SSLContext, host: str | None) -> None:
        self._beneath = beneath
        self._came, self._goes = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._came, self._goes, server_hostname=host)

    def shake_hands(self, timeout: float | None) -> None:
        """Do the TLS handshake and check the certificate. Raises ConnectError, with ssl's own error as its cause."""
        try:
            self._through(self._tls.do_handshake, timeout)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The next decrypted bytes, empty at the end. Raises ReadError, and whatever the stream beneath raises."""
        try:
            return self._through(lambda: self._tls.read(max_bytes), timeout)
        except (
            ssl.SSLZeroReturnError,
            ssl.SSLEOFError,
        ):  # closed without TLS's closing message
            return b""
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Encrypt and send all of it. Raises WriteError, and whatever the stream beneath raises."""
        try:
            for at in range(0, len(buffer), _PIECE):
                self._through(lambda at=at: self._tls.write(buffer[at : at + _PIECE]), timeout)  # type: ignore[misc]
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        """Close the connection, without TLS's closing message."""
        self._beneath.close()

    def get_extra_info(self, info: str) -> Any:
        """The interface that httpcore expects: "ssl_object" is this side's TLS object."""
        return self._tls if info == "ssl_object" else self._beneath.get_extra_info(info)

    def _through(self, step: Callable[[], T], timeout: float | None) -> T:
        """Do a step of TLS, and send and receive whatever it needs."""
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
