"""Ends the app after a signal: in good order, and within a fixed time even if something blocks."""

import atexit
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from types import FrameType
from typing import NoReturn

_ORDERLY_SECONDS = 2.0
"""How long an orderly end may take. What has not ended then is ended by this process's end, see `ground.guard`."""
_TWICE_SECONDS = 0.3
"""Signals that come closer together count as one: from the terminal, and from a shell that passes it on."""

_ENDING = (signal.SIGINT, signal.SIGTERM)
_TERMINATING = (signal.SIGHUP, signal.SIGQUIT) if sys.platform != "win32" else ()


def end_in_time() -> None:
    """From now on a signal ends this process after at most two seconds, and a second signal immediately.

    Must be called in the main thread. The first signal is left to the handlers of SIGINT and SIGTERM. SIGQUIT, and
    SIGHUP when a terminal closes, are treated as SIGTERM, unless they were ignored (nohup).
    """
    for number in _TERMINATING:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _as_if_terminated)
    before = {number: signal.getsignal(number) for number in _ENDING}
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    # Receives every signal that has a handler, even while the main thread is in a long call.
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(told, before), daemon=True, name="ending").start()


def end_in_order(status: int) -> NoReturn:
    """End this process after running its exit handlers.

    Without this, Python would then take apart all imported modules, which takes a second or two on a busy machine,
    during which no thread limits the time.
    """
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # it has been closed, or never existed
            stream.flush()
    os._exit(status)


def _as_if_terminated(number: int, frame: FrameType | None) -> None:
    del number, frame
    os.kill(os.getpid(), signal.SIGTERM)


def _watch(told: int, before: Mapping[int, object]) -> None:
    """End the process in time after a signal.

    `before` are the handlers that are restored at the end of an orderly shutdown.
    """
    asked = 0.0
    echo = False
    taken: set[int] = set()
    while True:
        for number in os.read(told, 64):
            if number == signal.SIGTERM and echo:
                echo = False  # sent by `_as_if_terminated`
            elif number in (*_ENDING, *_TERMINATING):
                echo = echo or number in _TERMINATING
                if asked and number in taken and _is_put_back(number, before):
                    taken.discard(number)  # its handler raises it once more (uvicorn, `capture_signals`)
                elif asked and time.monotonic() - asked > _TWICE_SECONDS:
                    os._exit(128 + number)
                if not asked:
                    asked = time.monotonic()
                    late = threading.Timer(_ORDERLY_SECONDS, os._exit, (128 + number,))
                    late.daemon = True
                    late.start()
            taken.update(one for one in _ENDING if not _is_put_back(one, before))


def _is_put_back(number: int, before: Mapping[int, object]) -> bool:
    return signal.getsignal(number) in (before.get(number), signal.SIG_DFL)
