"""How a run ended, as the Run screen says it, and the way on from there. The workers are real."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.conftest import Screen
from tests.timetravel.worker import projects
from ui.services.create_store import make_store
from ui.session.context import sources
from ui.timetravel.model.jobs import Input, Job, Resume, RunSettings
from ui.timetravel.model.runs import RunState
from ui.timetravel.model.values import Plain

Open = Callable[..., Screen]
Ran = Callable[..., RunState]
PROJECT = Path(projects.__path__[0]) / "langgraph.json"


@pytest.fixture
def page(opened: Open, tmp_path: Path) -> Screen:
    make_store(tmp_path / "s.sqlite")
    return opened(tmp_path / "s.sqlite", graphs_file=str(PROJECT))


@pytest.fixture
def ran(page: Screen, tmp_path: Path) -> Ran:
    """Run a graph to its end, and look at that on the Run screen."""

    def run(graph: str, given: Plain = None, **more: object) -> RunState:
        workers = sources().workers
        assert workers is not None
        action = Resume() if given is None else Input(given)
        live = workers.start(Job(graph, str(tmp_path / "s.sqlite"), "t", action, **more))
        state = live.wait(60)
        page.on("run").run(run=live.id, graph=graph)
        assert page.crashes == []
        return state

    return run


def drawn(page: Screen) -> str:
    """The drawings in the DOT language."""
    return "\n".join(one.proto.spec for one in page.app.get("graphviz_chart"))


def table(page: Screen) -> dict[str, str]:
    frame = page.app.dataframe[0].value
    return dict(zip(frame["Node"], frame["State"], strict=True))


def cards(page: Screen) -> dict[str, str]:
    return {card["path"]: card["new"]["text"] for data in page.drawings("changes") for card in data["changes"]}


def test_a_pause_of_the_graph_is_told_as_the_graphs_with_its_node_and_a_way_to_change_the_state(
    page: Screen, ran: Ran
) -> None:
    ran("stops_before", {"log": []})
    assert "It paused before review, as the graph is compiled to (interrupt_before)." in page.says
    assert "where you asked" not in page.says
    assert "→ review" in drawn(page)
    assert "Resume from there" in page.buttons
    assert "Change the state here, then go on" in [str(one.proto.label) for one in page.app.get("page_link")]


def test_a_pause_that_a_person_asked_for_is_told_as_theirs(page: Screen, ran: Ran) -> None:
    ran("steps", {"log": []}, interrupt_before=("write",))
    assert "It paused before write, where you asked it to." in page.says


def test_a_cancelled_node_is_told_as_that_in_the_table_and_in_the_drawing(page: Screen, ran: Ran) -> None:
    ran("cancelled", {"log": []})
    assert table(page)["slow"] == "■ cancelled when fails failed"
    assert "■ slow" in drawn(page)
    assert "✖ fails" in drawn(page)
    assert "0 tasks done · 2 cancelled" in page.says


def test_a_node_from_the_cache_is_told_as_that_in_the_table_and_in_the_drawing(page: Screen, ran: Ran) -> None:
    ran("cached", {"log": []})
    assert "2 from the cache" in page.says
    assert list(page.app.dataframe[0].value["State"]).count("✔ from the cache") == 2
    assert "2 of 3 from the cache" in drawn(page)


def test_a_handled_failure_is_told_with_its_handler(page: Screen, ran: Ran) -> None:
    ran("handled", {"log": []})
    assert table(page)["fails"] == "✖ failed, handled"
    assert table(page)["fails's error handler"] == "✔ done"
    assert "error handler of fails" in drawn(page)


@pytest.mark.parametrize("graph", ["steps", "cancelled"])
def test_the_settings_of_a_run_are_told_at_its_end_however_that_came(page: Screen, ran: Ran, graph: str) -> None:
    settings = RunSettings(configurable={"user_id": "ann"}, recursion_limit=50, tags=("trial",))
    state = ran(graph, {"log": []}, settings=settings)
    said = 'Settings of this run: configurable user_id "ann", recursion limit 50, tags trial.'
    assert page.says.count(said) == 1
    page.on("debugger").run(thread="t", run=state.id)
    assert page.says.count(said) == 1, "nor only on the Run screen"


def test_a_run_that_was_refused_its_settings_tells_them_too(page: Screen, ran: Ran) -> None:
    ran("context_nested", {"log": []}, settings=RunSettings(context={"mode": "never"}))
    assert "mode must be 'slow' or 'fast', not \"never\"." in page.says
    assert 'Settings of this run: context mode "never".' in page.says


def test_a_finished_run_shows_its_result(page: Screen, ran: Ran) -> None:
    ran("steps", {"topic": "owls", "log": []})
    assert ("heading", "Result") in page.lines
    assert cards(page)["topic"] == "owls!"


def test_a_functional_graph_shows_what_it_returned_and_what_it_saved(page: Screen, ran: Ran) -> None:
    ran("plain_workflow", 1)
    assert cards(page) == {"result": "3", "saved for the next run": "2"}


def test_a_killed_run_says_what_is_done_of_the_step_and_what_runs_next(page: Screen, tmp_path: Path) -> None:
    workers = sources().workers
    assert workers is not None
    live = workers.start(Job("one_quick_one_endless", str(tmp_path / "s.sqlite"), "t", Input({"log": []})))
    until = time.monotonic() + 30
    while not any(one.has_result for one in live.state().nodes) and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.2)
    live.kill()
    live.wait(20)
    page.on("run").run(run=live.id, graph="one_quick_one_endless")
    assert "quick is done and will not run again; next is endless." in page.says
    assert table(page) == {"quick": "✔ done", "endless": "✖ cut off"}
