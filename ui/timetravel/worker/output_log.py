"""The output of a run: pieces joined where they belong together, the oldest dropped when it gets too long."""

from collections import deque
from dataclasses import dataclass, field

from ui.timetravel.worker.run_state import Output

LIMIT = 1_000_000
_PIECE = 32_768
_PIECES = 20_000


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
    """Keeps the last million characters, in at most 20,000 pieces. Not safe for threads by itself."""

    def __init__(self) -> None:
        self._pieces: deque[_Piece] = deque()
        self._size = 0
        self.dropped = 0

    def add(self, kind: str, node: str, task: str, text: str) -> None:
        """Add text. A piece longer than 32 KB goes on in a new one, so that little is dropped at a time."""
        if not text:
            return
        if len(text) > LIMIT:
            self.dropped += len(text) - LIMIT
            text = text[-LIMIT:]
        last = self._pieces[-1] if self._pieces else None
        if last is None or (last.kind, last.node, last.task) != (kind, node, task) or last.size > _PIECE:
            last = _Piece(kind, node, task)
            self._pieces.append(last)
        last.add(text)
        self._size += len(text)
        while (self._size > LIMIT or len(self._pieces) > _PIECES) and len(self._pieces) > 1:
            gone = self._pieces.popleft()
            self._size -= gone.size
            self.dropped += gone.size

    def tell(self) -> tuple[Output, ...]:
        """All that is kept, oldest first."""
        return tuple(piece.tell() for piece in self._pieces)

    def tail(self, size: int = 4000) -> str:
        """The last text that came out as stdout or stderr."""
        found: list[str] = []
        for piece in reversed(self._pieces):
            if piece.kind in ("stdout", "stderr"):
                found.insert(0, piece.tell().text)
                if sum(map(len, found)) >= size:
                    break
        return "".join(found)[-size:]
