"""The `timetravel` command as a person runs it: a process of its own, in a folder of its own."""

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 60.0
ENDS_WITHIN = 20.0

Program = tuple[str, ...]
PROGRAM: Program = (sys.executable, "-m", "ui.cli")


def environment(**more: str) -> dict[str, str]:
    """Ours without what would open a browser or belong to another app, and with the checkout to import from."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **more}


def command(*arguments: str, cwd: Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command to its end: for what it refuses, and for --help and --version."""
    return subprocess.run(
        [*PROGRAM, *arguments],
        cwd=cwd,
        env=dict(env) if env is not None else environment(),
        capture_output=True,
        text=True,
        timeout=STARTS_WITHIN,
        check=False,
    )


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    headers: Message
    body: bytes


@dataclass
class Served:
    """A running command. `url` is the address that it printed, without the token; `stop` sends a signal and waits."""

    process: subprocess.Popen[str]
    mark: str
    lines: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        for line in self.lines:
            if found := re.search(r"timetravel is at (http://\S+)/\?token=", line):
                return found[1]
        return ""

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    @property
    def token(self) -> str:
        """What lets one in who opens the address that was printed."""
        found = re.search(r"\?token=(\S+)", self.printed)
        return found[1] if found else ""

    @cached_property
    def cookie(self) -> str:
        """What a browser sends that has opened the address that was printed."""
        answer = self.answer(f"/?token={self.token}")
        return (answer.headers["Set-Cookie"] or "").partition(";")[0]

    @property
    def printed(self) -> str:
        return "".join(self.lines)

    @property
    def complained(self) -> str:
        return "".join(self.errors)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> int:
        """The HTTP status that the server answers a browser with that was let in."""
        return self.answer(path, {"Cookie": self.cookie, **(headers or {})}).status

    def answer(
        self, path: str, headers: Mapping[str, str] | None = None, method: str = "GET", body: bytes | None = None
    ) -> Answer:
        """What the server answers to exactly this."""
        address = urlsplit(self.url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
        try:
            connection.request(method, path, body=body, headers=dict(headers or {}))
            response = connection.getresponse()
            return Answer(response.status, response.headers, b"" if response.status == 101 else response.read())
        finally:
            connection.close()

    def stop(self, number: int = signal.SIGINT) -> int:
        """Send the signal and give the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(ENDS_WITHIN)

    def leftovers(self) -> list[int]:
        """The processes that carry this command's mark in their environment: itself, and all that it started."""
        marked = f"TIMETRAVEL_TEST_MARK={self.mark}".encode()
        return [int(one.parent.name) for one in Path("/proc").glob("[0-9]*/environ") if marked in _read(one)]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


@contextmanager
def served(
    *arguments: str, cwd: Path, env: Mapping[str, str] | None = None, program: Program = PROGRAM
) -> Iterator[Served]:
    """The command with `arguments`, once it says where it is; on leaving, it is ended and everything that it started.

    Without a --port among the arguments it takes any free one.
    """
    port = () if "--port" in arguments else ("--port", "0")
    mark = uuid.uuid4().hex
    process = subprocess.Popen(
        [*program, *arguments, *port, "--no-browser"],
        cwd=cwd,
        env={**(env if env is not None else environment()), "TIMETRAVEL_TEST_MARK": mark},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    app = Served(process, mark)
    readers = [
        threading.Thread(target=lines.extend, args=(stream,), daemon=True)
        for stream, lines in ((process.stdout, app.lines), (process.stderr, app.errors))
    ]
    for reader in readers:
        reader.start()
    try:
        _wait_for_url(app)
        yield app
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        for reader in readers:
            reader.join(5)


def _wait_for_url(app: Served) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while not app.url:
        if app.process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"the command did not start: {app.printed}{app.complained}")
        time.sleep(0.02)
