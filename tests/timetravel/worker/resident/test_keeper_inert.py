"""A saver that a graph was compiled with: what its store names is neither called nor imported, however it reads."""

import pickle
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.support.hostile.stores.stores import Checkpoint, Rows, Write, id_at, in_sqlite, version
from tests.support.hostile.values.naming import Canary, named, named_in_json, named_in_pickle, placed
from ui.timetravel.errors import TimeTravelError
from ui.timetravel.model.jobs import Input, Job, Resume
from ui.timetravel.model.project import Project
from ui.timetravel.model.runs import RunStatus
from ui.timetravel.worker.resident.worker import ResidentWorker

PROJECTS = Path(__file__).parents[1] / "projects"
Keep = Callable[..., ResidentWorker]


@pytest.fixture
def canary(tmp_path: Path) -> Canary:
    return Canary.made(tmp_path)


@pytest.fixture
def keep(tmp_path: Path) -> Iterator[Keep]:
    opened: list[ResidentWorker] = []

    def made(graph: str, rows: Rows) -> ResidentWorker:
        store = tmp_path / "hostile.sqlite"
        in_sqlite(rows, store)
        spec = {graph: f"{PROJECTS / 'hostile_savers.py'}:{graph}"}
        opened.append(ResidentWorker(Project(PROJECTS, spec, (PROJECTS, tmp_path), {"STORE": str(store)}), graph=graph))
        return opened[-1]

    yield made
    for each in opened:
        each.close()


def crawl(keeper: ResidentWorker) -> int:
    """Read all that can be read; how many checkpoints had a state."""
    store, read = keeper.store(), 0
    with suppress(TimeTravelError):
        for thread in store.threads().threads:
            for one in store.skeleton(thread.thread_id).ids:
                with suppress(TimeTravelError):
                    store.headers(thread.thread_id, "", [one])
                    store.writes(thread.thread_id, "", one)
                with suppress(TimeTravelError):
                    store.checkpoint(thread.thread_id, "", one)
                    read += 1
    return read


def all_of(values: Iterator[tuple[str, Any]]) -> Rows:
    rows = Rows()
    for what, value in values:
        for each in placed(value, what).values():
            rows.add(*each.rows)
    return rows


def test_all_places_of_msgpack_are_read_without_a_call(keep: Keep, canary: Canary) -> None:
    rows = all_of((what, value) for what, value in named(canary) if what in ("shell", "method", "in a Send"))
    assert crawl(keep("plain", rows)) > 20
    assert canary.happened == []


@pytest.mark.parametrize("graph", ["plain", "falling_back", "around"])
def test_rows_of_json_and_pickle_are_read_without_a_call(graph: str, keep: Keep, canary: Canary) -> None:
    rows = Rows()
    rows.healthy()
    for kind, forms in (("json", named_in_json(canary)), ("pickle", named_in_pickle(canary))):
        for what, data in forms:
            rows.add(Checkpoint(what, id_at(1)), Write(what, id_at(1), kind=kind, raw=data))
    crawl(keep(graph, rows))
    assert canary.happened == []


def test_a_serializer_of_somebodys_own_unpickles_what_is_declared_and_nothing_else(keep: Keep, canary: Canary) -> None:
    state = {"v": 4, "id": id_at(1), "ts": "2026-11-01T10:00:00+00:00", "channel_values": {"x": 1}}
    state |= {"channel_versions": {"x": version(1)}, "versions_seen": {}, "updated_channels": None}
    hostile = next(data for what, data in named_in_pickle(canary) if what == "call")
    rows = Rows()
    rows.add(Checkpoint("good", id_at(1), kind="own", state=pickle.dumps(state)))
    rows.add(Checkpoint("bad", id_at(2), kind="own", state=hostile))
    keeper = keep("pickling", rows)
    assert keeper.store().checkpoint("good", "", id_at(1)).values == {"x": 1}
    with pytest.raises(TimeTravelError):
        keeper.store().checkpoint("bad", "", id_at(2))
    assert keeper.start(Job("pickling", keeper.target, "new", Input({"x": 1}))).wait(30).status is RunStatus.FINISHED
    assert canary.happened == []


def test_a_run_on_it_is_refused_what_no_schema_declares(keep: Keep, canary: Canary) -> None:
    keeper = keep("plain", placed(dict(named(canary))["function by keywords"], "t")["channel"])
    state = keeper.start(Job("plain", keeper.target, "t channel", Resume())).wait(30)
    assert state.failure is not None
    assert state.failure.refused == ((canary.name, "call"),)
    assert canary.happened == []
