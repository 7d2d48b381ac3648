"""Reads of stores, each done once as long as the store stays as it is, and in a way that a person need not wait for.

A read runs beside the drawing that asks for it. So whatever a person clicks meanwhile is done at once, though the store
has not answered; what is slow says so, and after some seconds there is a button that stops waiting for it. The read
itself ends by its own deadline, and what it brought is there for whoever asks next.
"""

import threading
import time
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

import streamlit as st

from ui.session import keys
from ui.timetravel.errors import ReadingStopped
from ui.timetravel.ground.weighed_cache import Cache
from ui.timetravel.ground.weight import weight

T = TypeVar("T")

MOST = 128 << 20
"""Bytes of memory for what all tabs together have read and may ask for again."""
UNSAID, UNSTOPPABLE = 0.4, 3.0
"""Seconds before a read is said to take a while, and before a button offers to stop waiting for it."""
NOT_KEPT = MOST + 1
"""The weight of what is kept in another way, or not at all."""
_LOOK = 0.1
_patient: ContextVar[bool] = ContextVar("patient", default=False)


class Reads:
    """What was read, and what is being read now, for all tabs together."""

    def __init__(self) -> None:
        self._kept: Cache[Hashable, object] = Cache(MOST)
        self._lock = threading.Lock()
        self._open: dict[Hashable, Future[object]] = {}

    def kept(self, key: Hashable) -> object | None:
        """What was read under this key, if it is still there."""
        return self._kept.get(key)

    def begin(self, key: Hashable, read: Callable[[], object], weighed: Callable[[object], int]) -> Future[object]:
        """Begin to read in a thread of its own, unless somebody has begun to read the same."""
        with self._lock:
            going = self._open.get(key)
            if going is not None:
                return going
            begun = self._open[key] = Future()
        threading.Thread(target=self._do, args=(key, read, weighed, begun), daemon=True).start()
        return begun

    def _do(
        self, key: Hashable, read: Callable[[], object], weighed: Callable[[object], int], begun: "Future[object]"
    ) -> None:
        try:
            found = read()
            self._kept.put(key, found, weighed(found))
        except BaseException as error:  # it is raised in the drawings that wait for it
            begun.set_exception(error)
        else:
            begun.set_result(found)
        finally:
            with self._lock:
                del self._open[key]

    def keep(self, key: Hashable, value: object, weight: int) -> None:
        """Keep a value as if it had been read under this key."""
        self._kept.put(key, value, weight)


@st.cache_resource(show_spinner=False)
def _reads() -> Reads:
    return Reads()


def read_once(
    what: tuple[Hashable, ...],
    token: Hashable,
    read: Callable[[], T],
    words: str,
    weighed: Callable[[T], int] = weight,
) -> T:
    """What `read` gives of a store that has this token; `what` names it among all that is read, `words` on the screen.

    `read` runs in another thread, so it may not ask what this tab looks at. Raises what it raises, and ReadingStopped.
    """
    if st.session_state.get(keys.READING_STOPPED) == what:
        del st.session_state[keys.READING_STOPPED]
        raise ReadingStopped(f"Stopped: {words}. Press Try again to go on with it.")
    key = (what, token)
    found = _reads().kept(key)
    if found is None:
        begun = _reads().begin(key, read, weighed)  # type: ignore[arg-type]
        if _patient.get() and not wait([begun], UNSAID).done:
            _wait(begun, what, words)
        found = begun.result()
    return found  # type: ignore[return-value]


def known(what: tuple[Hashable, ...], token: Hashable) -> object | None:
    """The cached result of a read under this name and change token; None where there is none."""
    return _reads().kept((what, token))


def keep(what: tuple[Hashable, ...], token: Hashable, value: object) -> None:
    """Keep something that was read together with others, to be `known` by its own name."""
    _reads().keep((what, token), value, weight(value))


@contextmanager
def patiently() -> Iterator[None]:
    """While a page is drawn: say what is waited for. In a callback nothing is drawn, and a click must not end it."""
    token = _patient.set(True)
    try:
        yield
    finally:
        _patient.reset(token)


def _wait(begun: "Future[object]", what: tuple[Hashable, ...], words: str) -> None:
    """Say what is waited for, until it is there or a person has clicked something: that ends this drawing."""
    since = time.monotonic()
    stop = None
    with st.spinner(f"{words}…", show_time=True):
        while not wait([begun], _LOOK).done:
            st.session_state.get(keys.READING_STOPPED)  # Streamlit 1.67 looks here for what a person has clicked
            if stop is None and time.monotonic() - since > UNSTOPPABLE:
                stop = st.empty()
                key = f"stop_reading_{hash(what)}"  # a drawing may wait for one read after the other
                stop.button("Stop", icon=":material/stop:", key=key, on_click=_stop, args=(what,))
    if stop is not None:
        stop.empty()


def _stop(what: tuple[Hashable, ...]) -> None:
    st.session_state[keys.READING_STOPPED] = what
