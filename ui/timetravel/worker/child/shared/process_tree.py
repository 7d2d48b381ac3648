"""Ends a process together with all that it has started, even if these try to escape.

On Linux, orphans of a worker become the worker's children, and those of a dead worker its forker's (prctl(2),
PR_SET_CHILD_SUBREAPER): so a process that was forked twice into a session of its own is still in the tree. Elsewhere
only the process group is known. A process of another user (sudo) can't be ended.

Only the standard library here: the worker imports this, too.
"""

import contextlib
import os
import signal
import sys
from time import monotonic, sleep

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_PASSES = 200
_QUIET_PASSES = 2
"""The number of passes in which nothing new must be found: a process that forks and ends is between two ids for a
moment.
"""
_TRACKER_SECONDS = 0.7


def adopt_orphans() -> None:
    """From now on orphaned descendants of this process become its children. Linux only; does nothing elsewhere."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent(parent: int) -> None:
    """Have the system kill this process when its parent, which forked it, ends. Linux only; does nothing elsewhere.

    The parent must have forked in its main thread: the end of the forking thread is what counts.
    """
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if sys.platform == "linux" and os.getppid() != parent:
        os._exit(1)


def kill_tree(pid: int, *, itself: bool = True) -> None:
    """Kill a process, its process group and all descendants. Does nothing if they have ended.

    All are stopped first, so that none starts another one meanwhile. Without `itself` only what it has started.
    Python's trackers of shared memory are ended last, and left to end by themselves for a while: they remove what the
    others leave.
    """
    if itself:
        _send(pid, signal.SIGSTOP)
    found = _stopped_descendants(pid)
    trackers = set(filter(_is_tracker, found))
    for each in found - trackers:
        _send(each, signal.SIGKILL)
    for each in trackers:
        _send(each, signal.SIGCONT)
    if itself:
        _send(pid, signal.SIGKILL)
        # Children of an ended process have become our own.
        _wait_for_end(trackers | {each for each in children(os.getpid()) if _group(each) == pid and _is_tracker(each)})
        for each in trackers:
            _send(each, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def children(pid: int) -> set[int]:
    """The processes whose parent is this one; empty where the system does not show them (no /proc)."""
    found: set[int] = set()
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                found.update(map(int, _read(f"/proc/{pid}/task/{task}/children").split()))
    return found


def _stopped_descendants(pid: int) -> set[int]:
    """The descendants that have not ended.

    Each is stopped as soon as it is found, since it may not live until all are listed.
    """
    found: set[int] = set()
    ended: set[int] = set()
    quiet = 0
    for _ in range(_PASSES):
        before = len(found) + len(ended)
        to_see = [pid]
        while to_see:
            for each in children(to_see.pop()) - ended - {os.getpid()}:
                if each not in found:
                    _send(each, signal.SIGSTOP)
                    (ended if _has_ended(each) else found).add(each)
                if each in found:
                    to_see.append(each)
        quiet = quiet + 1 if len(found) + len(ended) == before else 0
        if quiet == _QUIET_PASSES:
            break
    return found


def _has_ended(pid: int) -> bool:
    """Whether a process has ended, even if its parent has not reaped it: there may be thousands of those, and they have
    no children.
    """
    with contextlib.suppress(OSError, IndexError):
        return _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()[0] in (b"Z", b"X")
    return True


def _is_tracker(pid: int) -> bool:
    try:
        return b"multiprocessing.resource_tracker" in _read(f"/proc/{pid}/cmdline")
    except OSError:
        return False


def _group(pid: int) -> int:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        return os.getpgid(pid)
    return 0


def _wait_for_end(pids: set[int]) -> None:
    """Wait until they have ended, at most `_TRACKER_SECONDS`."""
    deadline = monotonic() + _TRACKER_SECONDS
    while pids and monotonic() < deadline:
        pids = {pid for pid in pids if _is_tracker(pid)}  # an ended process has no command line
        sleep(0.005)


def _read(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, 1 << 20)
    finally:
        os.close(descriptor)


def _send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(ImportError, OSError, AttributeError):
            import ctypes

            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
