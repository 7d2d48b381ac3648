"""Runs a PostgreSQL server for as long as whoever started this holds the other end of its standard input.

A program of its own, of the standard library alone: a process that is killed can't stop the server that it started, but
its end of the pipe is closed for it. Arguments: the user and the group that run the server, as numbers, or two times
"-" for the own; the program `postgres`; its own arguments.
"""

import signal
import subprocess
import sys
import threading
from types import FrameType

_PATIENCE = 10.0


def main(user: str, group: str, *command: str) -> int:
    """Start the server, and stop it in good order when the standard input or this program ends. Gives its exit status.

    SIGINT is PostgreSQL's "fast" shutdown: clients are cut off, and nothing that was committed is lost.
    """
    if user == "-":
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    else:
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, user=int(user), group=int(group), extra_groups=[])

    def stop(*_: int | FrameType | None) -> None:
        if server.poll() is None:
            server.send_signal(signal.SIGINT)

    for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(one, stop)

    def watch() -> None:
        sys.stdin.buffer.read()
        stop()
        try:
            server.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            server.send_signal(signal.SIGQUIT)

    threading.Thread(target=watch, daemon=True).start()
    return server.wait()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
