"""A process that has imported a graph's module and stays, to be forked, or where that isn't safe to answer requests
itself.

The message "imported" says what the import printed, read and left open. A run gets a fork of this process, or another
such process that has answered no request and ends with the run.
"""

import gc
import os
import queue
import socket
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import NoReturn
from weakref import finalize

from ...shared.protocol import Message
from ...streams.channel import Channel, flush
from ...streams.fork_server import BEGAN, Forking, packages, take_streams
from ..load import import_graph
from .import_record import ImportRecord
from .leftovers import Before, Leftovers
from .live_objects import keep_live_objects
from .randomness import Randomness

Responder = Callable[[Message], Message]


class Staying:
    """One import, and the service after it. `control` is the socket for fork requests, None without forks."""

    def __init__(self, channel: Channel, control: socket.socket | None) -> None:
        self.unheard: queue.SimpleQueue[Message] = queue.SimpleQueue()
        """Requests that came after that for a run, before the run began."""
        self._channel = channel
        self._control = control
        self._installed = packages()
        self._record = ImportRecord()
        self._randomness = Randomness()
        self._before = Before() if control else None
        self._finalizers: set[finalize] = _finalizers()  # type: ignore[type-arg]

    def import_graph(self, request: Message) -> bool:
        """Import the module, send "imported", and return whether the process can be forked. Raises what the module
        raises.

        Where it can be forked, no thread of ours may be running when threads are counted: if the debugger ends
        meanwhile, the template that forked this process ends it.
        """
        if self._control is None:
            self._channel.watch(self.unheard.put)
        with ExitStack() as stack:
            stack.enter_context(self._record.recording())
            stack.enter_context(self._randomness.watching())
            if self._before:
                stack.enter_context(self._before.watching())
            import_graph(request["spec"], request["dependencies"])
        flush()
        _flush_files()
        left = self._before.leftovers() if self._before else Leftovers(["this system"])
        forks = not left.shared and not left.exclusive
        told = {"forks": forks, "shared": left.shared, "exclusive": left.exclusive}
        self._channel.send({"event": "imported", **told, "packages": self._installed, **self._record.report(BEGAN)})
        return forks

    def fork(self) -> Message:
        """Fork on request until no more is wanted. Returns only in a worker: its request."""
        assert self._control is not None
        gc.collect()
        keep_live_objects()
        gc.freeze()
        forking = Forking(self._control, self._clean_up)
        take_streams(forking.serve({"event": "ready", "packages": {}}))
        self._channel.open_anew()
        # Objects made by the import belong to the process that is forked, and must not be cleaned up when this one
        # ends.
        for each in self._new_finalizers():
            each.detach()
        self._randomness.renew()
        self._channel.first()  # the folder and environment are those that the import left
        return self._channel.first()

    def answer_with(self, answer: Responder) -> Message:
        """Answer requests one after another, each with its `id`, until the debugger ends, or a run is requested.

        Returns the run's request: from then on the process belongs to the run.
        """
        self._channel.watch(self.unheard.put)
        while True:
            request = self.unheard.get()
            if request["do"] == "run":
                return request
            told = answer(request)
            flush()
            self._channel.send({**told, "id": request["id"]})

    def _clean_up(self) -> None:
        for each in self._new_finalizers():
            with suppress(Exception):
                each()

    def _new_finalizers(self) -> set[finalize]:  # type: ignore[type-arg]
        return {each for each in _finalizers() - self._finalizers if each.atexit}


def _finalizers() -> set[finalize]:  # type: ignore[type-arg]
    """All live finalizers: one of them removes the folder of a `TemporaryDirectory`, for instance."""
    return set(getattr(finalize, "_registry", ()))


def _flush_files() -> None:
    """Write what is buffered, so that no fork writes it a second time."""
    for each in gc.get_objects():
        if type(each).__module__ == "_io" and hasattr(each, "flush"):
            with suppress(Exception):
                if not each.closed and each.writable():
                    each.flush()


def leave() -> NoReturn:
    """End this process without running exit handlers, after an import that failed and may have left anything behind."""
    flush()
    os._exit(1)
