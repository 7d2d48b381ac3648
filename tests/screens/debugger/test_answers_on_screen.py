"""Questions, readable, and answers of the type that they ask for, checked before they are sent."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.screens.conftest import Screen
from tests.screens.project import typed
from tests.screens.runs.test_input_on_screen import TYPED, field
from ui.session.context import sources
from ui.timetravel.model.checkpoints import ThreadState
from ui.timetravel.model.runs import RunState, RunStatus

Open = Callable[..., Screen]


@pytest.fixture
def asked(opened: Open, tmp_path: Path) -> Callable[[str], Screen]:
    """The Debugger on a thread where a graph waits for its answer."""

    def show(graph: str) -> Screen:
        from langgraph.checkpoint.sqlite import SqliteSaver

        store = tmp_path / "s.sqlite"
        with SqliteSaver.from_conn_string(str(store)) as saver:
            compiled = getattr(typed, graph).copy(update={"checkpointer": saver})
            compiled.invoke({"topic": "tea"}, {"configurable": {"thread_id": "t"}})
        return opened(
            store, page="debugger", graph_specs=(f"{TYPED}:{graph}",), sandbox=str(tmp_path / "sb.sqlite")
        ).run(thread="t")

    return show


def choose(screen: Screen, label: str, option: Any) -> Screen:
    next(one for one in screen.app.get("button_group") if one.label == label).set_value(option).run()
    assert screen.crashes == []
    return screen


def runs() -> list[RunState]:
    workers = sources().workers
    assert workers is not None
    return [run.wait(60) for run in workers.runs.values()]


def notes(screen: Screen) -> Any:
    here = sources().source()
    assert here is not None
    latest = here.store.skeleton("t").latest
    assert latest is not None
    return here.store.checkpoint("t", "", latest).values["notes"]


def state() -> ThreadState:
    here = sources().source()
    assert here is not None
    return here.store.threads().threads[0].state


def test_a_question_reads_as_one(asked: Callable[[str], Screen]) -> None:
    lines = asked("refund").lines
    at = lines.index(("asks", "The run asks: Refund?"))
    assert lines[at + 1] == ("text", "order: 7")


def test_a_typed_answer_is_a_form_and_what_is_missing_is_not_sent(asked: Callable[[str], Screen]) -> None:
    screen = asked("refund")
    assert field(screen, "action (required)").options == ["approve", "reject"]
    assert field(screen, "amount").value == 0
    screen.click("Answer and go on")
    assert ("failed", "action is required: fill it in.") in screen.lines
    assert (runs(), state()) == ([], ThreadState.INTERRUPTED)
    field(screen, "action (required)").set_value(1).run()
    field(screen, "amount").set_value(2.5).run()
    assert [one.label for one in screen.app.checkbox] == ["days: null"], "of reason, null is what leaving out means"
    screen.app.checkbox[0].check().run()
    assert screen.crashes == []
    screen.click("Answer and go on")
    assert runs()[0].status is RunStatus.FINISHED
    assert notes(screen) == ["reject 2.5"]


def test_a_wrong_answer_as_json_is_refused_at_its_place_and_the_thread_stays_as_it_was(
    asked: Callable[[str], Screen],
) -> None:
    screen = choose(asked("refund"), "Answer as", "JSON")
    field(screen, "Your answer").set_value('{"action": "maybe", "amount": "much"}').run()
    screen.click("Answer and go on")
    said = [text for look, text in screen.lines if look == "failed"]
    assert said == [
        "action must be one of approve, reject, not the text “maybe”.",
        "amount must be a number, not the text “much”.",
    ]
    assert (runs(), state()) == ([], ThreadState.INTERRUPTED)


def test_an_answer_that_is_no_object_has_a_field_too(asked: Callable[[str], Screen]) -> None:
    screen = asked("count")
    field(screen, "Your answer").set_value(0).run()
    screen.click("Answer and go on")
    assert ("failed", "The value must be at least 1, not 0.") in screen.lines
    field(screen, "Your answer").set_value(5).run()
    screen.click("Answer and go on")
    assert runs()[0].status is RunStatus.FINISHED
    assert notes(screen) == ["5"]


def test_a_review_of_a_tool_call_is_decided_by_a_button(asked: Callable[[str], Screen]) -> None:
    screen = asked("review")
    assert ("asks", "The run asks: send") in screen.lines
    assert ("text", "    to: Ann") in screen.lines
    choose(screen, "send (required)", 1)
    field(screen, "to (required)").set_value("Bob").run()
    screen.click("Answer and go on")
    assert runs()[0].status is RunStatus.FINISHED
    decision = {"type": "edit", "edited_action": {"name": "send", "args": {"to": "Bob"}}}
    assert notes(screen) == [str({"decisions": [decision]})]


def test_the_run_screen_asks_in_the_same_way(asked: Callable[[str], Screen]) -> None:
    screen = asked("refund").on("run").run(graph="refund").click("Run")
    (run,) = runs()
    screen.run(run=run.id)
    assert field(screen, "action (required)").options == ["approve", "reject"]
