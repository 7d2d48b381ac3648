"""Cleans up when this process ends, even if it is killed: folders with copies, and processes that can't end by
themselves.

A small process (guard_program.py), started when it is first needed, does the work. It ends after this one.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from ui.timetravel.ground.paths import GUARD
from ui.timetravel.ground.redaction.redact import public_environment


class Guard:
    """The connection to the guard process. Safe to use from several threads. If it can't be started, nothing is
    guarded, and nothing else changes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def temporary_folder(self, beside: Path | None = None) -> Path:
        """A new folder that is removed after this process has ended: beside a file to be written, or with temporary
        files.
        """
        prefix, where = (".new-", beside.parent) if beside else ("timetravel-", None)
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=where)).absolute()
        self._tell({"folder": str(folder)})
        return folder

    def remove(self, folder: Path) -> None:
        """Remove such a folder now."""
        shutil.rmtree(folder, ignore_errors=True)
        self._tell({"done": str(folder)})

    def watch_process(self, pid: int) -> None:
        """Kill this process, the leader of a group, two seconds after this one has ended, if it is still running."""
        self._tell({"process": pid})

    def forget_process(self, pid: int) -> None:
        """Stop watching this process, because it has ended."""
        self._tell({"done": pid})

    def _tell(self, message: dict[str, Any]) -> None:
        with self._lock, suppress(OSError):
            if self._process is None:
                self._process = subprocess.Popen(
                    [sys.executable, "-I", "-S", str(GUARD)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    cwd="/",
                    env=public_environment(),
                    start_new_session=True,
                )
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(message).encode("ascii") + b"\n")
            self._process.stdin.flush()


guard = Guard()
"""The guard of this process."""
