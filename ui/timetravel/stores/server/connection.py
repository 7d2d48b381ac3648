"""One LangGraph server's address and every request to it, with an API key, a deadline, and errors in plain
sentences.
"""

import os
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from http.cookiejar import CookieJar, DefaultCookiePolicy
from json import JSONDecodeError
from typing import TypeVar
from urllib.parse import unquote, urlsplit
from uuid import UUID

import httpx
from langgraph_sdk.client import SyncLangGraphClient

from ui.timetravel.errors import CheckpointNotFound, NotAStore, StoreError, StoreNotFound, StoreUnreadable
from ui.timetravel.ground.redaction.redact import know, masked
from ui.timetravel.model.targets import redacted
from ui.timetravel.stores.server import allowance
from ui.timetravel.stores.server.allowance import Allowance, allowed, current
from ui.timetravel.stores.server.guarded_transport import GuardedTransport, printable

T = TypeVar("T")

_KEYS = ("LANGGRAPH_API_KEY", "LANGSMITH_API_KEY", "LANGCHAIN_API_KEY")
_CONNECT, _READ, _SILENCE = 5.0, 20.0, 300.0
_SHOWN = 300
_LOOKED_AT = 4_000
_NO_ADDRESS = "This is no address of a server. Write it like http://127.0.0.1:2024."


class _Broken(StoreUnreadable):
    """The connection was lost, or the answer was not HTTP."""


