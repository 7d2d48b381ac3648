"""One worker process: started, talked to, drained, and ended together with everything that it started."""

import codecs
import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from ui.timetravel.errors import GraphLoadError
from ui.timetravel.worker.protocol import Message, pack, unpack

_MAIN = Path(__file__).resolve().with_name("main.py")
_DRAIN_SECONDS = 2.0

OnMessage = Callable[[Message], None]
OnText = Callable[[str], None]
OnExit = Callable[[int], None]


class WorkerProcess:
    """A child with its own process group and session. It ends when this process does, however that happens.

    The constructor returns at once; the child then imports LangGraph and waits for its one request. Raises
    GraphLoadError when the Python that was named can't be started.
    """

    def __init__(self, python: str, folder: Path, env: Mapping[str, str]) -> None:
        # Unbuffered for what nodes start; UTF-8 whatever the locale, since the wire and the screen are.
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1", **env}
        try:
            self._child = subprocess.Popen(
                [python, str(_MAIN)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=folder,
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            raise GraphLoadError(f"The Python to run graphs with can't be started: {error}.") from error
        self._lock = threading.Lock()
        self._reaped = False
        self.exited = threading.Event()

    @property
    def pid(self) -> int:
        """The process id, which is its process group's too."""
        return self._child.pid

    def fresh(self) -> bool:
        """Whether a process that was not listened to yet still waits for its request."""
        return self._child.poll() is None

    def listen(self, on_message: OnMessage, on_text: OnText, on_exit: OnExit) -> None:
        """Start to hear it: its messages, the text that came past the protocol, and at the very end its exit status.

        The callbacks come from threads of their own; `on_exit` after everything else.
        """
        readers = [
            threading.Thread(target=self._read_messages, args=(on_message,), daemon=True),
            threading.Thread(target=self._read_text, args=(on_text,), daemon=True),
        ]
        for reader in readers:
            reader.start()
        threading.Thread(target=self._watch, args=(readers, on_exit), daemon=True).start()

    def send(self, message: Message) -> None:
        """Send one line; nothing happens when the child is gone, since its exit is told anyway."""
        stdin = self._child.stdin
        try:
            if stdin is not None:
                stdin.write(pack(message))
                stdin.flush()
        except (OSError, ValueError):
            pass

    def kill(self) -> None:
        """End the child and all that its nodes started, at once. Calling it twice is fine."""
        with self._lock:
            if not self._reaped:
                self._kill_group()

    def discard(self) -> None:
        """End a process that nobody listens to, and wait for it."""
        self.kill()
        self._reap()

    def _kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def _reap(self) -> int:
        # The group's id stays taken until its leader is reaped, so the rest of the group is killed before that.
        if hasattr(os, "waitid") and not self._reaped:
            with contextlib.suppress(ChildProcessError):
                os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        with self._lock:
            if not self._reaped:
                self._kill_group()
                self._child.wait()
                self._reaped = True
        if self._child.stdin is not None:
            with contextlib.suppress(OSError):
                self._child.stdin.close()
        self.exited.set()
        return self._child.returncode

    def _watch(self, readers: list[threading.Thread], on_exit: OnExit) -> None:
        code = self._reap()
        for reader in readers:
            reader.join(_DRAIN_SECONDS)
        on_exit(code)

    def _read_messages(self, on_message: OnMessage) -> None:
        assert self._child.stdout is not None
        with self._child.stdout as stream:
            for line in stream:
                try:
                    message = unpack(line)
                except ValueError:
                    continue  # cut off by a kill in the middle of a line
                on_message(message)

    def _read_text(self, on_text: OnText) -> None:
        assert self._child.stderr is not None
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        with self._child.stderr as stream:
            while data := os.read(stream.fileno(), 65536):
                on_text(decoder.decode(data))


def how_it_ended(code: int) -> str:
    """An exit status in words."""
    if code >= 0:
        return f"exited with status {code}"
    try:
        return f"was ended by the signal {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by the signal {-code}"
