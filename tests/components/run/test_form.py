"""What a run starts with: its input, its thread, its pauses; the button starts just that."""

import pytest

import ui.components.run.form as module
from tests.components.conftest import Drawn, Part, Started
from ui.components.run.form import OLD, another_input, run_form
from ui.session.view import View
from ui.timetravel.model.graphs import GraphInfo
from ui.timetravel.model.jobs import Input, RunRequest
from ui.timetravel.runs.write_permission import Destination, Permission

pytestmark = pytest.mark.usefixtures("with_graph")


@pytest.fixture
def form(drawn: Drawn, info: GraphInfo) -> Part:
    return drawn(lambda: run_form(info), View(graph="loop", checkpoint="x"))


def request(started: Started) -> RunRequest:
    (((found, _)),) = started
    return found


def test_the_input_that_was_typed_runs_on_a_new_thread(form: Part, started: Started) -> None:
    thread = form.app.text_input[0].value
    assert thread.startswith("loop-")
    form.app.number_input[0].set_value(3).run()
    form.press("Run")
    assert request(started).action == Input({"n": 3})
    assert (request(started).graph, request(started).thread_id) == ("loop", thread)
    assert (form.view.thread, form.view.run, form.view.checkpoint) == (thread, "r1", "")


def test_the_next_run_gets_another_thread(form: Part, started: Started) -> None:
    first = form.app.text_input[0].value
    form.press("Run")
    assert form.app.text_input[0].value != first
    assert len(started) == 1


def test_without_an_id_for_the_thread_nothing_runs(form: Part) -> None:
    form.app.text_input[0].set_value("  ").run()
    assert "Type an id for the thread." in form.says
    assert next(button for button in form.app.button if button.label == "Run").disabled


def test_it_pauses_where_a_person_says(form: Part, started: Started) -> None:
    before, after = form.app.multiselect
    before.set_value(["count"])
    after.set_value(["count"]).run()
    form.press("Run")
    assert (request(started).interrupt_before, request(started).interrupt_after) == (("count",), ("count",))


def test_what_is_typed_for_a_new_thread_may_be_any_text(form: Part, started: Started) -> None:
    form.app.text_input[0].set_value(" **a** <b>:red[x] ").run()
    form.press("Run")
    assert request(started).thread_id == "**a** <b>:red[x]"


def test_an_existing_thread_is_gone_on_with(form: Part, started: Started) -> None:
    kind = next(one for one in form.app.button_group if OLD in one.options)
    kind.set_value(OLD).run()
    assert "The graph starts over at its beginning" in form.says
    choice = next(one for one in form.app.selectbox if one.label == "Thread to go on with")
    choice.set_value("loop").run()
    form.press("Run")
    assert request(started).thread_id == "loop"


def test_another_input_for_a_thread_comes_with_that_thread_chosen(drawn: Drawn, info: GraphInfo) -> None:
    todo = ["failed"]

    def draw() -> None:
        if todo:
            another_input("loop", todo.pop())
        run_form(info)

    part = drawn(draw)
    choice = next(one for one in part.app.selectbox if one.label == "Thread to go on with")
    assert choice.value == "failed"


def test_what_is_not_as_the_schema_says_runs_only_once_a_person_is_sure(form: Part, started: Started) -> None:
    kind = next(one for one in form.app.button_group if "JSON" in one.options)
    kind.set_value("JSON").run()
    form.app.text_area[0].set_value('{"unknown": 1}').run()
    assert any("unknown" in one for one in form.said_by["asks"])
    form.press("Run")
    assert started == []
    form.app.checkbox[0].check().run()
    form.press("Run")
    assert request(started).action == Input({"unknown": 1})


def test_what_is_no_json_is_said_and_does_not_run(form: Part, started: Started) -> None:
    kind = next(one for one in form.app.button_group if "JSON" in one.options)
    kind.set_value("JSON").run()
    form.app.text_area[0].set_value("{<b>").run()
    form.press("Run")
    assert "failed" in form.said_by
    assert started == []


def test_where_nothing_may_be_written_that_is_said_and_nothing_runs(
    drawn: Drawn, info: GraphInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = Permission(dict.fromkeys(Destination, "Not <b>here</b>."))
    monkeypatch.setattr(module, "may_write", lambda *_: refused)
    part = drawn(lambda: run_form(info))
    assert part.said_by["asks"][0] == "Not <b>here</b>."
    assert next(button for button in part.app.button if button.label == "Run").disabled
