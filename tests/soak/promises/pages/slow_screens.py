"""Stores that are made to be slow, on every screen: each drawing takes its share of time and memory, and is small."""

import os
from collections.abc import Iterator
from pathlib import Path

from tests.soak.browsers.drawing import Cost, DrawnApp
from tests.soak.promise import Case, Promise, Scale
from tests.soak.slow_stores import KINDS
from tests.support.hostile.apart import apart
from tests.support.hostile.stores.stores import DECLARED, Rows, in_sqlite
from ui.services.settings import sample_graphs
from ui.session.view import TABS
from ui.timetravel.errors import TimeTravelError
from ui.timetravel.stores import open_store

SECONDS, MEGABYTES, SENT = 2.0, 300, 5_000_000
"""Of the processor, for one drawing; of memory beyond what was there; bytes that the browser gets."""
THREAD = "t"
_WARM = "warm.sqlite"

Look = tuple[str, str, dict[str, str]]
"""What a drawing is called, the page, and its address."""


def looks(store: Path) -> Iterator[Look]:
    """Every screen and tab of the thread's latest checkpoint, and then other checkpoints and comparisons."""
    with open_store(str(store)) as opened:
        ids, namespaces = opened.skeleton(THREAD).ids, opened.namespaces(THREAD)
    here = {"thread": THREAD}
    for tab in TABS:
        yield tab, "debugger", here | {"tab": tab}
    yield "one channel", "debugger", here | {"tab": "state", "channel": "x"}
    for history in ("tree", "graph"):
        yield history, "debugger", here | {"history": history}
    yield "compared with the first", "debugger", here | {"a": ids[0], "a_thread": THREAD}
    for name, one in {
        "the first": ids[0],
        "the one in the middle": ids[len(ids) // 2],
        "the parent": ids[-2:][0],
    }.items():
        yield name, "debugger", here | {"checkpoint": one, "tab": "writes"}
    if len(namespaces) > 1:
        yield "the last namespace", "debugger", here | {"ns": namespaces[-1]}
    yield from (("the store", "debugger", {}), ("Clean up", "clean", {}), ("Tasks", "tasks", {}), ("Run", "run", {}))


def attempts(scale: Scale) -> Iterator[Case]:
    """Every kind, small in short and at its full size else; without graphs, and at length with them as well."""
    os.environ["STREAMLIT_LOG_LEVEL"] = "error"
    _warm(scale.folder)
    kinds = scale.rng.sample(list(KINDS), 2) if scale.short else list(KINDS)
    for kind in kinds:
        make, number, few = KINDS[kind]
        number = few if scale.short else number
        path = scale.folder / "store.sqlite"
        _, failure = apart(lambda: str(in_sqlite(make(number), path, layout=DECLARED)), seconds=300, wait=3000)  # noqa: B023
        if failure:
            yield Case(f"making {number:,} {kind}", failure)
            continue
        for graphs in (False,) if scale.short else (False, True):
            yield from _drawn(f"{number:,} {kind}{', with graphs' if graphs else ''}", path, graphs, scale.short)


def _drawn(what: str, path: Path, graphs: bool, short: bool) -> Iterator[Case]:
    costs, failure = apart(lambda: _all(path, graphs), seconds=200, wait=3000)
    if failure:
        yield Case(what, failure)
    for look, told in (costs or {}).items():
        yield Case(f"{what}: {look}", told if isinstance(told, str) else _over(Cost(*told), short))


def _over(cost: Cost, short: bool) -> str:
    """What is too much; small stores are drawn beside other tests, whose load makes time tell nothing."""
    over = [f"{cost.seconds:.1f} s"] if cost.seconds > SECONDS and not short else []
    over += [f"{cost.megabytes} MB"] if cost.megabytes > MEGABYTES else []
    over += [f"{cost.sent:,} bytes sent"] if cost.sent > SENT else []
    return ", ".join(over)


def _all(path: Path, graphs: bool) -> dict[str, list[float] | str]:
    """What each drawing cost, or how it failed."""
    if graphs:  # what is imported for graphs is no share of the store's
        DrawnApp(path.with_name(_WARM), **_with(graphs, path.parent)).draw("debugger")
    app = DrawnApp(path, **_with(graphs, path.parent))
    costs: dict[str, list[float] | str] = {}
    for name, page, address in looks(path):
        try:
            cost = app.draw(page, **address)
        except (AssertionError, TimeTravelError, RuntimeError) as error:
            costs[name] = f"{type(error).__name__}: {error}"
        else:
            costs[name] = [cost.seconds, cost.megabytes, cost.sent]
    return costs


def _with(graphs: bool, folder: Path) -> dict[str, str]:
    return {"graphs_file": str(sample_graphs()), "sandbox": str(folder / "sandbox.sqlite")} if graphs else {}


def _warm(folder: Path) -> None:
    """Draw a small store first: what is imported then is there in every process that is forked from this one."""
    rows = Rows()
    rows.healthy(THREAD)
    DrawnApp(in_sqlite(rows, folder / _WARM, layout=DECLARED)).draw("debugger")


PROMISE = Promise(
    "slow_screens",
    "Every screen of a store that is made to be slow is drawn within 2 s, 300 MB and some megabytes for the browser.",
    attempts,
    limit=14_400,
)
