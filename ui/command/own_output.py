"""What the app's own process shows of itself: its output, its logs among it, and its command line, without secrets."""

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
"""Where /proc/PID/stat says them, counted from 0 (proc(5), arg_start and arg_end)."""


class MaskedOutput:
    """A text stream of this process that takes secrets out of each write, and what a terminal would obey.

    File names, a project's names and what a store holds come into messages: no control character of theirs moves the
    cursor, sets a title or turns the line round. All else goes to the stream beneath. What can't be written is dropped:
    a pipe that nobody reads any more, or a log on a full disk, ends no app.
    """

    def __init__(self, beneath: TextIO) -> None:
        self._beneath = beneath

    def write(self, text: str) -> int:
        """Write the text without secrets and controls; the count is that of the text that was given."""
        with suppress(OSError):
            self._beneath.write(visible(masked(text)))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of them."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Write what is held back."""
        with suppress(OSError):
            self._beneath.flush()

    def __getattr__(self, name: str) -> object:
        return getattr(self._beneath, name)


def open_missing_streams() -> None:
    """Have this process's three streams lead nowhere where they were closed at its start.

    Else what is opened next would be in their place, a database or a socket, and get what is printed.
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
    """From now on all that this process prints or logs goes through `MaskedOutput`. What was set up before does not."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None and not isinstance(stream, MaskedOutput):
            setattr(sys, name, cast(TextIO, MaskedOutput(stream)))


def print_unmasked(text: str) -> None:
    """Print a line that a person is to have whole: the address with the token that lets them in."""
    stream = sys.stdout
    beneath = stream._beneath if isinstance(stream, MaskedOutput) else stream
    print(text, file=beneath, flush=True)


def hide_in_command_line(argument: str, secrets: Iterable[str]) -> None:
    """Write an x over each letter of the secrets of an argument in this process's command line.

    Every user of the machine can read that.

    Linux alone: elsewhere, and where /proc doesn't tell where the command line is in memory, nothing happens.
    """
    told = os.fsencode(argument)
    wanted = sorted((os.fsencode(one) for one in secrets if one), key=len, reverse=True)
    if not wanted or sys.platform != "linux":
        return
    with suppress(OSError, ValueError, IndexError):
        # Behind the name of the program, which may hold spaces and parentheses, fields count from the third.
        fields = Path("/proc/self/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        begin, end = int(fields[_ARGUMENTS_BEGIN - 2]), int(fields[_ARGUMENTS_END - 2])
        if not 0 < begin < end or ctypes.string_at(begin, end - begin) != Path("/proc/self/cmdline").read_bytes():
            return
        there = ctypes.string_at(begin, end - begin)
        for at in re.finditer(re.escape(told), there):
            for secret in wanted:
                for found in re.finditer(re.escape(secret), told):
                    ctypes.memset(begin + at.start() + found.start(), ord("x"), len(secret))
