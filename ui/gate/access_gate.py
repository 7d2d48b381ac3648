"""The gate: it lets in the app's own pages, with the token of this start, and nothing else. ASGI, around all that is
served.

A server on the loopback can be reached by every page that a browser of this machine shows, and by every user of it. So
three things of each HTTP request and WebSocket handshake are checked before Streamlit sees it: the Host it asks for,
the origin of the page that asks, and the token. Streamlit's own decision by the Origin alone (1.67,
starlette_websocket.py, `_is_origin_allowed`: any port of this machine, no Origin, and for others a request to an
outside address) is replaced by this one, and the Origin is not passed on.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qsl, quote, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.gate.content_policy import content_policy
from ui.gate.entry_tickets import PARAMETER as TICKET
from ui.gate.entry_tickets import Tickets
from ui.gate.streamlit_server import HEALTH

PARAMETER = "token"
"""The query parameter with the token, in the address that is printed."""
VARIABLE = "TIMETRAVEL_TOKEN"
"""The environment variable that sets the token."""
SHORTEST = 16
"""The fewest characters of a token that a person sets."""

ELSEWHERE = "timetravel is not to be reached by this name or port: open the address that it printed at its start."
FOREIGN = "timetravel answers its own pages only: this was asked for by another page, or by a link on one."
LOCKED = (
    "To get in, open the address that timetravel printed at its start: it ends in a token. A browser keeps the token"
    " until it is closed, and timetravel takes another one at each start."
)
_OPEN_HERE = '<p>If you followed a link, and use timetravel in this browser already: <a href="">open this page</a>.</p>'
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
{head}<title>timetravel</title><style>:root {{ color-scheme: light dark }}
body {{ font: 1.1rem/1.5 sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem }}</style>
<h1>timetravel</h1><p>{sentence}</p>{more}</html>"""

