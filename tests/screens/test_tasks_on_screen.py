"""The Tasks screen, on stores that the real pipeline wrote to, and with real runs."""

import importlib
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph.state import CompiledStateGraph

from tests.screens.conftest import Screen
from ui.services.pipeline_tasks import creation
from ui.services.settings import sample_graphs

Open = Callable[..., Screen]
SEA = "为什么海水是咸的？🌊"


@pytest.fixture(autouse=True)
def _offline_and_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMETRAVEL_SAMPLE_PAUSE", "0")
    monkeypatch.delenv("TIMETRAVEL_MODEL", raising=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture
def pipeline(file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CompiledStateGraph[Any]]:
    monkeypatch.syspath_prepend(sample_graphs().parent)
    with SqliteSaver.from_conn_string(str(file)) as saver:
        saver.setup()
        yield importlib.import_module("content_pipeline").graph.copy({"checkpointer": saver})


@pytest.fixture
def tasks(opened: Open, file: Path, pipeline: object) -> Callable[..., Screen]:
    """`tasks(**address)` gives the screen, with the sample graphs."""
    del pipeline

    def shown(**address: str) -> Screen:
        screen = opened(file, page="tasks", graphs_file=str(sample_graphs()), sandbox=str(file.with_name("s.sqlite")))
        return screen.run(**address) if address else screen

    return shown


def at(thread: str, graph: str = "content_pipeline") -> Any:
    return {"configurable": {"thread_id": thread}, "metadata": {"graph_id": graph}}


def listed(screen: Screen) -> list[tuple[str, str, str]]:
    """Topic, state and progress of the tasks in the list."""
    return [(task["topic"], task["state"], task["progress"]) for task in screen.drawings("list")[0]["tasks"]]


def settled(screen: Screen) -> Screen:
    """The screen once no task runs any more."""
    until = time.monotonic() + 30
    while any(state == "running" for _, state, _ in listed(screen)) and time.monotonic() < until:
        time.sleep(0.2)
        screen.run()
    return screen


def test_without_tasks_it_says_what_one_is_and_how_to_make_one(tasks):
    screen = tasks()
    assert "No task yet. A task is a text that is written in four stages" in screen.says
    assert {"Create task", "Create 3 example tasks"} <= set(screen.buttons)
    assert screen.crashes == []


def test_every_task_is_listed_with_how_far_it_is_the_latest_change_first(tasks, pipeline, monkeypatch):
    pipeline.invoke({"topic": "done"}, at("a"))
    pipeline.invoke({"topic": SEA}, at("b"), interrupt_before=["draft"])
    pipeline.invoke({"topic": "other"}, at("c", graph="counter"))
    monkeypatch.setenv("TIMETRAVEL_SAMPLE_PAUSE", "soon")
    with pytest.raises(ValueError, match="soon"):
        pipeline.invoke({"topic": "broken"}, at("d"))
    screen = tasks()
    assert listed(screen) == [
        ("broken", "failed", "not begun, 0 of 4"),
        (SEA, "unfinished", "outline, 2 of 4"),
        ("done", "finished", "finalize, 4 of 4"),
    ]
    assert "3 tasks: 1 failed, 1 unfinished and 1 finished" in screen.says


def test_the_task_that_the_address_names_tells_its_status_and_its_last_log_lines(tasks, pipeline):
    pipeline.invoke({"topic": SEA}, at("t"), interrupt_before=["draft"])
    pipeline.invoke({"topic": "newer"}, at("u"))
    screen = tasks(thread="t")
    assert screen.drawings("list")[0]["selected"] == "t"
    assert "Status: unfinished\nStage: outline, 2 of 4\nNext: draft\nUpdated at: 20" in screen.says
    assert "research: 168 characters\noutline: 3 sections" in screen.says
    assert "Resume" in screen.buttons


def test_a_finished_task_shows_its_result_and_nothing_to_resume(tasks, pipeline):
    pipeline.invoke({"topic": SEA}, at("t"))
    screen = tasks()
    assert "Scripted final text for blog." in screen.says
    assert "Resume" not in screen.buttons


def test_a_failed_task_says_what_its_stage_raised_and_resumes_from_there(tasks, pipeline, monkeypatch):
    pipeline.invoke({"topic": SEA}, at("t"), interrupt_before=["draft"])
    with monkeypatch.context() as broken:
        broken.setenv("TIMETRAVEL_SAMPLE_PAUSE", "soon")
        with pytest.raises(ValueError, match="soon"):
            pipeline.invoke(None, at("t"))
    screen = tasks()
    assert "✖ draft failed: " in screen.says
    assert "must be a number of seconds" in screen.says
    assert "takes the input; each later one takes none: `invoke(None)`" in screen.app.button(key="resume_task").help
    assert listed(settled(screen.click("Resume"))) == [(SEA, "finished", "finalize, 4 of 4")]


def test_a_task_is_created_and_selected_and_the_page_stays_on_tasks(tasks):
    screen = tasks()
    screen.app.text_input(key="task_topic").set_value(f"  {SEA} ")
    screen.click("Create task")
    assert listed(screen)[0][0] == SEA
    assert screen.app.query_params["thread"].startswith("task-")
    assert listed(settled(screen)) == [(SEA, "finished", "finalize, 4 of 4")]


def test_of_tasks_in_a_workers_memory_it_is_said_that_they_end_with_it(opened, tasks):
    gone = "gone when the worker or the app ends"
    assert gone not in tasks().says
    screen = opened(Path("memory:"), page="tasks", graphs_file=str(sample_graphs()))
    assert screen.crashes == []
    assert gone in screen.app.caption[0].value


def test_a_task_needs_a_topic(tasks):
    screen = tasks().click("Create task")
    assert "Type what the task is to write about." in screen.says
    assert "No task yet." in screen.says


def test_rolling_back_runs_nothing_and_resume_goes_on_from_there(tasks, pipeline):
    pipeline.invoke({"topic": SEA}, at("t"))
    (outlined,) = [one for one in pipeline.get_state_history(at("t")) if one.next == ("draft",)]
    screen = tasks()
    assert "a copy of it is saved, and nothing runs" in "\n".join(one.value for one in screen.app.markdown)
    screen.app.button(key=f"back_{outlined.config['configurable']['checkpoint_id']}").click().run()
    assert listed(settled(screen)) == [(SEA, "unfinished", "outline, 2 of 4")]
    assert "rolled back or forked" in screen.says
    assert len(list(pipeline.get_state_history(at("t")))) == 7
    assert listed(settled(screen.click("Resume"))) == [(SEA, "finished", "finalize, 4 of 4")]


def test_an_address_of_a_task_that_is_not_there_says_so_and_shows_another(tasks, pipeline):
    pipeline.invoke({"topic": SEA}, at("t"))
    screen = tasks(thread="gone")
    assert "There is no task gone here." in screen.says
    assert screen.drawings("list")[0]["selected"] == "t"


def test_a_thread_of_another_graph_leads_to_the_newest_task_without_complaint(tasks, pipeline):
    pipeline.invoke({"topic": SEA}, at("t"))
    pipeline.invoke({"topic": SEA}, at("other", graph="counter"))
    screen = tasks(thread="other")
    assert screen.drawings("list")[0]["selected"] == "t"
    assert "There is no task" not in screen.says


def test_a_run_that_can_not_start_is_listed_as_failed_and_can_be_started_again(tasks, monkeypatch):
    screen = tasks()
    monkeypatch.setattr("ui.components.tasks.form.creation", _on_a_checkpoint_that_is_not_there)
    screen.app.text_input(key="task_topic").set_value(SEA)
    settled(screen.click("Create task"))
    assert listed(screen) == [(SEA, "failed", "not begun, 0 of 4")]
    assert "Nothing of it is saved." in screen.says
    assert "Start again" in screen.buttons


def _on_a_checkpoint_that_is_not_there(thread: str, topic: str, platform: str) -> Any:
    return replace(creation(thread, topic, platform), checkpoint_id="00000000-0000-6000-8000-000000000000")


def test_where_the_pipeline_cannot_run_the_tasks_are_on_the_practice_store(opened, file, pipeline):
    pipeline.invoke({"topic": SEA}, at("t"))
    before = file.read_bytes()
    screen = opened(file, page="tasks", sandbox=str(file.with_name(".timetravel") / "sandbox.sqlite"))
    assert "so these are on the practice store" in screen.says
    screen.app.text_input(key="task_topic").set_value("practice")
    assert listed(settled(screen.click("Create task"))) == [("practice", "finished", "finalize, 4 of 4")]
    assert file.read_bytes() == before
    assert file.with_name(".timetravel").joinpath("practice.sqlite").exists()
