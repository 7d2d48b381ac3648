"""Starts the app: chooses the port, runs Streamlit's server in this process, prints the address, opens the browser."""

import errno
import http.client
import importlib
import os
import signal
import socket
import sys
import threading
import time
import webbrowser
from contextlib import suppress
from typing import NoReturn

from ui.command.large_blocks import give_back_large_blocks
from ui.command.own_output import print_unmasked
from ui.command.shutdown import end_in_order, end_in_time
from ui.command.streamlit_flags import allowed_hosts, is_wildcard, streamlit_options
from ui.gate.access_gate import with_ticket, with_token
from ui.gate.entry_tickets import Tickets
from ui.gate.streamlit_server import HEALTH, chosen_port, is_up
from ui.services.settings import VARIABLE, Settings, tell
from ui.timetravel.ground.paths import APP
from ui.timetravel.ground.redaction.redact import know

DEFAULT_PORT = 8501
_PORTS_TRIED = 100
_LISTENS_WITHIN = 60.0
"""Seconds that a slow machine gets to start the server, before we stop checking for it."""


class CannotListen(Exception):
    """The server can't listen on the requested address."""


def free_port(host: str, wanted: int | None) -> int:
    """The port to listen on: `wanted` if it is free; if none is given, the first free port from 8501 on.

    0 stays 0: the operating system then chooses a port when the server starts. Raises CannotListen, whose text says
    what to change.
    """
    if wanted is not None:
        _probe(host, wanted)
        return wanted
    for port in range(DEFAULT_PORT, DEFAULT_PORT + _PORTS_TRIED):
        with suppress(_InUse):
            _probe(host, port)
            return port
    raise CannotListen(
        f"The ports {DEFAULT_PORT} to {DEFAULT_PORT + _PORTS_TRIED - 1} are all in use: name one with --port."
    )


class _InUse(CannotListen):
    """Another program listens on this port."""


def _probe(host: str, port: int) -> None:
    """Bind to the port as Streamlit does (1.67, starlette_server.py: SO_REUSEADDR, IPv6 when there is a colon), and
    close it again.
    """
    if not host:  # to the operating system, an empty name means every address
        raise _reason(host, port, ValueError())
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            if os.name != "nt":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, UnicodeError) as error:
        raise _reason(host, port, error) from error


def _reason(host: str, port: int, error: Exception) -> CannotListen:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return _InUse(
            f"Port {port} is in use on {host}: name another with --port, or leave --port out to get a free one."
        )
    if number == errno.EACCES:
        return CannotListen(f"Port {port} needs more rights than you have: name one above 1023 with --port.")
    return CannotListen(f"This machine has no address {host!r} to listen on: --host takes an address of this machine.")


def url(host: str, port: int) -> str:
    """The address for a browser on this machine."""
    name = "127.0.0.1" if is_wildcard(host) else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def run(settings: Settings, host: str, port: int, token: str, browser: bool) -> NoReturn:
    """Serve the app in this process until a signal ends it, then end the process.

    Only requests with `token` are served. Once the server listens, its address is printed (with the real port where
    `port` is 0), and a browser is opened if `browser` is set and there is a display. Ctrl-C, SIGTERM, SIGQUIT and
    closing the terminal end it in good order, see `shutdown`.
    """
    # Environment variables for other Streamlit apps are not meant for this one.
    for name in [name for name in os.environ if name.startswith("STREAMLIT_")]:
        del os.environ[name]
    os.environ.pop(VARIABLE, None)
    tell(settings)
    know(token)
    try:
        options = streamlit_options(host, port)
    except OSError as error:
        raise CannotListen(f"This installation of timetravel is incomplete, install it again: {error}") from error
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    end_in_time()
    give_back_large_blocks()

    from ui.gate.gated_app import GatedApp

    app = GatedApp(APP, token, allowed_hosts(host))
    tickets = app.tickets if browser and has_display() else None
    threading.Thread(target=_announce, args=(host, port, token, tickets), daemon=True, name="announce").start()
    status = 0
    try:
        app.run(config=options)
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)  # a second signal during the orderly end: end immediately
    end_in_order(status)


def _end(number: int, frame: object) -> None:
    """End the process: for a signal before the server listens, and for the one that is raised again after it has ended
    (uvicorn, `capture_signals`).
    """
    raise SystemExit(0)


def _announce(host: str, port: int, token: str, tickets: Tickets | None) -> None:
    """Print the address once the server listens; if there are tickets, open a browser with one of them."""
    deadline = time.monotonic() + _LISTENS_WITHIN
    while time.monotonic() < deadline:
        real = port or chosen_port()
        if real and is_up(_status(host, real, HEALTH)):
            if _status(host, real, "/") != http.client.FORBIDDEN:
                print("timetravel: Streamlit serves without asking for the token: ended.", file=sys.stderr, flush=True)
                os._exit(1)
            # That nobody reads our output any more is no reason to end the server.
            with suppress(OSError):
                print_unmasked(f"timetravel is at {with_token(url(host, real), token)}  (Ctrl-C ends it)")
            if tickets is not None:
                # Others can read the browser's command line, so it gets a ticket, which is valid only once and soon.
                know(ticket := tickets.issue())
                webbrowser.open(with_ticket(url(host, real), ticket))
            importlib.import_module("pandas")  # imported while the browser starts, since the first page needs it
            return
        time.sleep(0.05)


def _status(host: str, port: int, path: str) -> int:
    """The HTTP status that the server answers to a request without a token; 0 where it does not answer."""
    connection = http.client.HTTPConnection("127.0.0.1" if is_wildcard(host) else host, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def has_display() -> bool:
    """Whether a browser window can be opened. Without this check, Python would start a text browser in the terminal."""
    if sys.platform in ("win32", "darwin") or os.environ.get("BROWSER"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
