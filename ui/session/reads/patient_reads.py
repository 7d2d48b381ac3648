"""Reads of stores, each cached while the store is unchanged, and made so that a person need not wait for them.

A read runs in a thread beside the drawing that needs it. So a person's clicks are handled immediately, even if the
store has not answered; a slow read is announced, and after some seconds there is a button that stops the waiting. The
read itself continues up to its own deadline, and its result is there for the next drawing.
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
"""Bytes of memory for the cached results of all tabs together."""
UNSAID, UNSTOPPABLE = 0.4, 3.0
"""Seconds before a read is announced, and before a button offers to stop waiting for it."""
NOT_KEPT = MOST + 1
"""The weight of a result that is cached elsewhere, or not at all."""
_LOOK = 0.1
_patient: ContextVar[bool] = ContextVar("patient", default=False)


class Reads:
    """Results of reads, and the reads that are running, for all tabs together."""

    def __init__(self) -> None:
        self._kept: Cache[Hashable, object] = Cache(MOST)
        self._lock = threading.Lock()
        self._open: dict[Hashable, Future[object]] = {}

    def kept(self, key: Hashable) -> object | None:
        """The cached result of the read with this key; None where there is none."""
        return self._kept.get(key)

    def begin(self, key: Hashable, read: Callable[[], object], weighed: Callable[[object], int]) -> Future[object]:
        """Start a read in a thread of its own, or join one with the same key that is running."""
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
        except BaseException as error:  # it is raised in the drawings that wait for this read
            begun.set_exception(error)
        else:
            begun.set_result(found)
        finally:
            with self._lock:
                del self._open[key]

    def keep(self, key: Hashable, value: object, weight: int) -> None:
        """Cache a value as if it had been read under this key."""
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
    """The result of `read`, cached under the name `what` and the store's change token. `words` are shown while a person
    waits.

    `read` runs in another thread, so it must not use this tab's view. Raises what it raises, and ReadingStopped.
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
    """Cache something that was read together with others, to be `known` by a name of its own."""
    _reads().keep((what, token), value, weight(value))


@contextmanager
def patiently() -> Iterator[None]:
    """While a page is drawn inside this block, slow reads are announced.

    In a callback nothing can be drawn, and no click ends the waiting.
    """
    token = _patient.set(True)
    try:
        yield
    finally:
        _patient.reset(token)


def _wait(begun: "Future[object]", what: tuple[Hashable, ...], words: str) -> None:
    """Announce what is being read, until it is done or a person clicks something, which ends this drawing."""
    since = time.monotonic()
    stop = None
    with st.spinner(f"{words}…", show_time=True):
        while not wait([begun], _LOOK).done:
            st.session_state.get(keys.READING_STOPPED)  # Streamlit 1.67 checks here whether a person has clicked
            if stop is None and time.monotonic() - since > UNSTOPPABLE:
                stop = st.empty()
                key = f"stop_reading_{hash(what)}"  # a drawing may wait for several reads one after the other
                stop.button("Stop", icon=":material/stop:", key=key, on_click=_stop, args=(what,))
    if stop is not None:
        stop.empty()


def _stop(what: tuple[Hashable, ...]) -> None:
    st.session_state[keys.READING_STOPPED] = what
