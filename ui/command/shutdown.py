"""The end of the app by a signal: in good order, and in time whatever is in the way."""

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
"""How long an orderly end may take. What is not ended by then hears of this process's end, see `ground.guard`."""
_TWICE_SECONDS = 0.3
"""Signals that come closer together are one wish: a terminal's, and that of a shell that passes it on."""

_ENDING = (signal.SIGINT, signal.SIGTERM)
_TERMINATING = (signal.SIGHUP, signal.SIGQUIT) if sys.platform != "win32" else ()


def end_in_time() -> None:
    """From now on a signal ends this process two seconds later at most, and a second one at once.

    For the main thread. The first is left to whoever handles SIGINT and SIGTERM. SIGQUIT, and SIGHUP of a terminal that
    closes, are taken as SIGTERM, unless they were to be ignored (nohup).
    """
    for number in _TERMINATING:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _as_if_terminated)
    before = {number: signal.getsignal(number) for number in _ENDING}
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    # Told of every signal that has a handler, also while the main thread is in the middle of a long call.
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(told, before), daemon=True, name="ending").start()


def end_in_order(status: int) -> NoReturn:
    """End this process, after all that was to be done at its end.

    Python would then take apart all that it has imported, which takes a second or two where others have the processor,
    and in which no thread watches the time any more.
    """
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # nobody reads it any more, or there is none
            stream.flush()
    os._exit(status)


def _as_if_terminated(number: int, frame: FrameType | None) -> None:
    del number, frame
    os.kill(os.getpid(), signal.SIGTERM)


def _watch(told: int, before: Mapping[int, object]) -> None:
    """`before` are the handlers that whoever takes a signal, to end in good order, puts back in the end."""
    asked = 0.0
    echo = False
    taken: set[int] = set()
    while True:
        for number in os.read(told, 64):
            if number == signal.SIGTERM and echo:
                echo = False  # which `_as_if_terminated` has sent
            elif number in (*_ENDING, *_TERMINATING):
                echo = echo or number in _TERMINATING
                if asked and number in taken and _is_put_back(number, before):
                    taken.discard(number)  # who took it raises it once more (uvicorn, `capture_signals`)
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
