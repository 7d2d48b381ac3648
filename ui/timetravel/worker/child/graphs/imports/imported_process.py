"""A process that has imported a graph's module and stays: to be forked, or, where that isn't safe, to be asked itself.

What the import printed and read, and what it left open, is told in "imported". A run has a fork of this process, or one
like it that nobody has asked anything, and that ends with the run.
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
    """One import, and what comes after it. `control` is the socket on which forks are asked for, None without forks."""

    def __init__(self, channel: Channel, control: socket.socket | None) -> None:
        self.unheard: queue.SimpleQueue[Message] = queue.SimpleQueue()
        """What came after the request for a run, before that was begun."""
        self._channel = channel
        self._control = control
        self._installed = packages()
        self._record = ImportRecord()
        self._randomness = Randomness()
        self._before = Before() if control else None
        self._finalizers: set[finalize] = _finalizers()  # type: ignore[type-arg]

    def import_graph(self, request: Message) -> bool:
        """Import the module, and tell "imported"; whether it can be forked from now on. Raises what the module raises.

        Where it could be forked, no thread of ours is there before threads are counted: the template that it is a fork
        of ends it when the debugger is gone.
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
        """Fork for whoever asks, until nobody wants it any more. Returns in a worker alone: its request."""
        assert self._control is not None
        gc.collect()
        keep_live_objects()
        gc.freeze()
        forking = Forking(self._control, self._clean_up)
        take_streams(forking.serve({"event": "ready", "packages": {}}))
        self._channel.open_anew()
        # What was made at import is the other process's, which others are forked from: it must outlast this one.
        for each in self._new_finalizers():
            each.detach()
        self._randomness.renew()
        self._channel.first()  # the folder and the environment, which are those that the import left
        return self._channel.first()

    def answer_with(self, answer: Responder) -> Message:
        """Answer one request after another, each with its `id`, until the debugger is gone, or a run is asked for.

        Returns that request: the process is the run's from then on.
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
    """All that are alive: the folder of a `TemporaryDirectory` goes by one, for instance."""
    return set(getattr(finalize, "_registry", ()))


def _flush_files() -> None:
    """Write what is buffered, so that no fork writes it once more."""
    for each in gc.get_objects():
        if type(each).__module__ == "_io" and hasattr(each, "flush"):
            with suppress(Exception):
                if not each.closed and each.writable():
                    each.flush()


def leave() -> NoReturn:
    """End this process without its last duties, after an import that failed and may have left anything behind."""
    flush()
    os._exit(1)
