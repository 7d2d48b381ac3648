"""A try in a process of its own, so that one that ends its process, or never ends, is told like any other failure."""

import json
import os
import resource
import select
import signal
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any


def apart(work: Callable[[], Any], seconds: float = 10.0, wait: float = 60.0) -> tuple[Any, str]:
    """What `work` gave, as JSON can say it, and what went wrong, else empty: its traceback, or how its process ended.

    It may take `seconds` of the processor's time, and `wait` in all.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        _do(work, seconds, writing, reading)
    os.close(writing)
    text, ended = _heard(child, reading, time.monotonic() + wait)
    try:
        given, failure = json.loads(text)
    except ValueError:
        return None, ended or "its process ended without a word"
    return given, failure


def _do(work: Callable[[], Any], seconds: float, writing: int, reading: int) -> None:
    """Work in the child, and end it."""
    os.close(reading)
    status = 1
    with suppress(BaseException):
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds + _spent()) + 1, int(seconds + _spent()) + 5))
        try:
            said = json.dumps([work(), ""])
        except BaseException:
            said = json.dumps([None, traceback.format_exc()[-3000:]])
        with os.fdopen(writing, "w") as out:
            out.write(said)
        status = 0
    os._exit(status)


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _heard(child: int, reading: int, end: float) -> tuple[str, str]:
    parts: list[bytes] = []
    ended = ""
    with os.fdopen(reading, "rb", buffering=0) as heard:
        while True:
            ready, _, _ = select.select([heard], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                ended = "it did not end"
                os.kill(child, signal.SIGKILL)
                break
            if not (piece := heard.read(1 << 16)):
                break
            parts.append(piece)
    _, status = os.waitpid(child, 0)
    if not ended and os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        ended = (
            "it took too long" if number == signal.SIGXCPU else f"its process ended by {signal.Signals(number).name}"
        )
    return b"".join(parts).decode(), ended
