"""How much a server may take of our time and memory: for one answer, and for all that are needed for one reading."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ui.timetravel.errors import StoreUnreadable
from ui.timetravel.ground.text.formatting import format_bytes

ANSWER_SECONDS = 20.0
"""From a question to the last byte of its answer."""
LOADING_SECONDS = 120.0
"""The same for what a server may have to import a graph for."""
READING_SECONDS = 40.0
"""For all answers that one list, one history or one checkpoint needs."""
ANSWERS = 2_000
"""So many questions are asked for one reading."""
ANSWER_BYTES = 24 << 20
"""Of one answer, or of one event of a stream, with all that is sent around it."""
ANSWER_VALUES = 1_000_000
"""Values in one answer or event, going by its commas and brackets: each takes up to a hundred bytes in memory."""


class TookTooLong(StoreUnreadable):
    """The time is over that a server has for an answer, or for those of one reading."""


class AnswerTooLarge(StoreUnreadable):
    """An answer is larger than what is read of one."""

    def __init__(self, title: str) -> None:
        super().__init__(
            f"The server at {title} sends too much at once: at most {format_bytes(ANSWER_BYTES)} and {ANSWER_VALUES:,} "
            "values of one answer are read. What it holds there can't be shown."
        )


class Allowance:
    """What is left of the time, the answers and the bytes that a server may take. Safe for threads.

    `above` is the allowance of the reading that an answer belongs to. Over it, StoreUnreadable is raised.
    """

    def __init__(
        self,
        title: str,
        seconds: float | None,
        *,
        bytes_: int | None = None,
        answers: int | None = None,
        hung_up: threading.Event | None = None,
        above: "Allowance | None" = None,
    ) -> None:
        self._title = title
        self._seconds = seconds
        self._end = None if seconds is None else time.monotonic() + seconds
        self._bytes = bytes_
        self._answers = answers
        self._above = above
        self._lock = threading.Lock()
        self.hung_up = hung_up

    def seconds_left(self) -> float | None:
        """The time that is left, None where there is no end. Raises StoreUnreadable when it is over."""
        if self.hung_up is not None and self.hung_up.is_set():
            raise StoreUnreadable(f"The connection to {self._title} was hung up on request.")
        above = self._above.seconds_left() if self._above else None
        if self._end is None or self._seconds is None:
            return above
        left = self._end - time.monotonic()
        if left <= 0:
            raise TookTooLong(
                f"The server at {self._title} took too long to answer: it was given up after {self._seconds:.0f}"
                " seconds. Try again later, or look at what its log says."
            )
        return left if above is None else min(left, above)

    def take_bytes(self, count: int) -> None:
        """Note that so many bytes came. Raises StoreUnreadable when that is too many."""
        if self._bytes is None:
            return
        with self._lock:
            self._bytes -= count
            over = self._bytes < 0
        if over:
            raise AnswerTooLarge(self._title)

    def take_answer(self) -> None:
        """Note that one more question is asked. Raises StoreUnreadable when that is too many."""
        if self._above:
            self._above.take_answer()
        if self._answers is None:
            return
        with self._lock:
            self._answers -= 1
            over = self._answers < 0
        if over:
            raise TookTooLong(
                f"What the server at {self._title} tells of this does not come to an end within {ANSWERS:,} answers,"
                " and more are not asked for. Look at a single thread or checkpoint of it."
            )


_current: ContextVar[Allowance | None] = ContextVar("allowance", default=None)


def current() -> Allowance | None:
    """The allowance of the question that this thread asks now."""
    return _current.get()


@contextmanager
def allowed(allowance: Allowance) -> Iterator[None]:
    """Have all that this thread reads of a server counted there."""
    token = _current.set(allowance)
    try:
        yield
    finally:
        _current.reset(token)
