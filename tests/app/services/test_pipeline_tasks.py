"""Tasks as the store tells them: the real pipeline, run by LangGraph on its own saver, and rolled back by a worker."""

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph.state import CompiledStateGraph

from ui.services.pipeline_tasks import STAGES, Saved, Tasks, TaskStatus, creation, resumption, roll_back, topic_of
from ui.services.settings import sample_graphs
from ui.timetravel.model.checkpoints import ThreadState
from ui.timetravel.model.project import load_project
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.stores.sqlite.store import SqliteStore
from ui.timetravel.worker.pool import WorkerPool

SEA = "为什么海水是咸的？🌊"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture
def pipeline(file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CompiledStateGraph[Any]]:
    monkeypatch.syspath_prepend(sample_graphs().parent)
    monkeypatch.setenv("TIMETRAVEL_SAMPLE_PAUSE", "0")
    monkeypatch.delenv("TIMETRAVEL_MODEL", raising=False)
    with SqliteSaver.from_conn_string(str(file)) as saver:
        saver.setup()
        yield importlib.import_module("content_pipeline").graph.copy({"checkpointer": saver})


@pytest.fixture
def tasks(file: Path, pipeline: CompiledStateGraph[Any]) -> Iterator[Tasks]:
    with SqliteStore(str(file)) as store:
        yield Tasks(store)


def at(thread: str, graph: str = "content_pipeline") -> Any:
    """The config of a run, as a worker makes it."""
    return {"configurable": {"thread_id": thread}, "metadata": {"graph_id": graph}}


def only(tasks: Tasks) -> TaskStatus:
    (one,) = tasks.newest(50).tasks
    return one


def copied(pipeline: CompiledStateGraph[Any], saved: Saved) -> None:
    """Copied beside itself by LangGraph alone, which leaves no graph_id."""
    back = at("t")
    back["configurable"] |= {"checkpoint_ns": "", "checkpoint_id": saved.checkpoint_id}
    pipeline.update_state(back, None, as_node="__copy__")


def test_a_finished_task_has_all_stages_done_its_last_lines_and_its_result(pipeline, tasks):
    pipeline.invoke({"topic": SEA}, at("t"))
    task = only(tasks)
    assert (task.topic, task.state, task.progress.words) == (SEA, ThreadState.FINISHED, "finalize, 4 of 4")
    assert [line.split(":")[0] for line in task.logs] == list(STAGES)
    assert task.result.startswith("Scripted final text")
    assert not task.resumes


@pytest.mark.parametrize("done", range(4))
def test_a_task_that_stopped_before_a_stage_has_those_before_it_done_and_resumes_with_it(pipeline, tasks, done):
    pipeline.invoke({"topic": SEA}, at("t"), interrupt_before=[STAGES[done]])
    task = only(tasks)
    assert (task.progress.done, task.progress.next, task.state) == (done, (STAGES[done],), ThreadState.UNFINISHED)
    assert task.resumes


def test_a_stage_that_failed_is_due_and_says_what_it_raised(pipeline, tasks, monkeypatch):
    pipeline.invoke({"topic": SEA}, at("t"), interrupt_before=["draft"])
    monkeypatch.setenv("TIMETRAVEL_SAMPLE_PAUSE", "soon")
    with pytest.raises(ValueError, match="soon"):
        pipeline.invoke(None, at("t"))
    task = only(tasks)
    assert (task.state, task.progress.words, task.progress.next) == (ThreadState.FAILED, "outline, 2 of 4", ("draft",))
    assert "must be a number of seconds" in task.error
    assert task.resumes


def test_only_threads_of_the_pipeline_are_tasks(pipeline, tasks):
    pipeline.invoke({"topic": SEA}, at("mine"))
    pipeline.invoke({"topic": SEA}, at("other", graph="counter"))
    assert [task.thread for task in tasks.newest(50).tasks] == ["mine"]
    assert tasks.status("other") is None
    assert tasks.status("nobody") is None


def test_the_task_that_changed_last_comes_first_and_a_page_says_that_there_are_more(pipeline, tasks):
    for thread in ("a", "b", "c"):
        pipeline.invoke({"topic": thread}, at(thread), interrupt_before=["outline"])
    pipeline.invoke(None, at("a"))
    assert [task.thread for task in tasks.newest(2).tasks] == ["a", "c"]
    assert (tasks.newest(2).more, tasks.newest(3).more) == (True, False)
    assert tasks.status("b") == tasks.newest(3).tasks[2]


