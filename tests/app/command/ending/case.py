"""Ways to end the app: a signal in a situation, and what is left of it five seconds later."""

import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg

from tests.support.command import environment
from ui.services.embedded_postgres.server import EmbeddedPostgres

HERE = Path(__file__).parent
WITHIN = 5.0
"""Seconds after the signal in which everything of ours must be gone."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGKILL)
HOW = (
    *("sleeps", "holds", "stopped", "ignores", "daemons", "everything", "prints", "threads", "pools", "coroutines"),
    *("traced", "hops", "tries again", "stops its parent"),
)
"""How the node of a run is hard to end, see graph.py."""
PARTS = (
    *("idle", "copy", "import:", "embedding:"),
    *(f"file:{how}" for how in HOW),
    *(f"{where}:{how}" for where in ("memory", "embedded") for how in HOW if how != "stops its parent"),
)
"""What may go on, see app.py."""


@dataclass(frozen=True)
class Ended:
    """What was found: how long it took, the exit status, and what is left."""

    seconds: float
    status: int | None
    left: list[str]
    complaint: str


class Case:
    """One app in a situation ("+" between its parts), in a folder of its own."""

    def __init__(self, situation: str, *, in_terminal: bool = False) -> None:
        """`in_terminal`: it has a terminal that can be closed."""
        self.situation = situation
        # As root another user runs PostgreSQL.
        self.folder = Path(tempfile.mkdtemp(prefix="ending-"))
        self.folder.chmod(0o755)
        self.temporary = self.folder / "tmp"
        self.temporary.mkdir()
        self.temporary.chmod(0o1777)
        self._pids = self.folder / "pids"
        self._pids.write_text("")
        self._mark = uuid.uuid4().hex
        self._shared: set[str] = set()
        self._terminal, theirs = pty.openpty() if in_terminal else (-1, -1)
        self.port = _free_port()
        self.process = self.start("-m", "tests.app.command.ending", situation, terminal=theirs)

    def start(self, *program: str, terminal: int = -1) -> "subprocess.Popen[bytes]":
        """Start the app in this folder."""
        graphs = [f"{HERE / 'graph.py'}:graph", f"{HERE / 'graph.py'}:counts", f"{HERE / 'importing.py'}:importing"]
        more = [*program, "new.sqlite", "--port", str(self.port), "--no-browser"]
        output: IO[bytes] = (self.folder / "out").open("wb")
        with output:
            return subprocess.Popen(
                [sys.executable, *more, *(part for graph in graphs for part in ("--graph", graph))],
                cwd=self.folder,
                env=environment(
                    ENDING_PIDS=str(self._pids), TIMETRAVEL_TEST_MARK=self._mark, TMPDIR=str(self.temporary)
                ),
                stdin=terminal if terminal >= 0 else subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_begin_in_terminal if terminal >= 0 else _hear_signals,
            )

    def wait_until_ready(self, within: float = 90.0) -> None:
        """Until all parts go on, and the app can be reached."""
        parts = len(self.situation.split("+"))
        self._wait(lambda: self._pids.read_text().split().count("ready") >= parts and self._listens(), within)

    def wait(self, seconds: float) -> None:
        """In the middle of the start."""
        time.sleep(seconds)

    def end(self, number: int, *, group: bool = False, pauses: tuple[float, ...] = (), within: float = WITHIN) -> Ended:
        """Send the signal, again after each of the pauses, and see what is left."""
        self._note_shared_memory()
        began = time.monotonic()
        for pause in (0, *pauses):
            time.sleep(pause)
            with suppress(ProcessLookupError):
                (os.killpg if group else os.kill)(self.process.pid, number)
        return self._see(began, within)

    def close_terminal(self, within: float = WITHIN) -> Ended:
        """Close it, as somebody does with a window, and see what is left."""
        self._note_shared_memory()
        os.close(self._terminal)
        self._terminal = -1
        return self._see(time.monotonic(), within)

    def left(self) -> list[str]:
        """Everything of ours that is there: processes, the port, shared memory, temporary folders."""
        left = [f"process {pid} ({_name(pid)})" for pid in sorted({*self._marked(), *self._noted()}) if _alive(pid)]
        left += ["the port"] if self._listens() else []
        self._note_shared_memory()
        left += [f"shared memory {name}" for name in sorted(self._shared & _shared_memory())]
        beside = [*self.folder.glob(".new-*"), *self.folder.glob(".timetravel/.new-*")]
        # What a node's pools make for themselves is the node's, as its files are.
        made = [one for one in self.temporary.iterdir() if not one.name.startswith("pymp-")]
        return left + [f"a temporary folder {one.name}" for one in (*made, *beside)]

    def check_next_start(self) -> str:
        """What is wrong with a new start in the same folder; empty where nothing is."""
        if wrong := self.check_data():
            return wrong
        self._pids.write_text("")
        self.process = self.start("-m", "tests.app.command.ending", "idle")
        try:
            self.situation = "idle"
            self.wait_until_ready()
        except AssertionError as error:
            return f"the next start: {error}"
        return ", ".join(self.end(signal.SIGTERM).left)

    def check_data(self) -> str:
        """What is wrong where the embedded PostgreSQL is started again: the checkpoint that was told must be in it."""
        head = next((line.split()[1] for line in self._pids.read_text().splitlines() if line.startswith("head")), "")
        folder = self.folder / ".timetravel" / "postgres"
        if not folder.exists():
            return ""
        server = EmbeddedPostgres(folder)
        try:
            with psycopg.connect(server.database("timetravel")) as connection:
                found = connection.execute("SELECT checkpoint_id FROM checkpoints WHERE thread_id = 'kept'").fetchall()
        finally:
            server.close()
        return "" if not head or head in [one for (one,) in found] else f"checkpoint {head} is lost"

    def clean_up(self) -> None:
        """End what is left, and remove the folder."""
        for pid in {*self._marked(), *self._noted()}:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        if self._terminal >= 0:
            os.close(self._terminal)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait(self, until: Callable[[], bool], within: float) -> None:
        deadline = time.monotonic() + within
        while not until():
            if self.process.poll() is not None or time.monotonic() > deadline:
                said = (self.folder / "out").read_text(errors="replace") + self._pids.read_text()
                raise AssertionError(f"{self.situation} is not ready: {said}")
            time.sleep(0.02)

    def _see(self, began: float, within: float) -> Ended:
        while True:
            self.process.poll()
            left = self.left()
            if not left or time.monotonic() > began + within:
                break
            time.sleep(0.03)
        said = (self.folder / "out").read_text(errors="replace")
        complaint = said[said.index("Traceback") :] if "Traceback" in said else ""
        return Ended(time.monotonic() - began, self.process.poll(), left, complaint)

    def _note_shared_memory(self) -> None:
        """That of our PostgreSQL: others on this machine may have one, too."""
        lines = _read(self.folder / ".timetravel" / "postgres" / "data" / "postmaster.pid").decode().splitlines()
        if len(lines) > 6:
            self._shared.add(f"segment {lines[6].split()[1]}")
        for pid in self._marked():
            maps = _read(Path(f"/proc/{pid}/maps")).decode(errors="replace")
            self._shared.update(line.split()[5] for line in maps.splitlines() if "/dev/shm/" in line)

    def _noted(self) -> list[int]:
        return [int(line) for line in self._pids.read_text().split("\n") if line.isdigit()]

    def _marked(self) -> list[int]:
        marked = f"TIMETRAVEL_TEST_MARK={self._mark}".encode()
        return [int(one.parent.name) for one in Path("/proc").glob("[0-9]*/environ") if marked in _read(one)]

    def _listens(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def _hear_signals() -> None:
    """A shell has what it starts in the background ignore some of them."""
    for number in SIGNALS[:-1]:
        signal.signal(number, signal.SIG_DFL)


def _begin_in_terminal() -> None:
    import fcntl
    import termios

    _hear_signals()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _alive(pid: int) -> bool:
    state = _read(Path(f"/proc/{pid}/stat")).rpartition(b")")[2].split()
    return bool(state) and state[0] not in (b"Z", b"X")


def _name(pid: int) -> str:
    return _read(Path(f"/proc/{pid}/cmdline")).replace(b"\0", b" ").decode(errors="replace")[:200]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _shared_memory() -> set[str]:
    found = {f"/dev/shm/{one.name}" for one in Path("/dev/shm").iterdir()}
    for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]:
        found.add(f"segment {line.split()[1]}")
    return found


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
