"""Foreign origins: requests of every kind at random, against a second account of who may be let in."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from tests.soak.promise import Case, Promise, Scale
from tests.support.command import Served, environment, served
from tests.support.hostile.stores.stores import Checkpoint, id_at, in_sqlite

SECRET = "what-only-the-store-knows"
SOON = 2.0
"""Seconds within which a refusal comes, also on a busy machine."""
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")
PATHS = (
    "/",
    "/debugger?thread=1",
    "/learn",
    "/static/js/x.js",
    "/favicon.png",
    "/media/0123.png",
    "/component/x/y.js",
    "/_stcore/bidi-components/x/y.js",
    "/_stcore/health",
    "/_stcore/script-health-check",
    "/_stcore/metrics",
    "/_stcore/host-config",
    "/_stcore/upload_file/a/b",
    "/_stcore/agent/openapi.json",
    "/_stcore/agent/interact",
    "/_stcore/agent/mcp",
    "/auth/login",
    "/oauth2callback",
    "/../etc/passwd",
    "//evil.example/",
    "http://evil.example/",
    "/%5Fstcore/stream",
    "/static/..%2f..%2f..%2fetc%2fpasswd",
    "/media/%2e%2e/%2e%2e/etc/passwd",
    "/component/x/..%5c..%5cboot.ini",
    "/_stcore/health;x",
    "/_stcore/health%00",
)
HEALTH = "/_stcore/health"
SAID_BY_PROXIES = (
    *("", "", "", "X-Forwarded-For: 127.0.0.1", "X-Forwarded-Host: evil.example", "Forwarded: host=evil.example"),
    *("X-Original-URL: /", "X-HTTP-Method-Override: GET"),
)
"""Headers that change nothing, whoever sends them."""


@dataclass
class _Outside:
    """What would be asked of the outside: it is the proxy of the app, and of whatever the app starts."""

    port: int
    heard: list[str] = field(default_factory=list)


@contextmanager
def _outside() -> Iterator[_Outside]:
    listener = socket.create_server(("127.0.0.1", 0))
    outside = _Outside(listener.getsockname()[1])

    def hear() -> None:
        while True:
            try:
                asker, _ = listener.accept()
            except OSError:
                return
            with asker:
                outside.heard.append(asker.recv(200).decode("latin-1").partition("\r\n")[0])

    threading.Thread(target=hear, daemon=True).start()
    yield outside
    listener.close()


@dataclass(frozen=True)
class _Asked:
    """One request, and whether its sender may be let in."""

    text: str
    may: bool

    @property
    def line(self) -> str:
        return " | ".join(line for line in self.text.split("\r\n") if not line.startswith("Cookie: timetravel"))


def _asked(rng: Random, app: Served) -> _Asked:
    """A request at random. Each thing that is wrong with it is enough for a refusal."""
    port, wrong = app.port, 0

    def one(right: list[str], foreign: list[str]) -> str:
        nonlocal wrong
        bad = rng.random() < 0.3
        wrong += bad
        return rng.choice(foreign if bad else right)

    name = rng.choice(["127.0.0.1", "localhost"])
    host = one(
        [f"{name}:{port}"],
        [
            *(name, f"{name}:{port + 1}", f"evil.example:{port}", f"{name}.evil.example:{port}", f"[::1]:{port}", ""),
            *(f"{name}.:{port}", f"[127.0.0.1]:{port}", f"127.1:{port}", f"2130706433:{port}", f"{name}:+{port}"),
            *(f"{name}:{port}\r\nHost: evil.example", f"a@{name}:{port}", f"{name}:{port}/", f"{name}:{port}, x"),
        ],
    )
    origin = one(
        ["", f"Origin: http://{name}:{port}"],
        [
            f"Origin: {each}"
            for each in (
                "null",
                "file://",
                "http://evil.example",
                f"http://{name}:{port + 1}",
                f"https://{name}:{port}",
                f"http://{name}",
                f"http://{name}:{port}.evil.example",
                f"http://evil.example:{port}",
                "chrome-extension://abc",
                f"http://{name}:{port}\r\nOrigin: http://evil.example",
                f"http://evil.example\r\nOrigin: http://{name}:{port}",
                f"http://{name}:{port} http://evil.example",
                f"http://{name.upper()}.:{port}",
            )
        ],
    )
    site = one(
        ["", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: none"],
        ["Sec-Fetch-Site: same-site", "Sec-Fetch-Site: cross-site"],
    )
    mode = rng.choice(["", "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document", "Sec-Fetch-Mode: no-cors"])
    healthy_before = wrong
    cookie_name, _, cookie_value = app.cookie.partition("=")
    cookie = one(
        [f"Cookie: a=b; {app.cookie}"],
        [
            "",
            f"Cookie: {cookie_name}=",
            f"Cookie: {cookie_name}={cookie_value[:-1]}",
            f"Cookie: {cookie_name}={app.token}",
            f"Cookie: x-{app.cookie}",
            f"Cookie: {cookie_name.upper()}={cookie_value}",
            f'Cookie: {cookie_name}="{cookie_value}"',
            f"Cookie: a=b, {app.cookie}",
            f"Authorization: Bearer {app.token}",
            f"Sec-WebSocket-Protocol: streamlit, {app.token}",
        ],
    )
    lines = [f"Host: {host}", origin, site, mode, cookie, rng.choice(SAID_BY_PROXIES)]
    if rng.random() < 0.4:
        path, method = "/_stcore/stream", "GET"
        lines += ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
        lines += ["Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="]
    else:
        path, method = rng.choice(PATHS), rng.choice(METHODS)
        lines += ["Connection: close", "Content-Length: 0"]
    open_to_all = path == HEALTH and method in ("GET", "HEAD") and healthy_before == 0
    text = "\r\n".join([f"{method} {path} HTTP/1.1", *filter(None, lines), "", ""])
    return _Asked(text, wrong == 0 or open_to_all)


def _answer(app: Served, asked: _Asked) -> tuple[int, str, float]:
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", app.port), timeout=30) as line:
        line.sendall(asked.text.encode("latin-1"))
        heard = line.recv(65536)
        while b"\r\n\r\n" not in heard and (more := line.recv(65536)):
            heard += more
    status = heard.split(b" ", 2)[1:2]
    return int(status[0]) if status else 0, heard.decode("latin-1"), time.monotonic() - began


def _failure(app: Served, asked: _Asked) -> str:
    status, text, took = _answer(app, asked)
    if not asked.may and status not in (400, 403):
        return f"answered with {status}: {asked.line}"
    if asked.may and status == 403 and "timetravel" in text:
        return f"our own page was refused: {asked.line}"
    if status == 403 and "frame-ancestors 'none'" not in text:
        return f"no policy: {asked.line}"
    if SECRET in text and not asked.may:
        return f"told of the store: {asked.line}"
    return f"refused only after {took:.1f} s: {asked.line}" if not asked.may and took > SOON else ""


def _try_all(scale: Scale) -> Iterator[Case]:
    store = scale.folder / "s.sqlite"
    in_sqlite([Checkpoint(SECRET, id_at(1))], store)
    with _outside() as outside:
        names = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")
        proxy = dict.fromkeys(names, f"http://127.0.0.1:{outside.port}")
        with served(str(store), cwd=scale.folder, env=environment(**proxy)) as app:
            until = time.monotonic() + scale.seconds
            number = 0
            while time.monotonic() < until:
                number += 1
                asked = _asked(scale.rng, app)
                yield Case(f"request {number}", _failure(app, asked))
            yield Case("the outside", f"asked for {outside.heard[:3]}" if outside.heard else "")


PROMISE = Promise(
    "foreign_origins",
    "Nothing is answered but to the app's own pages with the token of this start, and no request makes the app ask"
    " anybody else.",
    _try_all,
    short_seconds=2.0,
)
