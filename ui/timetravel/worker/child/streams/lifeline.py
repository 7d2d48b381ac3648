"""Ends this process when the debugger ends, during the import of LangGraph; afterwards waiting for requests does
that.
"""

import os
import select
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held(descriptor: int) -> Iterator[None]:
    """Inside this block, this process ends when the other side of a pipe or socket is closed. Nothing is read.

    Its thread has ended afterwards, so that the process can be forked.
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
    polled.register(descriptor, 0)  # POLLHUP and POLLERR are reported without being requested
    polled.register(over, 0)
    if any(which == descriptor for which, _ in polled.poll()):
        os._exit(1)
