"""A worker that stays and holds the saver that a graph was compiled with."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver

from ui.timetravel.errors import GraphLoadError, StoreUnreadable
from ui.timetravel.model.checkpoints import ThreadState
from ui.timetravel.model.jobs import Answer, Edits, Input, Job, Resume
from ui.timetravel.model.project import Project
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.model.values import Opaque
from ui.timetravel.runs.sandbox_bundle import export_checkpoint
from ui.timetravel.stores import open_store
from ui.timetravel.stores.saver.store import SaverStore
from ui.timetravel.worker.pool import WorkerPool
from ui.timetravel.worker.resident.worker import ResidentWorker

PROJECTS = Path(__file__).parents[1] / "projects"
Open = Callable[..., ResidentWorker]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "own.sqlite"
    with SqliteSaver.from_conn_string(str(path)) as saver:
        saver.setup()
    return path


@pytest.fixture
def own(file: Path) -> Iterator[Open]:
    """Opens the saver of a graph in savers.py, which may have what is in the file."""
    opened: list[ResidentWorker] = []

    def keep(name: str, module: str = "savers", store: str = str(file), **options: Any) -> ResidentWorker:
        project = Project(PROJECTS, {name: f"{PROJECTS / module}.py:{name}"}, (PROJECTS,), {"STORE": store})
        opened.append(ResidentWorker(project, graph=name, **options))
        return opened[-1]

    yield keep
    for keeper in opened:
        keeper.close()


def do(keeper: ResidentWorker, thread: str, action: Any = None, **fields: Any) -> RunState:
    return keeper.start(Job(keeper.graph, keeper.target, thread, action or Input({}), **fields)).wait(20)


@pytest.mark.parametrize("name", ["own_memory", "own_sqlite", "own_async_sqlite", "own_sync", "own_async"])
def test_a_run_writes_through_the_saver_whichever_half_it_has(own, name):
    keeper = own(name)
    store = keeper.store()
    failed = do(keeper, "t", Input({"topic": "owls", "fail": True}))
    assert failed.status is RunStatus.FAILED
    assert store.headers("t", "", [failed.head])[0].failed == ("check",)
    assert [(each.thread_id, each.state) for each in store.threads().threads] == [("t", ThreadState.FAILED)]
    do(keeper, "t", Resume(), edits=Edits({"fail": False}), run=False)
    state = do(keeper, "t", Resume())
    assert state.status is RunStatus.FINISHED
    assert store.checkpoint("t", "", state.head).values["log"] == ["plan", "write", "check"]
    copied = do(keeper, "t", Resume(), checkpoint_id=store.skeleton("t").ids[2], copy_to="copy")
    assert copied.status is RunStatus.FAILED
    assert {each.thread_id: each.state for each in store.threads().threads} == {
        "copy": ThreadState.FAILED,
        "t": ThreadState.FINISHED,
    }
    assert store.title == f"{keeper.kind} of {name}"
    assert store.name == f"saver:{name}"


def test_what_its_runs_write_to_a_file_is_what_the_file_holds(own, file):
    keeper = own("own_sqlite")
    do(keeper, "t", Input({"topic": "owls"}))
    with open_store(str(file)) as direct:
        ids = direct.skeleton("t").ids
        assert keeper.store().headers("t", "", ids) == direct.headers("t", "", ids)
        assert [keeper.store().writes("t", "", one) for one in ids] == [direct.writes("t", "", one) for one in ids]


def test_a_database_is_read_through_its_saver_as_it_is_read_directly(own, postgres):
    url = postgres.database()
    keeper = own("own_async_postgres", store=url)
    do(keeper, "t", Input({"topic": "owls"}))
    do(keeper, "t", Input({"topic": "cats", "fail": True}))
    with open_store(url) as direct:
        ids = direct.skeleton("t").ids
        assert keeper.store().skeleton("t") == direct.skeleton("t")
        ours, theirs = keeper.store().headers("t", "", ids), direct.headers("t", "", ids)
        # The size is that of the saver's own form, and PostgreSQL keeps the values in rows of their own.
        assert [replace(header, size=0) for header in ours] == [replace(header, size=0) for header in theirs]
        assert [keeper.store().checkpoint("t", "", one).values for one in ids] == [
            direct.checkpoint("t", "", one).values for one in ids
        ]


def test_what_another_process_writes_is_found(own, file, workers):
    store = own("own_sqlite").store()
    before, of_all = store.change_token("t"), store.change_token()
    assert store.skeleton("t").ids == ()
    state = workers.start(Job("one", str(file), "t", Input({}))).wait(20)
    until(lambda: store.change_token("t") != before and store.change_token() != of_all)
    assert store.skeleton("t").ids == state.checkpoints
    (header,) = store.headers("t", "", [state.head])
    assert header.interrupted == ("ask",)
    before = store.change_token("t")
    state = workers.start(Job("one", str(file), "t", Answer({"": 1}))).wait(20)
    until(lambda: store.change_token("t") != before)
    assert store.skeleton("t").ids[-1] == state.head
    with sqlite3.connect(file) as connection:
        connection.execute("DELETE FROM checkpoints")
    connection.close()
    until(lambda: store.skeleton("t").ids == ())


def until(true: Callable[[], Any], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_memory_that_is_a_graphs_own_is_told_to_be_lost(own):
    keeper = own("own_memory")
    do(keeper, "t")
    keeper.restart()
    store = keeper.store()
    assert store.threads().threads == ()
    assert (
        store.notes[0] == f"The worker was restarted at {keeper.started_at:%H:%M %Z}: the threads from before are gone."
    )
    assert "Restarting it reads the code anew and loses them" in store.notes[1]


def test_a_restart_keeps_what_the_saver_keeps(own):
    keeper = own("own_sqlite")
    do(keeper, "t")
    keeper.restart()
    assert [each.thread_id for each in keeper.store().threads().threads] == ["t"]
    assert "what SqliteSaver had only in memory is gone" in keeper.store().notes[0]


def test_a_saver_that_does_not_list_threads_shows_those_that_were_run_and_opens_others_by_their_id(own):
    keeper = own("own_sync")
    store = keeper.store()
    assert store.threads().threads == ()
    do(keeper, "run here")
    assert [(each.thread_id, each.checkpoints) for each in store.threads().threads] == [("run here", 5)]
    (note,) = [note for note in store.notes if "does not list" in note]
    assert note.startswith("SyncOnly does not list all of its threads (TypeError")
    assert "thread=ID" in note


def test_a_value_that_langgraph_cant_serialize_is_marked_and_the_rest_is_read(own):
    store = own("own_with_a_handle").store()
    (one,) = store.skeleton("h").ids
    checkpoint = store.checkpoint("h", "", one)
    assert checkpoint.values["topic"] == "owls"
    handle = checkpoint.values["handle"]
    assert isinstance(handle, Opaque)
    assert handle.type == "savers.Handle"
    assert "<an open handle>" in handle.reason
    assert store.headers("h", "", [one])[0].changed == ("topic", "handle")
    assert store.writes("h", "", one)[0].writes[0].value == handle


def test_lists_look_at_a_bounded_number_of_checkpoints_and_say_so(own):
    keeper = own("own_sqlite")
    do(keeper, "t")
    store = SaverStore(keeper, bound=3)
    assert len(store.skeleton("t").ids) == 3
    assert store.threads().threads[0].checkpoints == 3
    assert store.notes[-2:] == (
        "Only 3 checkpoints were looked at: threads older than those are not listed.",
        "Of a long thread only the newest 3 checkpoints are listed.",
    )


def test_a_worker_that_is_held_up_is_told_and_can_be_restarted(own, tmp_path):
    keeper = own("own_blocking", patience=0.5, grace=0.3)
    run = keeper.start(Job(keeper.graph, keeper.target, "t", Input({"file": str(tmp_path / "never")})))
    until(lambda: any("blocking" in each.text for each in run.state().output))
    with pytest.raises(StoreUnreadable, match=r"not answered for 0\.5 seconds.*restart it"):
        keeper.store().skeleton("t")
    run.stop()
    until(lambda: any("holds up the whole worker" in note for note in run.state().notes))
    keeper.restart()
    assert run.wait(20).status is RunStatus.DIED
    assert keeper.store().skeleton("t").ids == ()


def test_a_graph_without_a_checkpointer_of_its_own_is_refused_with_what_to_do(own):
    keeper = own("graph", module="steps")
    with pytest.raises(GraphLoadError, match=r"without a checkpointer of its own.*give memory: as TARGET"):
        do(keeper, "t")
    with pytest.raises(StoreUnreadable, match="no saver to open"):
        keeper.store().threads()


def test_a_graph_with_a_checkpointer_says_elsewhere_how_to_open_it(file, store):
    project = Project(PROJECTS, {"mine": f"{PROJECTS / 'savers.py'}:own_memory"}, (PROJECTS,), {"STORE": str(file)})
    workers = WorkerPool(project)
    state = workers.start(Job("mine", store, "t", Input({}))).wait(20)
    workers.close()
    assert state.status is RunStatus.FINISHED
    assert state.notes == (
        "The graph has its own checkpointer (InMemorySaver); here it writes to this store instead. "
        "To open that one, give saver:mine as TARGET.",
    )


def test_what_a_saver_holds_can_be_forked_in_a_local_file(own, workers, store):
    keeper = own("own_sync")
    state = do(keeper, "t", Input({"topic": "owls"}))
    chosen = keeper.store().skeleton("t").ids[2]
    bundle = export_checkpoint(keeper.store(), "t", chosen)
    job = Job("steps", store, "t", Resume(), checkpoint_id=chosen, copy_to="sandbox", bring=bundle)
    assert workers.start(job).wait(20).status is RunStatus.FINISHED
    with open_store(store) as local:
        assert local.checkpoint("sandbox", "", local.skeleton("sandbox").ids[-1]).values["log"] == [
            "plan",
            "write",
            "check",
        ]
    assert keeper.store().skeleton("t").ids[-1] == state.head
