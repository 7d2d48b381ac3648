"""Ends this process when the debugger is gone, while LangGraph is imported: later requests are waited for anyway."""

import os
import select
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held(descriptor: int) -> Iterator[None]:
    """While this is on, the end of the other side of a pipe or socket ends this process. Nothing is read.

    The thread for it is gone afterwards, so that the process can be forked.
    """
    over, end = os.pipe()
    watch = threading.Thread(target=_watch, args=(descriptor, over), daemon=True)
    watch.start()
    try:
        yield
    finally:
        os.close(end)
        watch.join()
        os.close(over)


def _watch(descriptor: int, over: int) -> None:
    polled = select.poll()
    polled.register(descriptor, 0)  # POLLHUP and POLLERR are told without being asked for
    polled.register(over, 0)
    if any(which == descriptor for which, _ in polled.poll()):
        os._exit(1)
