"""Ending a process together with all that it has started, whatever these have done to get away.

On Linux, orphans of a worker become the worker's children, and those of a dead worker its forker's (prctl(2),
PR_SET_CHILD_SUBREAPER): so a process that was forked twice into a session of its own is still in the tree. Elsewhere
only the process group is known. A process of another user (sudo) can't be ended.

Only the standard library here: the worker imports this, too.
"""

import contextlib
import os
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_PASSES = 20


def adopt_orphans() -> None:
    """From now on what this process's descendants leave behind become its children. Linux alone; else nothing."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent(parent: int) -> None:
    """Have the system kill this process when its parent, a fork of which it is, ends. Linux alone; else nothing.

    The parent must have forked in its main thread: it is that thread's end that counts.
    """
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if sys.platform == "linux" and os.getppid() != parent:
        os._exit(1)


def kill_tree(pid: int, *, itself: bool = True) -> None:
    """Kill a process, its process group and all descendants. Nothing happens where there is none any more.

    All are stopped first, so that none starts another meanwhile. Without `itself` only what it has started.
    """
    if itself:
        _send(pid, signal.SIGSTOP)
    found: set[int] = set()
    for _ in range(_PASSES):
        new = _descendants(pid) - found
        for each in new:
            _send(each, signal.SIGSTOP)
        found |= new
        if not new:
            break
    for each in found:
        _send(each, signal.SIGKILL)
    if itself:
        _send(pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def children(pid: int) -> set[int]:
    """The processes whose parent this one is; none where the system does not tell (no /proc)."""
    found: set[int] = set()
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                found.update(map(int, (task / "children").read_text().split()))
    return found


def _descendants(pid: int) -> set[int]:
    found: set[int] = set()
    to_see = [pid]
    while to_see:
        new = children(to_see.pop()) - found - {os.getpid()}
        found |= new
        to_see += new
    return found


def _send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(ImportError, OSError, AttributeError):
            import ctypes

            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
