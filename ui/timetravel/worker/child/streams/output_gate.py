"""Passes on as much of what nodes print as a person could read; of a flood the beginning and the end.

Otherwise a node that prints endlessly would have to wait for the debugger, and keep it busy with text that nobody sees.
"""

import time
from collections import deque

from ..shared.clipping import TEXT, clipped
from ..shared.protocol import Message

_BURST = 1_000_000
"""Characters that are passed on at once."""
_PER_SECOND = 500_000
_HELD = 32_768
"""Characters of the end that are held back, to be sent when the flood is over or there is room again."""
_EACH = 100
"""What a message counts beside its text."""


class OutputGate:
    """Not safe to use from several threads.

    Returns messages in order; "left_out" is the number of characters missing before one.
    """

    def __init__(self) -> None:
        self._room = float(_BURST)
        self._then = time.monotonic()
        self._held: deque[Message] = deque()
        self._size = 0
        self._left_out = 0

    @property
    def holds(self) -> bool:
        """Whether something is held back."""
        return bool(self._held)

    def let(self, message: Message) -> list[Message]:
        """The messages to send after this one was printed."""
        now = time.monotonic()
        self._room = min(_BURST, self._room + (now - self._then) * _PER_SECOND)
        self._then = now
        size = len(message["text"]) + _EACH
        if size > TEXT:
            message = {**message, "text": clipped(message["text"], TEXT)}
            size = len(message["text"]) + _EACH
        if not self._held and size <= self._room:
            self._room -= size
            return [message]
        self._hold(message)
        return self.release() if self._room >= _BURST / 4 else []

    def release(self) -> list[Message]:
        """The messages that were held back."""
        held, self._held = list(self._held), deque()
        if held and self._left_out:
            held[0] = {**held[0], "left_out": self._left_out}
        self._room -= self._size
        self._size = self._left_out = 0
        return held

    def _hold(self, message: Message) -> None:
        text = message["text"]
        last = self._held[-1] if self._held else None
        if last is not None and len(last["text"]) < _HELD // 8 and last == {**message, "text": last["text"]}:
            last["text"] += text
        else:
            self._held.append(dict(message))
            self._size += _EACH
        self._size += len(text)
        while self._size > _HELD and len(self._held) > 1:
            gone = len(self._held.popleft()["text"])
            self._size -= gone + _EACH
            self._left_out += gone
