"""The output of a run: pieces are joined where they belong together; if it is too long, its beginning and end are
kept.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from ui.timetravel.model.runs import Output
from ui.timetravel.worker.child.shared.clipping import missing

LIMIT = 1_000_000
BEGINNING = 200_000
"""Characters of the beginning that are kept, however many follow."""
_PIECE = 32_768
_PIECES = 20_000
_FIRST_PIECES = 4_000


@dataclass(slots=True)
class _Piece:
    kind: str
    node: str
    task: str
    chunks: list[str] = field(default_factory=list)
    size: int = 0
    told: Output | None = None

    def add(self, text: str) -> None:
        self.chunks.append(text)
        self.size += len(text)
        self.told = None

    def tell(self) -> Output:
        if self.told is None:
            self.chunks = ["".join(self.chunks)]
            self.told = Output(self.kind, self.node, self.chunks[0], self.task)
        return self.told


class OutputLog:
    """Keeps the first 200,000 characters and the last 800,000, in at most 20,000 pieces.

    Not safe to use from several threads.
    """

    def __init__(self) -> None:
        self._first: list[_Piece] = []
        self._last: deque[_Piece] = deque()
        self._first_size = self._last_size = self._gap = 0
        self.dropped = 0
        """The number of characters that were left out, here or in the worker."""

    def add(self, kind: str, node: str, task: str, text: str, left_out: int = 0) -> None:
        """Add text. A piece longer than 32 KB continues in a new one, so that not much is dropped at a time.

        `left_out` is the number of characters missing before it.
        """
        if left_out:
            self.dropped += left_out
            text = f"{missing(left_out)}{text}"
        if not text:
            return
        room = BEGINNING - self._first_size
        if room > 0 and not self._last and len(self._first) < _FIRST_PIECES:
            _join(self._first, kind, node, task, text[:room])
            self._first_size += len(text[:room])
            text = text[room:]
        if text:
            self._add_last(kind, node, task, text)

    def tell(self) -> tuple[Output, ...]:
        """All that is kept, oldest first, with a word on what is missing where it is."""
        first = tuple(piece.tell() for piece in self._first)
        gap = (Output("", "", missing(self._gap)),) if self._gap else ()
        return (*first, *gap, *(piece.tell() for piece in self._last))

    def tail(self, size: int = 4000) -> str:
        """The last text that was printed to stdout or stderr, at most `size` characters."""
        found: list[str] = []
        for piece in self._newest():
            if piece.kind in ("stdout", "stderr"):
                found.insert(0, piece.tell().text)
                if sum(map(len, found)) >= size:
                    break
        return "".join(found)[-size:]

    def _newest(self) -> Iterator[_Piece]:
        yield from reversed(self._last)
        yield from reversed(self._first)

    def _add_last(self, kind: str, node: str, task: str, text: str) -> None:
        most = LIMIT - BEGINNING
        if len(text) > most:
            self._leave_out(len(text) - most)
            text = text[-most:]
        _join(self._last, kind, node, task, text)
        self._last_size += len(text)
        self._drop_more(most)

    def _drop_more(self, most: int) -> None:
        while (self._last_size > most or len(self._last) > _PIECES - _FIRST_PIECES) and len(self._last) > 1:
            gone = self._last.popleft()
            self._last_size -= gone.size
            self._leave_out(gone.size)

    def _leave_out(self, size: int) -> None:
        self._gap += size
        self.dropped += size


def _join(pieces: "list[_Piece] | deque[_Piece]", kind: str, node: str, task: str, text: str) -> None:
    last = pieces[-1] if pieces else None
    if last is None or (last.kind, last.node, last.task) != (kind, node, task) or last.size > _PIECE:
        last = _Piece(kind, node, task)
        pieces.append(last)
    last.add(text)
