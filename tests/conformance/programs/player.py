"""Plays programs in a process of its own, in any LangGraph, and gives the truth of each thread.

with Player(sys.executable, "checkpoints.sqlite") as player:
    history = player.play(program, "thread")
"""

import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.conformance.programs.deeds import History
from tests.conformance.programs.programs import Program

ROOT = Path(__file__).resolve().parents[3]


class Player:
    """A process that plays programs on threads of one SQLite file, with the LangGraph of this Python."""

    def __init__(self, python: str | Path, path: str | Path) -> None:
        self._process = subprocess.Popen(
            [python, "-W", "ignore", "-m", "tests.conformance.programs.played", path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
            encoding="utf-8",
        )

    def play(self, program: Program, thread: str) -> History:
        """Do what the program says to a new thread, and tell the truth of it."""
        given, told = self._process.stdin, self._process.stdout
        assert given
        assert told
        given.write(json.dumps([program.as_data(), thread]) + "\n")
        given.flush()
        line = told.readline()
        assert line.startswith("{"), f"The player has no answer to {program!r}: {line}"
        return History.from_json(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(30)
