"""Masks secrets in what the app's own process shows: its output, its logs, and its command line."""

import ctypes
import os
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TextIO, cast

from ui.timetravel.ground.redaction.redact import masked
from ui.timetravel.ground.text.visible import visible

_ARGUMENTS_BEGIN, _ARGUMENTS_END = 47, 48
"""The fields of /proc/PID/stat with their addresses, counted from 0 (proc(5), arg_start and arg_end)."""


class MaskedOutput:
    """A text stream of this process that masks secrets and replaces control characters.

    Messages contain file names, a project's names and data from a store: none of their control characters may move the
    cursor, set a title or reverse a line. Everything else goes to the stream beneath. What can't be written (to a
    closed pipe, or a log on a full disk) is dropped, so that it does not end the app.
    """

    def __init__(self, beneath: TextIO) -> None:
        self._beneath = beneath

    def write(self, text: str) -> int:
        """Write the text, masked, and return the length of the original."""
        with suppress(OSError):
            self._beneath.write(visible(masked(text)))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of these lines."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Write the text that was held back."""
        with suppress(OSError):
            self._beneath.flush()

    def __getattr__(self, name: str) -> object:
        return getattr(self._beneath, name)


def open_missing_streams() -> None:
    """Open /dev/null for each of this process's three standard streams that was closed when it started.

    Otherwise the next file that is opened, a database or a socket, would take its place and receive what is printed.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
    for number, name in ((1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w", encoding="utf-8", closefd=False))


def mask_output() -> None:
    """From now on everything that this process prints or logs goes through `MaskedOutput`, except loggers that were set
    up before.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None and not isinstance(stream, MaskedOutput):
            setattr(sys, name, cast(TextIO, MaskedOutput(stream)))


def print_unmasked(text: str) -> None:
    """Print a line unmasked, for the person who started the app: the address with the token."""
    stream = sys.stdout
    beneath = stream._beneath if isinstance(stream, MaskedOutput) else stream
    print(text, file=beneath, flush=True)


def hide_in_command_line(argument: str, secrets: Iterable[str]) -> None:
    """Overwrite the secrets in an argument with x, in this process's command line.

    Every user of the machine can read a command line. Works on Linux only; does nothing elsewhere, or where /proc does
    not say where the command line is in memory.
    """
    told = os.fsencode(argument)
    wanted = sorted((os.fsencode(one) for one in secrets if one), key=len, reverse=True)
    if not wanted or sys.platform != "linux":
        return
    with suppress(OSError, ValueError, IndexError):
        # After the program's name, which may contain spaces and parentheses, fields count from the third.
        fields = Path("/proc/self/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        begin, end = int(fields[_ARGUMENTS_BEGIN - 2]), int(fields[_ARGUMENTS_END - 2])
        if not 0 < begin < end or ctypes.string_at(begin, end - begin) != Path("/proc/self/cmdline").read_bytes():
            return
        there = ctypes.string_at(begin, end - begin)
        for at in re.finditer(re.escape(told), there):
            for secret in wanted:
                for found in re.finditer(re.escape(secret), told):
                    ctypes.memset(begin + at.start() + found.start(), ord("x"), len(secret))
