"""A process that forks workers: the template, with LangGraph imported, or one that has imported a project's graph as
well.

It has a single thread while it forks. On its socket, each message is an object:

    {"do": "fork", "number": n}, with the worker's stdin, stdout and stderr        {"do": "kill", "number": n}
    {"event": "ready", "packages": {folder: time of its last change}}              {"event": "forked", "number", "pid"}
    {"event": "ended", "number", "code"}: the exit status, negative for a signal

With a fourth descriptor the fork itself is to be such a process, and that is its own socket. The end of the socket
means that the debugger has ended, or no longer needs this process: then every worker is ended immediately.
"""

import contextlib
import gc
import os
import signal
import site
import socket
import sys
import time
import warnings
from collections.abc import Callable
from os import fork
from pathlib import Path
from select import select
from time import monotonic, sleep

from ..shared.process_tree import adopt_orphans, children, die_with_parent, kill_tree
from ..shared.protocol import Message, pack, unpack
from .channel import Channel

# `fork`, `select`, `sleep` by name: what a user's module puts in their place later (gevent does) is not for us.

BEGAN = time.time_ns()
"""When this program began, before it imported LangGraph: it may not have imported changes made since."""
_GRACE_SECONDS = 1.5


def packages() -> dict[str, int]:
    """The time of the last installation in each folder of packages, in nanoseconds, by their paths."""
    folders = [*site.getsitepackages(), *([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])]
    return {at: Path(at).stat().st_mtime_ns for at in folders if Path(at).is_dir()}


def become_a_worker(descriptor: int, channel: Channel, installed: dict[str, int]) -> socket.socket | None:
    """Serve as the template on this socket. Returns only in each worker, with its streams in place.

    Returns the worker's own socket, if it has one.
    """
    # Exempt present objects from collection: a fork's collector would visit them, and so copy their memory pages.
    gc.collect()
    gc.freeze()
    given = Forking(socket.socket(fileno=descriptor)).serve({"event": "ready", "packages": installed})
    take_streams(given[:3])
    sys.argv[1:] = []
    channel.open()
    told = channel.first()
    os.environ.clear()
    os.environ.update(told["env"])
    os.chdir(told["folder"])
    return socket.socket(fileno=given[3]) if len(given) > 3 else None


def take_streams(given: list[int]) -> None:
    """Become a session and process group of its own, with these as stdin, stdout and stderr."""
    os.setsid()
    for stream, one in enumerate(given):
        os.dup2(one, stream)
        os.close(one)


class Forking:
    """Forks workers on request, and reports their ends."""

    def __init__(self, control: socket.socket, clean_up: Callable[[], None] = lambda: None) -> None:
        """`clean_up` is called at the end, once no fork is left."""
        self._control = control
        self._clean_up = clean_up
        self._children: dict[int, int] = {}
        self._stayers: set[int] = set()
        adopt_orphans()
        self._awake, self._woken = os.pipe()
        os.set_blocking(self._woken, False)
        self._wakeup_before = signal.set_wakeup_fd(self._woken, warn_on_full_buffer=False)
        # Without a handler the signal would not wake `select`.
        self._handler_before = signal.signal(signal.SIGCHLD, lambda *_: None) or signal.SIG_DFL

    def serve(self, first: Message) -> list[int]:
        """Fork, kill and report until the socket is closed.

        Returns only in a worker: the descriptors that it was given.
        """
        self._say(first)
        while True:
            ready, _, _ = select([self._control.fileno(), self._awake], [], [])
            if self._awake in ready:
                os.read(self._awake, 4096)
                self._tell_of_ends()
            if self._control.fileno() in ready:
                data, given, _, _ = socket.recv_fds(self._control, 4096, 4)
                if not data:
                    self._end()
                request = unpack(data)
                if request["do"] == "kill":
                    self._kill(request["number"])
                elif self._fork(request["number"], given):
                    return given

    def _fork(self, number: int, given: list[int]) -> bool:
        """Fork, and return whether this is the worker."""
        me = os.getpid()
        try:
            pid = quiet_fork()
        except OSError as error:
            os.write(given[2], f"No process can be started: {error}.\n".encode())
            self._say({"event": "forked", "number": number, "pid": 0})
            self._say({"event": "ended", "number": number, "code": 1})
            pid = -1
        if pid == 0:
            die_with_parent(me)
            adopt_orphans()
            self._be_as_before()
            return True
        for one in given:
            os.close(one)
        if pid > 0:
            self._children[number] = pid
            if len(given) > 3:
                self._stayers.add(number)
            self._say({"event": "forked", "number": number, "pid": pid})
        return False

    def _be_as_before(self) -> None:
        signal.set_wakeup_fd(self._wakeup_before)
        signal.signal(signal.SIGCHLD, self._handler_before)
        self._control.close()
        os.close(self._awake)
        os.close(self._woken)

    def _tell_of_ends(self) -> None:
        for number, pid in list(self._children.items()):
            # The group's id is not reused until its leader is reaped, so the rest of the group is killed before that.
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG):
                self._kill(number)
                _, status = os.waitpid(pid, 0)
                del self._children[number]
                self._stayers.discard(number)
                self._say({"event": "ended", "number": number, "code": os.waitstatus_to_exitcode(status)})
        self._end_orphans()

    def _end_orphans(self) -> None:
        """End what a worker that has ended had started: the system made them children of this process."""
        for pid in children(os.getpid()) - set(self._children.values()):
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG) == (0, 0):
                    kill_tree(pid)
                    os.waitpid(pid, os.WNOHANG)

    def _kill(self, number: int) -> None:
        pid = self._children.get(number)
        if pid is not None:
            kill_tree(pid)

    def _say(self, message: Message) -> None:
        with contextlib.suppress(OSError):  # the debugger has ended: the socket is closed next
            self._control.send(pack(message))

    def _end(self) -> None:
        for number in self._children.keys() - self._stayers:
            self._kill(number)
        self._wait_for_stayers()
        for number in self._children:
            self._kill(number)
        self._clean_up()
        os._exit(0)

    def _wait_for_stayers(self) -> None:
        """Wait for forks that fork themselves: they have noticed the end too, and end their own workers before they may
        be killed.
        """
        deadline = monotonic() + _GRACE_SECONDS
        while self._children.keys() & self._stayers and monotonic() < deadline:
            self._tell_of_ends()
            sleep(0.01)


def quiet_fork() -> int:
    """Fork without Python's warning about threads: those that are left are safe, see leftovers.py."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return fork()
