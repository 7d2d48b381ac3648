"""What an import leaves running or open in its process, which decides whether forks of it would equal new processes.

A fork has one thread, and shares what is open with the process that it was forked from: a socket, the position in a
file, a database connection, shared mapped memory. So a process that has any of these is not forked. A process that has
something only one process at a time may have (a port, a lock on a file, a GPU's memory) is not even kept.
"""

import atexit
import fcntl
import os
import signal
import socket
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from ...streams.fork_server import quiet_fork
from .import_record import is_installed

_PROC = Path("/proc/self")
_PATIENCE = 0.25
"""Seconds in which threads that are about to end may end."""
_SAFE_THREADS = {"jemalloc_bg_thd"}
"""Threads that are started again in a fork: jemalloc's (pyarrow has it), by its `pthread_atfork` handlers."""
_SAFE_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random", "/dev/tty", "/dev/pts/")
_GPUS = ("/dev/nvidia", "/dev/kfd", "/dev/dri/", "/dev/accel")


@dataclass
class Leftovers:
    """`shared` are reasons against forking the process, `exclusive` reasons against keeping it; each is a phrase."""

    shared: list[str] = field(default_factory=list)
    exclusive: list[str] = field(default_factory=list)


class Before:
    """The state of the process before the import."""

    def __init__(self) -> None:
        self._open = _descriptors()
        self._mapped = _shared_maps()
        self._at_exit: list[str] = []

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Note which exit handlers the user's own code registers inside this block."""
        real: Any = atexit.register
        hooked: Any = atexit

        def register(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Callable[..., Any]:
            file = sys._getframe(1).f_code.co_filename
            if not is_installed(file):
                self._at_exit.append(getattr(function, "__qualname__", "a function"))
            registered: Callable[..., Any] = real(function, *args, **kwargs)
            return registered

        hooked.register = register
        try:
            yield
        finally:
            if hooked.register is register:
                hooked.register = real

    def leftovers(self) -> Leftovers:
        """What exists now and did not exist before."""
        found = Leftovers()
        # Fork handlers of libraries may end their threads: a trial fork shows which threads stay.
        child = quiet_fork()
        if child == 0:
            os._exit(0)
        with suppress(ChildProcessError):  # the code may let the system reap ended children
            os.waitpid(child, 0)
        if names := _threads():
            found.shared.append(f"{len(names)} more threads ({', '.join(sorted(set(names)))})")
        for number, place in _descriptors().items():
            if self._open.get(number) != place:
                _judge(number, place, found)
        if more := _shared_maps() - self._mapped:
            found.shared.append(f"shared memory ({sorted(more)[0]})")
        if self._at_exit:
            found.shared.append(f"{self._at_exit[0]}, which is to be called at the end")
        if signal.getitimer(signal.ITIMER_REAL)[0]:
            found.shared.append("a timer")
        found.exclusive += _locks() + _children() + _much_memory()
        return found


def _judge(number: int, place: str, found: Leftovers) -> None:
    """Classify an open descriptor."""
    with suppress(OSError):
        mode = os.fstat(number).st_mode
        if stat.S_ISSOCK(mode):
            _judge_socket(number, found)
        elif place.startswith(_GPUS):
            found.exclusive.append(f"a device ({place})")
        elif not _is_harmless(number, place, mode):
            found.shared.append(f"an open file ({place})")


def _is_harmless(number: int, place: str, mode: int) -> bool:
    """Whether it is a device that gives everybody the same, or a log that is only appended to."""
    if stat.S_ISCHR(mode):
        return place.startswith(_SAFE_DEVICES)
    return stat.S_ISREG(mode) and bool(fcntl.fcntl(number, fcntl.F_GETFL) & os.O_APPEND)


def _judge_socket(number: int, found: Leftovers) -> None:
    with socket.socket(fileno=os.dup(number)) as one:
        listens = one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        bound = one.family in (socket.AF_INET, socket.AF_INET6) and one.type == socket.SOCK_DGRAM
        if listens or (bound and one.getsockname()[1]):
            found.exclusive.append("a port that it listens on")
        else:
            found.shared.append("an open connection")


def _threads() -> list[str]:
    """The names of the threads beside this one, which a fork would lack."""
    deadline = monotonic() + _PATIENCE
    while (names := _threads_now()) and monotonic() < deadline:
        sleep(0.01)
    return names


def _threads_now() -> list[str]:
    names = []
    for each in (_PROC / "task").iterdir():
        with suppress(OSError):
            name = (each / "comm").read_text().strip()
            if int(each.name) != os.getpid() and name not in _SAFE_THREADS:
                names.append(name)
    python = [each.name for each in threading.enumerate() if each is not threading.main_thread()]
    return python if len(python) >= len(names) else names


def _descriptors() -> dict[int, str]:
    found = {}
    for each in (_PROC / "fd").iterdir():
        with suppress(OSError):
            found[int(each.name)] = str(each.readlink())
    return found


def _shared_maps() -> set[str]:
    """Memory mapped to be written to by several processes."""
    found = set()
    for line in (_PROC / "maps").read_text(errors="replace").splitlines():
        parts = line.split(maxsplit=5)
        if len(parts) > 1 and parts[1].startswith("rw") and parts[1].endswith("s"):
            found.add(parts[5] if len(parts) > 5 else parts[0])
    return found


def _locks() -> list[str]:
    """Locks on files: each line of the list has a number, "POSIX" or "FLOCK", the mode, the type, and the process."""
    with suppress(OSError):
        lines = Path("/proc/locks").read_text().splitlines()
        if any(parts[4] == str(os.getpid()) for parts in map(str.split, lines) if len(parts) > 4):
            return ["a lock on a file"]
    return []


def _children() -> list[str]:
    with suppress(OSError):
        for task in (_PROC / "task").iterdir():
            if (task / "children").read_text().split():
                return ["a process that it has started"]
    return []


def _much_memory() -> list[str]:
    """A reason if the import uses more memory than is left, such as for a model that a second process could not
    load.
    """
    with suppress(OSError, ValueError, IndexError):
        taken = int((_PROC / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        lines = Path("/proc/meminfo").read_text().splitlines()
        left = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
        if taken > left:
            return ["more memory than is left"]
    return []
