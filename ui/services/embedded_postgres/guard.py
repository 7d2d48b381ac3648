"""Runs a program of PostgreSQL for as long as the process that started this holds the other end of its standard input.

A separate program that needs only the standard library: a process that is killed can't stop the server that it started,
but the system closes its end of the pipe. Arguments: the user and the group that run the program, as numbers, or "-"
twice for the present ones; the program (`postgres`, `initdb`); its own arguments.
"""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

_PATIENCE = (
    (signal.SIGINT, 2.0),
    (signal.SIGQUIT, 2.0),
    (signal.SIGKILL, 1.0),
)
"""The signals, and seconds between them. For `postgres` these are "fast" and "immediate": clients are disconnected;
what was committed is on the disk in either case, and after the second is read from the log at the next start.
"""


_IMPATIENCE = ((signal.SIGINT, 0.5), (signal.SIGKILL, 1.0))
"""The same for the program that creates the data, which can be repeated: nothing is lost."""


def main(user: str, group: str, *command: str) -> int:
    """Start the program, and stop it in good order when the standard input or this program ends.

    Returns its exit status.
    """
    owner: dict[str, Any] = {}
    if user != "-":
        owner = {"user": int(user), "group": int(group), "extra_groups": []}
    started = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=_end_with_this, **owner)

    def stop(*_: int | FrameType | None) -> None:
        if started.poll() is None:
            started.send_signal(signal.SIGINT)

    for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(one, stop)

    def watch() -> None:
        while os.read(0, 4096):
            pass
        serves = Path(command[0]).name == "postgres"
        for number, seconds in _PATIENCE if serves else _IMPATIENCE:
            with suppress(subprocess.TimeoutExpired):
                started.send_signal(number)  # does nothing if it has ended
                started.wait(seconds)
                break
        if not serves and os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)  # the processes that it had started, and this one

    threading.Thread(target=watch, daemon=True).start()
    return started.wait()


def _end_with_this() -> None:
    """Have the system stop the program if this one is killed: Linux's PR_SET_PDEATHSIG, set after the user was
    changed.
    """
    if sys.platform == "linux":
        with suppress(ImportError, OSError, AttributeError):
            import ctypes

            ctypes.CDLL(None).prctl(1, signal.SIGINT, 0, 0, 0)
            if os.getppid() == 1:
                os._exit(1)


if __name__ == "__main__":
    os._exit(main(*sys.argv[1:]))  # the thread is still reading, which would cause an error message at a normal exit
