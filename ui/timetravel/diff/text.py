"""What changed inside a text, cut into pieces for reading."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Literal, NamedTuple

from diff_match_patch import diff_match_patch

from ui.timetravel.diff.alignment import match

PieceKind = Literal["same", "added", "removed", "skipped"]

_KINDS: dict[int, PieceKind] = {-1: "removed", 0: "same", 1: "added"}

_LONG = 2_000
"""Characters. In longer texts lines are matched first, which stays exact where matching characters would take too
long.
"""

_LONGEST = 500_000
"""Characters. If two texts differ in more than this, the difference is one piece: nobody reads it bit by bit."""

_WORTH_SKIPPING = 40
"""Characters. Saying that fewer were left out would take as much room as showing them."""


class _Run(NamedTuple):
    old: int
    new: int
    size: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text.

    A "skipped" piece is the same on both sides, like "same", but so long that only its length is shown.
    """

    kind: PieceKind
    text: str


def text_diff(old: str, new: str, seconds: float = 0.2) -> list[Piece]:
    """The pieces that `old` and `new` are made of, in order, none empty and no two of a kind next to each other.

    Exact: the texts of "same" and "removed" joined are `old`, those of "same" and "added" are `new`. Cut for reading:
    by lines first where the texts are long, then by characters, and without the accidental matches of a few letters.
    Where that takes longer than `seconds` (above 0; about, and of this machine's time) the pieces become coarser, so
    the same texts may give other pieces another time.
    """
    differ = diff_match_patch()
    differ.Diff_Timeout = seconds
    deadline = time.time() + seconds
    found: list[tuple[int, str]] = []
    if max(len(old), len(new)) > _LONGEST:
        head = differ.diff_commonPrefix(old, new)
        tail = differ.diff_commonSuffix(old[head:], new[head:])
        old_middle, new_middle = old[head : len(old) - tail], new[head : len(new) - tail]
        if max(len(old_middle), len(new_middle)) > _LONGEST:
            parts = [(0, old[:head]), (-1, old_middle), (1, new_middle), (0, old[len(old) - tail :])]
            return [Piece(_KINDS[kind], text) for kind, text in parts if text]
    for before, after in _by_lines(differ, old, new) if min(len(old), len(new)) > _LONG else [(old, new)]:
        if before != after and time.time() > deadline:
            found += [(-1, before), (1, after)]
            continue
        part = differ.diff_main(before, after, False, deadline)
        differ.diff_cleanupSemantic(part)  # part by part, since the time that it takes is quadratic
        found += part
    differ.diff_cleanupMerge(found)
    return [Piece(_KINDS[kind], text) for kind, text in found if text]


def abridge(pieces: Iterable[Piece], context: int = 80) -> list[Piece]:
    """The same pieces, with a "skipped" one in place of what is further than `context` characters from any change.

    Nothing is lost: a skipped piece carries its text, so a screen can say how long it is, and show it when asked. Of
    a text without any change the beginning is kept. Short stretches are not skipped.
    """
    whole = list(pieces)
    shown: list[Piece] = []
    for k, piece in enumerate(whole):
        if piece.kind != "same":
            shown.append(piece)
            continue
        before = context if k or len(whole) == 1 else 0
        after = context if k < len(whole) - 1 else 0
        shown += _shortened(piece, before, after)
    return shown


def _shortened(piece: Piece, before: int, after: int) -> list[Piece]:
    text = piece.text
    if len(text) < before + after + _WORTH_SKIPPING:
        return [piece]
    end = len(text) - after
    parts = Piece("same", text[:before]), Piece("skipped", text[before:end]), Piece("same", text[end:])
    return [part for part in parts if part.text]


def _by_lines(differ: Any, old: str, new: str) -> Iterator[tuple[str, str]]:
    """The two texts in parts that belong together: runs of equal lines, and the text between them."""
    head = old.rfind("\n", 0, differ.diff_commonPrefix(old, new)) + 1
    yield old[:head], new[:head]
    old, new = old[head:], new[head:]
    common = differ.diff_commonSuffix(old, new)
    line_end = old.find("\n", len(old) - common)
    tail = len(old) - line_end - 1 if line_end >= 0 else 0
    lines_old, lines_new = _lines(old[: len(old) - tail]), _lines(new[: len(new) - tail])
    i = j = 0
    for start_i, start_j, size in _runs(lines_old, lines_new):
        yield "".join(lines_old[i:start_i]), "".join(lines_new[j:start_j])
        i, j = start_i + size, start_j + size
        yield "".join(lines_old[start_i:i]), "".join(lines_new[start_j:j])
    yield old[len(old) - tail :], new[len(new) - tail :]


def _runs(old: list[str], new: list[str]) -> list[_Run]:
    """Runs of equal lines that stand out from the changes around them.

    The last one, of length 0, is at the end of both.
    """
    numbers: dict[str, int] = {}
    tokens_old = [numbers.setdefault(line, len(numbers)) for line in old]
    tokens_new = [numbers.setdefault(line, len(numbers)) for line in new]
    joined: list[_Run] = []
    for i, j in match(tokens_old, tokens_new):
        if joined and (i, j) == (joined[-1].old + joined[-1].size, joined[-1].new + joined[-1].size):
            joined[-1] = joined[-1]._replace(size=joined[-1].size + 1)
        else:
            joined.append(_Run(i, j, 1))
    ends_old = list(accumulate(map(len, old), initial=0))
    ends_new = list(accumulate(map(len, new), initial=0))

    def between(before: _Run, after: _Run) -> int:
        removed = ends_old[after.old] - ends_old[before.old + before.size]
        return max(removed, ends_new[after.new] - ends_new[before.new + before.size])

    runs = [_Run(0, 0, 0)]
    for run in [*joined, _Run(len(old), len(new), 0)]:
        while len(runs) > 1:
            earlier, last = runs[-2], runs[-1]
            length = ends_old[last.old + last.size] - ends_old[last.old]
            if length > min(between(earlier, last), between(last, run)):
                break
            runs.pop()  # a few lines that happen to be equal between two larger changes: one change to a reader
        runs.append(run)
    return runs[1:]


def _lines(text: str) -> list[str]:
    *ended, rest = text.split("\n")
    return [line + "\n" for line in ended] + [rest] * bool(rest)
