"""Cleans up after a process that is killed: it runs for as long as that process holds the other end of its stdin.

A separate program that needs only the standard library. Each line of its stdin is an object: {"folder": path} or
{"process": id}, to be removed when the input ends, or {"done": path or id}, which has been removed already.
"""

import json
import os
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

_GRACE_SECONDS = 2.5


def main() -> None:
    """Read to the end of stdin; then end the processes that have not ended by themselves, and remove the folders."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    folders: list[str] = []
    processes: dict[int, str] = {}
    for line in sys.stdin.buffer:
        told = json.loads(line)
        if "folder" in told:
            folders.append(told["folder"])
        elif "process" in told:
            processes[told["process"]] = _began(told["process"])
        elif told["done"] in processes:
            del processes[told["done"]]
        elif told["done"] in folders:
            folders.remove(told["done"])
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    _end({pid: began for pid, began in processes.items() if _began(pid) == began})


def _end(processes: dict[int, str]) -> None:
    """Continue stopped processes, so that they notice that their parent has ended; kill those that don't end."""
    for pid in processes:
        _send(pid, signal.SIGCONT)
    deadline = time.monotonic() + _GRACE_SECONDS
    while processes and time.monotonic() < deadline:
        processes = {pid: began for pid, began in processes.items() if _began(pid) == began}
        time.sleep(0.05)
    for pid in processes:
        _send(pid, signal.SIGKILL)


def _send(group: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _began(pid: int) -> str:
    """When a process began, since its id may belong to another by the end.

    "" for one that has ended; "?" without /proc.
    """
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        state, *rest = text.rpartition(")")[2].split()
        return "" if state in "ZX" else rest[18]
    except OSError:
        if Path("/proc/self").is_dir():
            return ""
    try:
        os.kill(pid, 0)
    except OSError:
        return ""
    return "?"


if __name__ == "__main__":
    main()