def test_a_new_input_to_a_finished_task_starts_over_though_its_channels_stay(pipeline, tasks):
    pipeline.invoke({"topic": SEA}, at("t"))
    pipeline.invoke({"topic": "tides"}, at("t"), interrupt_before=["research"])
    task = only(tasks)
    assert (task.progress.words, len(task.logs)) == ("not begun, 0 of 4", 4)


def test_of_a_long_log_the_last_five_lines_are_told(pipeline, tasks):
    pipeline.invoke({"topic": SEA}, at("t"))
    pipeline.update_state(at("t"), {"logs": ["five", "six", 7]})
    assert only(tasks).logs[2:] == ("five", "six", "7")
    assert len(only(tasks).logs) == 5


def test_values_that_a_person_changed_to_something_odd_are_told_as_text(pipeline, tasks):
    pipeline.invoke({"topic": SEA}, at("t"))
    pipeline.update_state(at("t"), {"topic": ["a", 1], "current_stage": None, "final": {"text": "x"}}, as_node="draft")
    task = only(tasks)
    assert task.progress.words == "draft, 3 of 4"
    assert task.topic.split() == ["[", '"a",', "1", "]"]


def test_the_history_names_for_each_checkpoint_how_far_the_task_was(pipeline, tasks):
    pipeline.invoke({"topic": SEA}, at("t"))
    told = [(saved.source, saved.progress.done, saved.progress.next) for saved in tasks.history("t")]
    assert told == [
        ("loop", 4, ()),
        ("loop", 3, ("finalize",)),
        ("loop", 2, ("draft",)),
        ("loop", 1, ("outline",)),
        ("loop", 0, ("research",)),
        ("input", 0, ("__start__",)),
    ]
    assert tasks.history("t", limit=1)[0].checkpoint_id == only(tasks).head


def test_a_copy_that_langgraph_made_without_a_name_is_still_a_task(pipeline, tasks):
    pipeline.invoke({"topic": SEA}, at("t"))
    outlined = tasks.history("t")[2]
    copied(pipeline, outlined)
    assert only(tasks).progress == outlined.progress


def test_a_task_that_is_back_at_its_input_begins_anew(pipeline, tasks):
    pipeline.invoke({"topic": SEA}, at("t"))
    copied(pipeline, tasks.history("t")[-1])
    assert (only(tasks).topic, only(tasks).progress.words) == (SEA, "not begun, 0 of 4")
    pipeline.invoke(None, at("t"))
    assert only(tasks).progress.words == "finalize, 4 of 4"


def test_values_are_read_once_and_not_of_threads_that_are_no_tasks(pipeline, tasks, file, monkeypatch):
    for thread in ("a", "b"):
        pipeline.invoke({"topic": thread}, at(thread))
    pipeline.invoke({"topic": "c"}, at("c", graph="counter"))
    read: list[str] = []
    real = SqliteStore.checkpoint

    def counted(self: SqliteStore, thread: str, namespace: str, checkpoint_id: str) -> Any:
        read.append(thread)
        return real(self, thread, namespace, checkpoint_id)

    monkeypatch.setattr(SqliteStore, "checkpoint", counted)
    tasks.newest(50)
    pipeline.invoke({"topic": "d"}, at("d"))
    tasks.newest(50)
    assert sorted(read) == ["a", "b", "d"]


Do = Callable[..., RunState]


@pytest.fixture
def do(file: Path) -> Iterator[Do]:
    """Does what a task asks for in a worker, to its end."""
    workers = WorkerPool(load_project(sample_graphs()))
    yield lambda request: workers.start(request.on(str(file))).wait(30)
    workers.close()


def test_a_task_is_made_rolled_back_without_running_anything_and_resumed(do, tasks, pipeline):
    made = creation("t", SEA)
    assert (topic_of(made.action), topic_of(resumption("t").action)) == (SEA, "")
    assert do(made).status is RunStatus.FINISHED
    finished, outlined = tasks.history("t")[0], tasks.history("t")[2]

    back = do(roll_back("t", outlined.checkpoint_id))
    assert (back.status, back.nodes) == (RunStatus.FINISHED, ())
    task = only(tasks)
    assert (task.progress, task.state, task.result) == (outlined.progress, ThreadState.UNFINISHED, "")
    head = pipeline.get_state(at("t"))
    assert (head.next, head.metadata["source"], head.metadata["graph_id"]) == (("draft",), "fork", "content_pipeline")
    assert finished.checkpoint_id in [saved.checkpoint_id for saved in tasks.history("t")]

    resumed = do(resumption("t"))
    assert [node.node for node in resumed.nodes] == ["draft", "finalize"]
    assert (only(tasks).state, only(tasks).progress.words) == (ThreadState.FINISHED, "finalize, 4 of 4")
