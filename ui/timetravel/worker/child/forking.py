"""The template of workers: LangGraph is imported in this process once, and every worker is a fork of it.

It has one thread and holds nothing of the user's: what a fork imports is fresh. On its socket, an object a message:

    {"do": "fork", "number": n}, with the worker's stdin, stdout and stderr        {"do": "kill", "number": n}
    {"event": "ready", "packages": {folder: time of its last change}}              {"event": "forked", "number", "pid"}
    {"event": "ended", "number", "code"}: the exit status, negative for a signal

The end of the socket means that the debugger is gone: every worker ends at once.
"""

import contextlib
import gc
import os
import select
import signal
import site
import socket
import sys
from pathlib import Path

from ..protocol import Message, pack, unpack
from .channel import Channel


def packages() -> dict[str, int]:
    """When something was last installed in the folders of packages, in nanoseconds, by their paths."""
    folders = [*site.getsitepackages(), *([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])]
    return {at: Path(at).stat().st_mtime_ns for at in folders if Path(at).is_dir()}


def become_a_worker(descriptor: int, channel: Channel, installed: dict[str, int]) -> None:
    """Serve as the template on this socket. Returns in each worker, with its streams in place, and nowhere else."""
    # What is here now stays: the collector of a fork that walked through it would copy its pages.
    gc.collect()
    gc.freeze()
    given = _Template(socket.socket(fileno=descriptor)).serve(installed)
    os.setsid()
    for stream, one in enumerate(given):
        os.dup2(one, stream)
        os.close(one)
    sys.argv[1:] = []
    channel.open()
    told = channel.first()
    os.environ.clear()
    os.environ.update(told["env"])
    os.chdir(told["folder"])


class _Template:
    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._children: dict[int, int] = {}
        self._awake, self._woken = os.pipe()
        os.set_blocking(self._woken, False)
        signal.set_wakeup_fd(self._woken)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # without a handler nothing is woken

    def serve(self, installed: dict[str, int]) -> list[int]:
        """Fork, kill and tell until the socket ends. Returns in a worker alone: the descriptors that it was given."""
        self._say({"event": "ready", "packages": installed})
        while True:
            ready, _, _ = select.select([self._control.fileno(), self._awake], [], [])
            if self._awake in ready:
                os.read(self._awake, 4096)
                self._tell_of_ends()
            if self._control.fileno() in ready:
                data, given, _, _ = socket.recv_fds(self._control, 4096, 3)
                if not data:
                    self._end()
                request = unpack(data)
                if request["do"] == "kill":
                    self._kill(request["number"])
                elif self._fork(request["number"], given):
                    return given

    def _fork(self, number: int, given: list[int]) -> bool:
        """Whether this is the worker."""
        try:
            pid = os.fork()
        except OSError as error:
            os.write(given[2], f"No process can be started: {error}.\n".encode())
            self._say({"event": "forked", "number": number, "pid": 0})
            self._say({"event": "ended", "number": number, "code": 1})
            pid = -1
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._control.close()
            os.close(self._awake)
            os.close(self._woken)
            return True
        for one in given:
            os.close(one)
        if pid > 0:
            self._children[number] = pid
            self._say({"event": "forked", "number": number, "pid": pid})
        return False

    def _tell_of_ends(self) -> None:
        for number, pid in list(self._children.items()):
            # The group's id stays taken until its leader is reaped, so the rest of the group is killed before that.
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG):
                self._kill(number)
                _, status = os.waitpid(pid, 0)
                del self._children[number]
                self._say({"event": "ended", "number": number, "code": os.waitstatus_to_exitcode(status)})

    def _kill(self, number: int) -> None:
        pid = self._children.get(number)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)  # it may not have come to have a group yet
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)

    def _say(self, message: Message) -> None:
        with contextlib.suppress(OSError):  # the debugger is gone: the socket says so next
            self._control.send(pack(message))

    def _end(self) -> None:
        for number in list(self._children):
            self._kill(number)
        os._exit(0)
