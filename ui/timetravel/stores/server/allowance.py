"""Bounds on the time and memory that a server's answers may take: for one answer, and for all answers of one read."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ui.timetravel.errors import StoreUnreadable
from ui.timetravel.ground.text.formatting import format_bytes

ANSWER_SECONDS = 20.0
"""The time from a request to the last byte of its answer."""
LOADING_SECONDS = 120.0
"""The same for requests for which a server may have to import a graph."""
READING_SECONDS = 40.0
"""The time for all answers that one list, one history or one checkpoint needs."""
ANSWERS = 2_000
"""The most requests for one read."""
ANSWER_BYTES = 24 << 20
"""The most bytes of one answer, or of one event of a stream, with all that is sent around it."""
ANSWER_VALUES = 1_000_000
"""The most values in one answer or event, counted by its commas and brackets: each takes up to a hundred bytes of
memory.
"""


class TookTooLong(StoreUnreadable):
    """The server has used up the time for an answer, or for all answers of one read."""


class AnswerTooLarge(StoreUnreadable):
    """An answer is larger than the bound for one answer."""

    def __init__(self, title: str) -> None:
        super().__init__(
            f"The server at {title} sends too much at once: at most {format_bytes(ANSWER_BYTES)} and {ANSWER_VALUES:,} "
            "values of one answer are read. What it holds there can't be shown."
        )


class Allowance:
    """The remaining time, number of answers and bytes that a server may use. Safe to use from several threads.

    `above` is the allowance of the whole read that an answer belongs to. Using more raises StoreUnreadable.
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
        """The remaining time; None where it is not bounded. Raises StoreUnreadable when none is left."""
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
        """Count bytes that have come in. Raises StoreUnreadable when there are too many."""
        if self._bytes is None:
            return
        with self._lock:
            self._bytes -= count
            over = self._bytes < 0
        if over:
            raise AnswerTooLarge(self._title)

    def take_answer(self) -> None:
        """Count one more request. Raises StoreUnreadable when there are too many."""
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
    """The allowance of the request that this thread is making; None where it makes none."""
    return _current.get()


@contextmanager
def allowed(allowance: Allowance) -> Iterator[None]:
    """Charge all that this thread reads from a server, inside the `with` block, to this allowance."""
    token = _current.set(allowance)
    try:
        yield
    finally:
        _current.reset(token)
