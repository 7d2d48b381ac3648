"""Tries one promise, in a process of its own: what ends that process fails the promise, and the next is still tried.

    python -m tests.soak.trial NAME SEED SHORT SECONDS FOLDER

writes a line of JSON for each case into FOLDER/cases.jsonl.
"""

import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.soak.promise import Case, Promise, Scale, load

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Outcome:
    """What came of one promise."""

    name: str
    promise: Promise
    cases: list[Case]
    seconds: float

    @property
    def failures(self) -> list[Case]:
        return [case for case in self.cases if case.failure]


def attempt(name: str, *, seed: int, short: bool, seconds: float | None = None) -> Outcome:
    """Try the promise in a process of its own. A process that ends early, or hangs, is a failed case."""
    promise = load(name)
    seconds = seconds or (promise.short_seconds if short else promise.seconds)
    folder = Path(tempfile.mkdtemp(prefix=f"soak-{name}-"))
    began = time.monotonic()
    try:
        words = [name, str(seed), str(int(short)), str(seconds), str(folder)]
        ending = _run([sys.executable, "-m", "tests.soak.trial", *words], promise.limit, folder / "output.txt")
        cases = list(_read(folder / "cases.jsonl"))
        if ending:
            cases.append(Case("the trial itself", ending))
        elif not cases:
            cases.append(Case("the trial itself", "it tried nothing"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Outcome(name, promise, cases, time.monotonic() - began)


def _run(command: list[str], limit: float, output: Path) -> str:
    with output.open("wb") as sink:
        try:
            done = subprocess.run(command, cwd=ROOT, stdout=sink, stderr=subprocess.STDOUT, timeout=limit, check=False)
        except subprocess.TimeoutExpired:
            return f"it was not through after {limit:g} s"
    if done.returncode == 0:
        return ""
    last = output.read_text(encoding="utf-8", errors="replace")[-2000:]
    return f"its process ended with {done.returncode}:\n{last}"


def _read(file: Path) -> Iterator[Case]:
    with suppress(FileNotFoundError), file.open(encoding="utf-8") as lines:
        for line in lines:
            with suppress(json.JSONDecodeError):  # the process ended in the middle of its last line
                yield Case(**json.loads(line))


def _try_one(name: str, seed: int, short: bool, seconds: float, folder: Path) -> None:
    own = folder / "own"
    own.mkdir()
    scale = Scale(short, seconds, random.Random(f"{seed} {name}"), own)
    with (folder / "cases.jsonl").open("w", encoding="utf-8", buffering=1) as sink:
        try:
            for case in load(name).try_all(scale):
                sink.write(json.dumps(asdict(case)) + "\n")
        except Exception:
            sink.write(json.dumps(asdict(Case("the trial itself", traceback.format_exc()))) + "\n")


if __name__ == "__main__":
    _try_one(sys.argv[1], int(sys.argv[2]), sys.argv[3] == "1", float(sys.argv[4]), Path(sys.argv[5]))