class ServerConnection:
    """A LangGraph server, reached over HTTP. Safe to use from several threads.

    The API key comes from the environment, from the variables that langgraph_sdk 0.4.14 reads and in its order
    (`_shared/utilities.py`); a user and password in the address are sent as basic authentication. Neither is ever part
    of `name`, `title` or an error.
    """

    def __init__(self, url: str) -> None:
        """Parse the address; no request is made yet. Raises StoreNotFound when it is not an address."""
        host, port, auth = _parts(url)
        self.name = redacted(url).rstrip("/")
        self.title = f"{host}:{port}" if port else host
        know(_api_key(), *(auth or ())[1:])
        self._spoke = False
        headers = {"x-api-key": key} if (key := _api_key()) else {}
        try:
            transport = GuardedTransport(self.name, self.title)
            self._client, self._streams = (
                SyncLangGraphClient(
                    httpx.Client(
                        base_url=self.name,
                        headers=headers,
                        auth=auth,
                        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
                        follow_redirects=False,
                        transport=transport,
                        timeout=httpx.Timeout(read, connect=_CONNECT),
                    )
                )
                for read in (_READ, _SILENCE)
            )
        except (httpx.InvalidURL, ValueError):
            raise StoreNotFound(_NO_ADDRESS) from None

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Have all requests inside the `with` block share one allowance of time and answers: see `allowance`.

        A block inside another one changes nothing. Threads that take part must run in a copy of the context.
        """
        with nullcontext() if current() else allowed(self._allowance_of_a_reading()):
            yield

    def read(self, question: Callable[[SyncLangGraphClient], T]) -> T:
        """The answer to a request that changes nothing. It is made a second time if the server had dropped an idle
        connection.

        Raises StoreNotFound, NotAStore, StoreUnreadable, CheckpointNotFound for what the server does not have, and
        whatever `question` itself raises.
        """

        def twice(client: SyncLangGraphClient) -> T:
            try:
                return question(client)
            except (httpx.ReadError, httpx.RemoteProtocolError):
                return question(client)

        return self.write(twice)

    def write(self, order: Callable[[SyncLangGraphClient], T]) -> T:
        """The answer to a request that changes something on the server. It is made only once. Raises as `read` does."""
        return self._answer(order, self._client, self._allowance_of_an_answer(allowance.ANSWER_SECONDS))

    def wait_for(self, question: Callable[[SyncLangGraphClient], T]) -> T:
        """As `write`, with a timeout of two minutes, for requests for which the server may have to load a graph."""
        return self._answer(question, self._streams, self._allowance_of_an_answer(allowance.LOADING_SECONDS))

    def stream(self, order: Callable[[SyncLangGraphClient], T], hung_up: threading.Event) -> T:
        """As `write`, for a stream of events, which may last for ever: it times out only after five minutes of silence.

        Once `hung_up` is set it ends within a second, with StoreUnreadable.
        """
        return self._answer(order, self._streams, Allowance(self.title, None, hung_up=hung_up))

    def check(self) -> None:
        """Check that a LangGraph server answers and lets us read. Raises as `read` does."""
        try:
            found = self.read(lambda client: client.threads.search(limit=1, select=["thread_id"]))
        except _Broken:
            # It failed twice in a row, before any answer: so the cause is not an idle connection that was dropped.
            raise NotAStore(
                f"What listens at {self.name} does not answer as a web server does. Check host and port; for a"
                " PostgreSQL database write postgresql://user@host:port/database."
            ) from None
        if not isinstance(found, list):
            raise self._no_server()

    def as_store_error(self, error: Exception) -> Exception:
        """The error as a StoreError with a sentence for a person, where the server or the connection is the cause.

        Any other error is returned as it is: a bug of ours must not be blamed on the server.
        """
        if isinstance(error, httpx.HTTPStatusError):
            return self._status(error.response.status_code, getattr(error, "body", None))
        if isinstance(error, httpx.ConnectError) and (distrust := _distrust(error)):
            return StoreUnreadable(
                f"No safe connection to {self.title} can be made: {distrust}. For a server without TLS write http://,"
                " for a certificate of your own name its authority's file in SSL_CERT_FILE."
            )
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return StoreNotFound(f"No server answers at {self.name}. Start it, or check the address.")
        if isinstance(error, httpx.TimeoutException):
            return StoreUnreadable(f"The server at {self.title} took too long to answer. Try again later.")
        if isinstance(error, httpx.HTTPError):
            return _Broken(f"The connection to {self.title} broke ({type(error).__name__}). Try again.")
        if isinstance(error, RuntimeError) and "closed" in str(error):  # httpx 0.28: "the client has been closed"
            return StoreUnreadable(f"The connection to {self.title} is closed. Load the page again.")
        if isinstance(error, httpx.InvalidURL | UnicodeError):  # the host's name can't be looked up
            return StoreNotFound(_NO_ADDRESS)
        return self._no_data() if isinstance(error, JSONDecodeError | RecursionError) else error

    def close(self) -> None:
        """Close the connections. May be called more than once."""
        self._client.close()
        self._streams.close()

    def _answer(self, question: Callable[[SyncLangGraphClient], T], client: SyncLangGraphClient, of: Allowance) -> T:
        with allowed(of):
            try:
                answer = question(client)
            except Exception as error:
                raise self.as_store_error(error) from None
        self._spoke = True
        return answer

    def _allowance_of_an_answer(self, seconds: float) -> Allowance:
        """An allowance for one answer, within that of the whole read if there is one."""
        above = current()
        if above is not None and above.hung_up is not None:  # a request beside the stream, not part of it
            above = None
        one = Allowance(self.title, seconds, bytes_=allowance.ANSWER_BYTES, above=above)
        one.take_answer()
        return one

    def _allowance_of_a_reading(self) -> Allowance:
        return Allowance(self.title, allowance.READING_SECONDS, answers=allowance.ANSWERS)

    def _status(self, status: int, body: object) -> StoreError:
        detail = self._detail(body)
        if status in (401, 403):
            return StoreUnreadable(
                f"The server at {self.title} does not let us in (status {status}). Set the environment variable "
                "LANGGRAPH_API_KEY to a key of that server."
            )
        if status == 404 and detail.startswith(("Thread", "Checkpoint", "Assistant", "Run", "No ")):
            return CheckpointNotFound(f"The server at {self.title} answers: {detail}.")
        if status in (404, 405) or status < 400 or (_is_foreign(status) and not _has_detail(body)):
            return self._no_server()
        if status == 409:
            return StoreUnreadable(
                "A run is on in this thread, and a server does one at a time. Wait for its end, or stop it."
            )
        said_so = f": {detail}" if detail else " and gives no reason; its own log has it"
        return StoreUnreadable(f"The server at {self.title} refuses (status {status}){said_so}.")

    def _detail(self, body: object) -> str:
        """The server's own message about an error, in one line of bounded length; empty when there is none."""
        detail = body.get("detail") if isinstance(body, dict) else None
        line = detail[:_LOOKED_AT].strip().partition("\n")[0] if isinstance(detail, str) else ""
        return printable(masked(line), _SHOWN).rstrip(".")

    def _no_data(self) -> StoreError:
        if not self._spoke:
            return self._no_server()
        return StoreUnreadable(
            f"The server at {self.title} answers with what is no JSON. A proxy in between may have a message, such as"
            " that a login has run out: open the address in a browser."
        )

    def _no_server(self) -> NotAStore:
        return NotAStore(
            f"What answers at {self.name} is no LangGraph server. Name the address that `langgraph dev` or your "
            "deployment shows, such as http://127.0.0.1:2024."
        )


def is_thread_id(text: str) -> bool:
    """Whether a server accepts this as a thread's id: only UUIDs (langgraph-api 0.16.7, api/threads.py)."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _parts(url: str) -> tuple[str, int | None, tuple[str, str] | None]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not host:
        raise StoreNotFound(_NO_ADDRESS)
    auth = (unquote(parts.username or ""), unquote(parts.password or "")) if parts.username or parts.password else None
    return host, port, auth


def _api_key() -> str:
    found = next((value for name in _KEYS if (value := os.environ.get(name))), "")
    return found.strip().strip("\"'")


def _is_foreign(status: int) -> bool:
    """Whether the status may come from a web server that is not LangGraph's. 408, 413 and 429 may come from a proxy."""
    return (400 <= status < 500 and status not in (408, 413, 429)) or status == 501


def _has_detail(body: object) -> bool:
    """Whether the answer has the shape of a LangGraph server's errors (langgraph-api 0.16.7, errors.py)."""
    return isinstance(body, dict) and "detail" in body


def _distrust(error: BaseException | None) -> str:
    """Why TLS failed; empty where the error is another one."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted ({error.verify_message})"
        if isinstance(error, ssl.SSLError):
            return f"what answers there does not speak TLS as it should ({error.reason or 'it breaks off'})"
        error = error.__cause__ or error.__context__
    return ""
