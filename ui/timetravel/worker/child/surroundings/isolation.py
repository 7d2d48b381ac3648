"""Prevents a sandbox run from writing to stores and caches, even those that the graph's code holds itself."""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any

from langgraph.store.base import BaseStore, Op, Result
from langgraph.store.memory import InMemoryStore

from .lasting_store import LastingStore, is_ours
from .overlay_store import OverlayStore, reading_below

try:
    from langgraph.cache.base import BaseCache
    from langgraph.cache.memory import InMemoryCache
except ImportError:  # langgraph-checkpoint before 2.1 has no caches
    BaseCache = InMemoryCache = None  # type: ignore[assignment, misc]

SideOf = Callable[[BaseStore], LastingStore]

_OURS = (LastingStore, OverlayStore)
_DONE = "_timetravel_redirected"


class Redirection:
    """Redirects the calls of a store to another one, whatever holds the store: a node may have it in a global.

    All of a store's methods end in `batch` and `abatch`, which are replaced in its class, for the whole process.
    """

    def __init__(self) -> None:
        self._over: dict[int, tuple[BaseStore, OverlayStore]] = {}
        self._side_of: SideOf | None = None

    def lead(self, store: BaseStore, over: OverlayStore) -> None:
        """From now on `over` answers the calls of `store`."""
        self._over[id(store)] = (store, over)
        for kind in type(store).__mro__:
            self._redirect(kind)

    def lead_all(self, side_of: SideOf) -> None:
        """From now on every store that isn't in memory is only read; `side_of` returns the store that is written
        instead.
        """
        self._side_of = side_of
        _for_each_class(BaseStore, self._redirect)

    def _redirect(self, kind: type) -> None:
        if kind is BaseStore or issubclass(kind, _OURS) or not issubclass(kind, BaseStore):
            return
        for name in {"batch", "abatch"} & vars(kind).keys():
            method = vars(kind)[name]
            if not getattr(method, _DONE, False):
                made = self._batch(method) if name == "batch" else self._abatch(method)
                setattr(made, _DONE, True)
                setattr(kind, name, made)

    def _batch(self, method: Any) -> Any:
        @wraps(method)
        def batch(store: BaseStore, ops: Iterable[Op]) -> list[Result]:
            over = self._found(store)
            return method(store, ops) if over is None else over.batch(ops)

        return batch

    def _abatch(self, method: Any) -> Any:
        @wraps(method)
        async def abatch(store: BaseStore, ops: Iterable[Op]) -> list[Result]:
            over = self._found(store)
            return await (method(store, ops) if over is None else over.abatch(ops))

        return abatch

    def _found(self, store: BaseStore) -> OverlayStore | None:
        if reading_below.get():
            return None
        found = self._over.get(id(store))
        if found is not None:
            return found[1]
        if self._side_of is None or isinstance(store, InMemoryStore) or is_ours(store):
            return None
        made = OverlayStore(store, self._side_of(store))
        self._over[id(store)] = (store, made)
        return made


def set_caches_aside() -> None:
    """From now on every cache that isn't in memory is neither read nor written: one in memory takes its place."""
    if BaseCache is not None:
        _for_each_class(BaseCache, _set_aside)


def _set_aside(kind: type) -> None:
    if issubclass(kind, InMemoryCache):
        return
    for name in {"get", "aget", "set", "aset", "clear", "aclear"} & vars(kind).keys():
        if not getattr(vars(kind)[name], _DONE, False):
            setattr(kind, name, _aside(name))


_aside_caches: dict[int, tuple[Any, InMemoryCache[Any]]] = {}


def _aside(name: str) -> Any:
    def instead(cache: Any, *given: Any, **named: Any) -> Any:
        kept = _aside_caches.setdefault(id(cache), (cache, InMemoryCache()))[1]
        return getattr(kept, name)(*given, **named)

    setattr(instead, _DONE, True)
    return instead


def _for_each_class(base: Any, do: Callable[[type], None]) -> None:
    """Call `do` with each subclass, and with each that is defined later: a node may import its store's class."""
    for kind in list(_subclasses(base)):
        do(kind)

    def begin(kind: Any, **given: Any) -> None:
        super(base, kind).__init_subclass__(**given)
        do(kind)

    hook: Any = begin
    base.__init_subclass__ = classmethod(hook)


def _subclasses(kind: type) -> Iterator[type]:
    subclasses: list[type] = kind.__subclasses__()
    for each in subclasses:
        yield each
        yield from _subclasses(each)


redirection = Redirection()
"""The redirection of this process, since classes are shared by all of it."""
