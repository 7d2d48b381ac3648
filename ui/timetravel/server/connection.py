"""One LangGraph server's address, and every question to it: with a key, a deadline, and errors in plain sentences."""

import os
from collections.abc import Callable
from json import JSONDecodeError
from typing import TypeVar
from urllib.parse import unquote, urlsplit
from uuid import UUID

import httpx
from langgraph_sdk.client import SyncLangGraphClient

from ui.timetravel.errors import CheckpointNotFound, NotAStore, StoreError, StoreNotFound, StoreUnreadable
from ui.timetravel.targets import said

T = TypeVar("T")

_KEYS = ("LANGGRAPH_API_KEY", "LANGSMITH_API_KEY", "LANGCHAIN_API_KEY")
_CONNECT, _READ, _SILENCE = 5.0, 20.0, 300.0
_SHOWN = 300
_NO_ADDRESS = "This is no address of a server. Write it like http://127.0.0.1:2024."


class _Broken(StoreUnreadable):
    """The connection ended, or what came over it was no HTTP."""


class Connection:
    """A LangGraph server, asked over HTTP. Safe for threads.

    The API key comes from the environment, under the names that langgraph_sdk 0.4.14 looks for and in its order
    (`_shared/utilities.py`); a user and password in the address are sent as basic authentication. Neither is ever part
    of `name`, `title` or an error.
    """

    def __init__(self, url: str) -> None:
        """Take the address apart; nothing is asked yet. Raises StoreNotFound when it is no address."""
        host, port, auth = _parts(url)
        self.name = said(url).rstrip("/")
        self.title = f"{host}:{port}" if port else host
        headers = {"x-api-key": key} if (key := _api_key()) else {}
        try:
            self._client, self._streams = (
                SyncLangGraphClient(
                    httpx.Client(
                        base_url=self.name,
                        headers=headers,
                        auth=auth,
                        # As in langgraph_sdk: a transport of its own, so that no proxy comes between. No retries: they
                        # would take 8 seconds where nobody listens.
                        transport=httpx.HTTPTransport(),
                        timeout=httpx.Timeout(read, connect=_CONNECT),
                    )
                )
                for read in (_READ, _SILENCE)
            )
        except (httpx.InvalidURL, ValueError):
            raise StoreNotFound(_NO_ADDRESS) from None

    def ask(self, question: Callable[[SyncLangGraphClient], T]) -> T:
        """The answer to one question, which may be asked twice: a server drops idle connections without a word.

        Raises StoreNotFound, NotAStore, StoreUnreadable, CheckpointNotFound for what the server does not know, and
        whatever `question` itself raises.
        """
        try:
            return question(self._client)
        except (httpx.ReadError, httpx.RemoteProtocolError):
            return self.tell(question)
        except Exception as error:
            raise self.explain(error) from None

    def tell(self, order: Callable[[SyncLangGraphClient], T]) -> T:
        """The answer to what changes something on the server: asked once only. Raises as `ask` does."""
        try:
            return order(self._client)
        except Exception as error:
            raise self.explain(error) from None

    def listen(self, order: Callable[[SyncLangGraphClient], T]) -> T:
        """As `tell`, for answers that take their time: only silence of five minutes is too long."""
        try:
            return order(self._streams)
        except Exception as error:
            raise self.explain(error) from None

    def check(self) -> None:
        """See that a LangGraph server answers and lets us read. Raises as `ask` does."""
        try:
            found = self.ask(lambda client: client.threads.search(limit=1, select=["thread_id"]))
        except _Broken:
            # Twice in a row, and before anything was ever answered: not a connection that was dropped.
            raise NotAStore(
                f"What listens at {self.name} does not answer as a web server does. Check host and port; for a"
                " PostgreSQL database write postgresql://user@host:port/database."
            ) from None
        if not isinstance(found, list):
            raise self._no_server()

    def explain(self, error: Exception) -> Exception:
        """The error as a StoreError with a sentence for a person, where the server or the way to it is the reason.

        Any other stays what it is: a fault of ours is none of the server's.
        """
        if isinstance(error, httpx.HTTPStatusError):
            return self._status(error.response)
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return StoreNotFound(f"No server answers at {self.name}. Start it, or check the address.")
        if isinstance(error, httpx.TimeoutException):
            return StoreUnreadable(f"The server at {self.title} took too long to answer. Try again later.")
        if isinstance(error, httpx.HTTPError):
            return _Broken(f"The connection to {self.title} broke ({type(error).__name__}). Try again.")
        if isinstance(error, RuntimeError) and "closed" in str(error):  # httpx 0.28: "the client has been closed"
            return StoreUnreadable(f"The connection to {self.title} is closed. Load the page again.")
        if isinstance(error, httpx.InvalidURL | UnicodeError):  # a host that no name server could be asked for
            return StoreNotFound(_NO_ADDRESS)
        return self._no_server() if isinstance(error, JSONDecodeError) else error

    def close(self) -> None:
        """Close the connections. Calling it twice is fine."""
        self._client.close()
        self._streams.close()

    def _status(self, response: httpx.Response) -> StoreError:
        status, detail = response.status_code, _detail(response)
        if status in (401, 403):
            return StoreUnreadable(
                f"The server at {self.title} does not let us in (status {status}). Set the environment variable "
                "LANGGRAPH_API_KEY to a key of that server."
            )
        if status == 404 and detail.startswith(("Thread", "Checkpoint", "Assistant", "Run", "No ")):
            return CheckpointNotFound(f"The server at {self.title} answers: {detail}")
        if status in (404, 405) or status < 400 or (_is_foreign(status) and not _has_detail(response)):
            return self._no_server()
        if status == 409:
            return StoreUnreadable(
                "A run is on in this thread, and a server does one at a time. Wait for its end, or stop it."
            )
        said_so = f": {detail}" if detail else " and gives no reason; its own log has it"
        return StoreUnreadable(f"The server at {self.title} refuses (status {status}){said_so}.")

    def _no_server(self) -> NotAStore:
        return NotAStore(
            f"What answers at {self.name} is no LangGraph server. Name the address that `langgraph dev` or your "
            "deployment shows, such as http://127.0.0.1:2024."
        )


def is_thread_id(text: str) -> bool:
    """Whether a server takes this as a thread's id: it wants UUIDs (langgraph-api 0.16.7, api/threads.py)."""
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
    """Whether another web server may say so to a question that it does not know; 408, 413 and 429 are a proxy's."""
    return (400 <= status < 500 and status not in (408, 413, 429)) or status == 501


def _has_detail(response: httpx.Response) -> bool:
    """Whether the answer is shaped as a LangGraph server's errors are (langgraph-api 0.16.7, errors.py)."""
    try:
        answer = response.json()
    except (ValueError, httpx.HTTPError):
        return False
    return isinstance(answer, dict) and "detail" in answer


def _detail(response: httpx.Response) -> str:
    """What the server says of the error, in one line that is not too long; empty when it says nothing."""
    try:
        detail = response.json()["detail"]
    except (ValueError, KeyError, TypeError, httpx.HTTPError):
        return ""
    line = detail.strip().partition("\n")[0] if isinstance(detail, str) else ""
    return (line if len(line) <= _SHOWN else line[:_SHOWN] + "…").rstrip(".")