_HOST = re.compile(
    r"(?P<name>\[[0-9a-f]*:[0-9a-f:.]+\]|[a-z0-9]([a-z0-9._-]*[a-z0-9])?)(:(?P<port>[0-9]{1,5}))?", re.IGNORECASE
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_TRUSTED_SITES = (None, "none", "same-origin")
"""The values of Sec-Fetch-Site for a request of our own pages, for an address that a person typed, and without a
browser.
"""


class BadToken(ValueError):
    """The token in the environment variable is not acceptable. The text says what is."""


def new_token(wanted: str | None) -> str:
    """The token of this start: `wanted`, from the environment, else one that can't be guessed.

    Raises BadToken if `wanted` is easily guessed or can't be part of an address.
    """
    if wanted is None:
        return secrets.token_urlsafe(32)
    if len(wanted) < SHORTEST or not re.fullmatch(r"[\x21-\x7e]+", wanted):
        raise BadToken(
            f"{VARIABLE} in the environment is no token: at least {SHORTEST} letters, digits or signs are meant,"
            " without spaces. Unset it to get one that can't be guessed."
        )
    return wanted


def with_token(url: str, token: str) -> str:
    """The address with the token, which lets a browser in."""
    return f"{url}/?{urlencode({PARAMETER: token})}"


def with_ticket(url: str, ticket: str) -> str:
    """The address with a ticket, which lets one browser in, once."""
    return f"{url}/?{urlencode({TICKET: ticket})}"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request whose Host is one of our names.

    `own` is the origin that it was sent to, `port` the port we listen on.
    """

    scope: Scope
    headers: Headers
    own: str
    port: int

    @property
    def from_elsewhere(self) -> bool:
        """Whether a page of another origin makes the request, as far as the browser says."""
        return self.headers.getlist("origin") not in ([], [self.own]) or self.linked

    @property
    def linked(self) -> bool:
        """Whether the request follows a link on a page of another origin.

        Other ports of this machine are the same *site*, not the same origin.
        """
        return any(site not in _TRUSTED_SITES for site in self.headers.getlist("sec-fetch-site"))

    @property
    def is_page(self) -> bool:
        """Whether it is for a whole page that a window will show, rather than for a part of one or a frame."""
        wanted = self.headers.get("sec-fetch-mode"), self.headers.get("sec-fetch-dest")
        return self.reads and wanted == ("navigate", "document") and "origin" not in self.headers

    @property
    def reads(self) -> bool:
        return self.scope.get("method") in ("GET", "HEAD")

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(self.scope["query_string"].decode("latin-1"), keep_blank_values=True)

    @property
    def tokens(self) -> list[str]:
        return [value for name, value in self.query if name == PARAMETER]

    @property
    def tickets(self) -> list[str]:
        """The tickets that this request may use. A HEAD request uses none."""
        return [value for name, value in self.query if name == TICKET and self.scope.get("method") == "GET"]

    @property
    def rest(self) -> list[tuple[str, str]]:
        """The query without token and ticket."""
        return [(name, value) for name, value in self.query if name not in (PARAMETER, TICKET)]

    @property
    def without_token(self) -> str:
        """The same address on this server, without token and ticket."""
        rest = urlencode(self.rest)
        path = "/" + quote(self.scope["path"].lstrip("/\\"), safe="/")
        return f"{path}?{rest}" if rest else path


class AccessGate:
    """Passes requests on to `app` if they come from its own pages and have the token; answers all others itself.

    `stands` says whether there is a gate in this process. One of `tickets` lets in as the token does, once.
    """

    stands = False

    def __init__(self, app: ASGIApp, token: str, hosts: Collection[str], tickets: Tickets | None = None) -> None:
        """`hosts` are the names by which the server may be reached; "*" among them means any."""
        AccessGate.stands = True
        self._app = app
        self._token = token.encode()
        self._tickets = tickets or Tickets()
        # The cookie is sent to every port of this machine, so it must not contain a token that a person chose.
        self._cookie = hmac.new(self._token, b"timetravel cookie", hashlib.sha256).hexdigest().encode()
        self._hosts = {host.lower().strip("[]") for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or pass it on to the app."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        asked = self._asked(scope)
        answer = _refused(scope, ELSEWHERE) if asked is None else self._answer(asked)
        send = _with_headers(send, asked)
        if answer is not None:
            await answer(scope, receive, send)
        elif asked is not None:
            await self._app(self._handed_on(asked), receive, send)

    def _asked(self, scope: Scope) -> _Asked | None:
        """The request, if it was sent to one of our names and to the port at which it arrived; else None."""
        headers = HTTPConnection(scope).headers
        scheme = "https" if scope["scheme"] in ("https", "wss") else "http"
        _, port = scope.get("server") or ("", None)
        found = _HOST.fullmatch(headers.get("host", ""))
        if not found or len(headers.getlist("host")) > 1 or port is None:
            return None
        name = found["name"].lower()
        if "*" not in self._hosts and name.strip("[]") not in self._hosts:
            return None
        usual = _DEFAULT_PORTS[scheme]
        if int(found["port"] or usual) != port:
            return None
        shown = "" if port == usual else f":{port}"
        return _Asked(scope, headers, f"{scheme}://{name}{shown}", port)

    def _answer(self, asked: _Asked) -> Response | None:
        """Our own answer; None for a request to pass on to the app."""
        known = any(hmac.compare_digest(value, self._cookie) for value in _cookies(asked, asked.port))
        if asked.from_elsewhere and not asked.is_page:
            return _refused(asked.scope, FOREIGN)
        invited = any(hmac.compare_digest(value.encode(), self._token) for value in asked.tokens)
        invited = any([invited, *map(self._tickets.take, asked.tickets)])
        if asked.from_elsewhere and not invited:
            return _refused(asked.scope, FOREIGN, offer=True)
        if asked.scope["type"] == "http" and asked.reads and asked.scope["path"] == HEALTH:
            return None
        if not known and not invited:
            return _refused(asked.scope, LOCKED)
        if asked.scope["type"] == "http" and asked.reads and asked.rest != asked.query:
            return self._let_in(asked)
        return None

    def _let_in(self, asked: _Asked) -> Response:
        """Store the token in a cookie, and redirect to the address without it, so that this can be shown and shared.

        After a redirect that began on a page of another site, a browser does not send a strict cookie. In that case a
        page of ours is answered from which the person continues.
        """
        to = asked.without_token
        response: Response
        if asked.linked:
            way_on = f'<meta http-equiv="refresh" content="0; url={escape(to)}">'
            link = f'<a href="{escape(to)}">Go on to timetravel.</a>'
            response = HTMLResponse(_PAGE.format(head=way_on, sentence=link, more=""))
        else:
            response = RedirectResponse(to, status_code=303)
        cookie = f"{cookie_name(asked.port)}={self._cookie.decode()}; Path=/; HttpOnly; SameSite=Strict"
        response.headers["Set-Cookie"] = cookie + ("; Secure" if asked.own.startswith("https:") else "")
        response.headers["Cache-Control"] = "no-store"
        return response

    def _handed_on(self, asked: _Asked) -> Scope:
        """The request as the app gets it: without the token, and without the headers that were checked here."""
        name = cookie_name(asked.port).encode() + b"="
        headers = []
        for key, value in asked.scope["headers"]:
            if key == b"cookie":
                value = b"; ".join(one for one in re.split(rb";\s*", value) if not one.startswith(name))
            if key not in (b"origin", b"authorization") and (key, value) != (b"cookie", b""):
                headers.append((key, value))
        query = urlencode(asked.rest)
        kept = {"query_string": query.encode("latin-1")} if asked.rest != asked.query else {}
        return {**asked.scope, **kept, "headers": headers}


def cookie_name(port: int) -> str:
    """The name of the cookie of an app on this port: browsers send cookies to all ports of a host alike."""
    return f"timetravel-{port}"


def _cookies(asked: _Asked, port: int) -> Iterator[bytes]:
    """Every value of our cookie: another server on this host may have set one with the same name."""
    for header in asked.headers.getlist("cookie"):
        for one in header.split(";"):
            name, _, value = one.strip().partition("=")
            if name == cookie_name(port):
                yield value.encode()


def _refused(scope: Scope, sentence: str, offer: bool = False) -> Response:
    """An answer 403 with the reason.

    `offer` is a link to the same address, which is then requested by a page of ours.
    """
    if scope["type"] == "websocket":
        response: Response = PlainTextResponse(sentence + "\n", status_code=403)
    else:
        more = _OPEN_HERE if offer else ""
        response = HTMLResponse(_PAGE.format(head="", sentence=escape(sentence), more=more), status_code=403)
    response.headers["Cache-Control"] = "no-store"
    return response


def _with_headers(send: Send, asked: _Asked | None) -> Send:
    """Add to every answer the headers by which no other page may frame it, read it or keep a reference to its
    window.
    """
    policy = content_policy(asked.own if asked else "")

    async def send_on(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            headers = MutableHeaders(scope=message)
            headers["Content-Security-Policy"] = policy
            headers["X-Frame-Options"] = "DENY"
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Referrer-Policy"] = "no-referrer"
            headers["Cross-Origin-Opener-Policy"] = "same-origin"
            headers["Cross-Origin-Resource-Policy"] = "same-origin"
        await send(message)

    return send_on
