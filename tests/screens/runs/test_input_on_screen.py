"""What a person types as the input of a run: in fields and as JSON, checked before anything is written."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.screens.conftest import Screen, last_run
from ui.services.create_store import make_store
from ui.session.context import sources
from ui.timetravel.model.runs import RunStatus
from ui.timetravel.model.values import Plain

Open = Callable[..., Screen]
JSON_BOX = "Input, as JSON"
TYPED = Path(__file__).parents[1] / "project" / "typed.py"


@pytest.fixture
def form(opened: Open, tmp_path: Path) -> Callable[[str], Screen]:
    """The Run screen with the form of a graph, on a new store."""

    def show(graph: str) -> Screen:
        make_store(tmp_path / "s.sqlite")
        screen = opened(tmp_path / "s.sqlite", graph_specs=(f"{TYPED}:{graph}",), sandbox=str(tmp_path / "sb.sqlite"))
        return screen.on("run").run()

    return show


def field(screen: Screen, label: str) -> Any:
    kinds = ("text_input", "number_input", "text_area", "selectbox", "toggle")
    found = [one for kind in kinds for one in screen.app.get(kind) if one.label == label]
    assert found, label
    return found[0]


def fill(screen: Screen, label: str, value: Any) -> Screen:
    field(screen, label).set_value(value).run()
    assert screen.crashes == []
    return screen


def switch(screen: Screen, way: str) -> Screen:
    next(one for one in screen.app.get("button_group") if one.label == "Input as").set_value(way).run()
    assert screen.crashes == []
    return screen


def sent(screen: Screen) -> list[Plain]:
    """The inputs of the runs that were started."""
    workers = sources().workers
    assert workers is not None
    return [getattr(run.state().job.action, "value", None) for run in workers.runs.values()]


def box(screen: Screen) -> str:
    return str(field(screen, JSON_BOX).value)


def test_only_what_was_filled_in_is_sent(form: Callable[[str], Screen]) -> None:
    screen = fill(form("loose"), "topic", "tea")
    assert not any("required" in one.label for one in screen.app.text_input)
    screen.click("Run")
    assert sent(screen) == [{"topic": "tea"}]


def test_the_fields_of_an_object_are_fields_and_what_is_missing_is_said_at_the_press(
    form: Callable[[str], Screen],
) -> None:
    screen = form("order")
    assert "failed" not in dict(screen.lines)
    screen.click("Run")
    assert ("failed", "buyer.name is required: fill it in.") in screen.lines
    assert sent(screen) == []
    fill(screen, "name (required)", "Ann")
    screen.click("Run")
    assert sent(screen) == [{"buyer": {"name": "Ann"}}]


def test_a_list_gets_items_and_loses_them(form: Callable[[str], Screen]) -> None:
    screen = fill(form("order"), "name (required)", "Ann").click("Add").click("Add")
    fill(screen, "items 1", "tea")
    fill(screen, "items 2", "cake")
    screen.app.button(key="input_order_items.0~remove").click().run()
    screen.click("Run")
    assert sent(screen) == [{"buyer": {"name": "Ann"}, "items": ["cake"]}]


def test_an_object_that_may_be_null_is_added_by_its_switch(form: Callable[[str], Screen]) -> None:
    screen = fill(form("order"), "name (required)", "Ann")
    fill(screen, "gift", True)
    screen.app.text_input(key="input_order_gift.name").set_value("Bob").run()
    screen.app.selectbox(key="input_order_level").set_value(1).run()
    screen.click("Run")
    assert sent(screen) == [{"buyer": {"name": "Ann"}, "level": "high", "gift": {"name": "Bob"}}]


def test_what_was_typed_goes_along_to_json_and_back(form: Callable[[str], Screen]) -> None:
    screen = switch(fill(form("order"), "name (required)", "Ann"), "JSON")
    assert '"name": "Ann"' in box(screen)
    fill(screen, JSON_BOX, '{"buyer": {"name": "Bob", "age": 7}, "items": ["tea"]}')
    switch(screen, "Form")
    assert field(screen, "name (required)").value == "Bob"
    assert field(screen, "age").value == 7
    assert field(screen, "items 1").value == "tea"
    screen.click("Run")
    assert sent(screen) == [{"buyer": {"name": "Bob", "age": 7}, "items": ["tea"]}]


@pytest.mark.parametrize(
    ("text", "why"), [('{"buyer": {"nam": "Ann"}}', "“buyer.nam” has no field in the form."), ("{", "Line 1, column 2")]
)
def test_json_that_the_form_can_not_show_stays_and_this_is_said(
    form: Callable[[str], Screen], text: str, why: str
) -> None:
    screen = switch(fill(switch(form("order"), "JSON"), JSON_BOX, text), "Form")
    assert box(screen) == text
    assert f"The JSON stays, since the form can't show it. {why}" in screen.says


def test_what_was_typed_is_there_again_after_the_run(form: Callable[[str], Screen]) -> None:
    screen = fill(form("loose"), "topic", "tea")
    screen.click("Run")
    screen.run(graph="loose")
    assert field(screen, "topic").value == "tea"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '{"descriptin": "x"}',
            "descriptin is not a channel of this graph’s input; did you mean description?",
        ),
        ('{"rounds": "three"}', "rounds must be a whole number, not the text “three”."),
    ],
)
def test_what_is_doubtful_is_named_and_sent_only_once_a_person_says_so(
    form: Callable[[str], Screen], text: str, said: str
) -> None:
    screen = fill(switch(form("loose"), "JSON"), JSON_BOX, text)
    assert ("asks", said) in screen.lines
    screen.click("Run")
    assert sent(screen) == []
    next(one for one in screen.app.checkbox if one.label == "Run all the same").check().run()
    screen.click("Run")
    assert len(sent(screen)) == 1


@pytest.mark.parametrize(
    ("text", "kind"), [("[1]", "a list"), ('"tea"', "the text “tea”"), ("7", "7"), ("null", "null")]
)
def test_what_is_no_object_is_refused_by_what_it_is_and_never_offered_all_the_same(
    form: Callable[[str], Screen], text: str, kind: str
) -> None:
    screen = fill(switch(form("loose"), "JSON"), JSON_BOX, text)
    (said,) = [line for look, line in screen.lines if look == "failed"]
    assert said.startswith("The input ")
    assert kind in said
    assert [one.label for one in screen.app.checkbox] == []
    screen.click("Run")
    assert sent(screen) == []


def test_what_the_graphs_own_type_refuses_writes_nothing(form: Callable[[str], Screen]) -> None:
    screen = fill(switch(form("order"), "JSON"), JSON_BOX, '{"buyer": {"name": "Ann", "age": "old"}}')
    next(one for one in screen.app.checkbox if one.label == "Run all the same").check().run()
    screen.click("Run")
    workers = sources().workers
    assert workers is not None
    (run,) = workers.runs.values()
    run.wait(60)
    screen.run()
    assert "buyer.age: Input should be a valid integer" in screen.says
    here = sources().source()
    assert here is not None
    assert here.store.threads().threads == ()


@pytest.fixture
def fork(form: Callable[[str], Screen]) -> Screen:
    """The Fork tab on a checkpoint after which a node of `order` is due."""
    screen = fill(form("order"), "name (required)", "Ann")
    screen.app.selectbox(key="input_order_level").set_value(0).run()
    screen.click("Run")
    workers = sources().workers
    assert workers is not None
    (run,) = workers.runs.values()
    state = run.wait(60)
    return screen.on("debugger").run(thread=state.job.target_thread, checkpoint=state.checkpoints[1], tab="fork")


def changing(screen: Screen, channel: str) -> Screen:
    next(one for one in screen.app.multiselect if one.label == "Channels to change").set_value([channel]).run()
    assert screen.crashes == []
    return screen


def test_a_channel_of_few_values_is_chosen_in_a_fork_too(fork: Screen) -> None:
    one = field(changing(fork, "level"), "One of these")
    assert (one.options, one.value) == (["low", "high"], 0)
    one.set_value(1).run()
    fork.click("Fork and run")
    workers = sources().workers
    assert workers is not None
    state = list(workers.runs.values())[-1].wait(60)
    assert state.job.edits is not None
    assert (state.job.edits.values, state.status) == ({"level": "high"}, RunStatus.FINISHED)


def test_what_a_channels_type_does_not_allow_is_said_beside_its_json(fork: Screen) -> None:
    changing(fork, "buyer")
    fill(fork, "New value, as JSON", '{"name": 3}')
    assert ("asks", "buyer.name must be a text, not 3.") in fork.lines


def test_a_change_that_is_not_of_the_channels_type_is_sent_only_once_a_person_says_so(fork: Screen) -> None:
    changing(fork, "items")
    fill(fork, "New value, as JSON", '{"tea": 1}')
    before = len(sent(fork))
    fork.click("Only change")
    assert ("asks", "items must be a list, not an object in braces.") in fork.lines
    assert len(sent(fork)) == before
    next(one for one in fork.app.checkbox if one.label == "Fork all the same").check().run()
    fork.click("Only change")
    assert len(sent(fork)) == before + 1


def test_a_channel_that_only_nodes_write_has_a_type_in_a_fork_too(form: Callable[[str], Screen]) -> None:
    screen = fill(form("narrow"), "topic", "tea")
    screen.click("Run")
    state = last_run()
    screen.on("debugger").run(thread=state.job.target_thread, checkpoint=state.checkpoints[1], tab="fork")
    fill(changing(screen, "rounds"), "New value, as JSON", '"three"')
    assert ("asks", "rounds must be a whole number, not the text “three”.") in screen.lines
    fill(screen, "New value, as JSON", "3")
    assert not [one for one in screen.app.checkbox if one.label == "Fork all the same"]
    fill(changing(screen, "found"), "New value, as JSON", '{"anything": 1}')
    assert not [one for one in screen.app.checkbox if one.label == "Fork all the same"], "its type says nothing"
