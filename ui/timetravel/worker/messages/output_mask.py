"""Masks secrets in a worker's messages, and in output that comes in pieces from several tasks at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ui.timetravel.ground.redaction.redact import MaskedStream, masked_message, without_beginning
from ui.timetravel.worker.child.shared.protocol import Message

_GOES_ON = frozenset(("output", "started", "checkpoint", "note", "changed", "reply", "deleting", "prepared"))
"""Messages after which a task's output may continue in the middle of a word."""
_OF_ONE_TASK = ("kind", "node", "task", "run")


@dataclass
class _Piece:
    last: Message
    stream: MaskedStream = field(default_factory=MaskedStream)


class OutputMask:
    """Masks one stream of a worker's messages. Not safe to use from several threads: each stream has its own."""

    def __init__(self) -> None:
        self._pieces: dict[tuple[str, ...], _Piece] = {}

    def take(self, message: Message) -> Iterator[Message]:
        """The messages to pass on: usually this one; before a task's end also the task's text that was held back."""
        event = message["event"]
        if event == "output":
            yield from self._output(message)
            return
        if event == "ended":
            yield from self._end([key for key in self._pieces if key[2] == message["id"]])
        elif event not in _GOES_ON:
            yield from self.rest()
        yield masked_message(message)

    def rest(self) -> Iterator[Message]:
        """The text that was held back, once no more messages come."""
        yield from self._end(list(self._pieces))

    def _output(self, message: Message) -> Iterator[Message]:
        if message.get("left_out"):  # text left out of any task's output: no text continues across it
            yield from self.rest()
            message = {**message, "text": without_beginning(message["text"])}
        key = tuple(str(message.get(name, "")) for name in _OF_ONE_TASK)
        piece = self._pieces.setdefault(key, _Piece(message))
        piece.last = {name: value for name, value in message.items() if name != "left_out"}
        if (text := piece.stream.take(message["text"])) or message.get("left_out"):
            yield {**message, "text": text}
        if not piece.stream.holds:
            del self._pieces[key]

    def _end(self, keys: list[tuple[str, ...]]) -> Iterator[Message]:
        for key in keys:
            piece = self._pieces.pop(key)
            if text := piece.stream.end():
                yield {**piece.last, "text": text}
