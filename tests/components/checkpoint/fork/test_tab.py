"""Forking: channels are changed, and the graph runs from there, in this thread, a new one or the sandbox."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

import ui.components.checkpoint.fork.tab as module
from tests.components.conftest import Drawn, Part, Started
from ui.components.checkpoint.fork.tab import INFER, NEW, SAME, SANDBOX, fork
from ui.session.view import View
from ui.timetravel.model.checkpoints import Checkpoint
from ui.timetravel.model.jobs import Edits, RunRequest
from ui.timetravel.runs.write_permission import Destination, Permission

pytestmark = pytest.mark.usefixtures("with_graph")

Ids = Mapping[str, tuple[str, ...]]
Shown = Callable[[str, int], Checkpoint]


@pytest.fixture
def form(drawn: Drawn, ids: Ids, shown: Shown) -> Callable[..., Part]:
    def draw_form(at: int = 2, namespace: str = "", **values: Any) -> Part:
        view = View(thread="loop", checkpoint=ids["loop"][at], tab="fork", namespace=namespace)
        here = shown("loop", at)
        here = replace(here, values={**here.values, **values})
        return drawn(lambda: fork(view, here), view)

    return draw_form


def change(part: Part, channel: str, text: str) -> Part:
    part.app.multiselect[0].set_value([channel]).run()
    next(one for one in part.app.text_area if one.label.startswith("New value")).set_value(text).run()
    return part


def request(started: Started) -> RunRequest:
    ((found, _),) = started
    return found


def choice(part: Part, label: str) -> Any:
    return next(one for one in part.app.button_group if one.label.startswith(label))


def off(part: Part) -> list[str]:
    return [one.label for one in part.app.button if one.disabled]


def test_without_a_change_it_runs_again_from_there_on_a_new_branch(
    form: Callable[..., Part], started: Started, ids: Ids
) -> None:
    part = form()
    assert off(part) == ["Only change"]
    part.press("Fork and run")
    found = request(started)
    assert (found.thread_id, found.checkpoint_id, found.edits, found.copy_to) == ("loop", ids["loop"][2], None, None)
    assert part.view.tab == "changes"


def test_from_the_end_of_a_run_something_must_be_changed_first(form: Callable[..., Part]) -> None:
    assert off(form(-1)) == ["Fork and run", "Only change"]


def test_a_value_that_was_typed_replaces_that_of_its_channel(form: Callable[..., Part], started: Started) -> None:
    change(form(), "n", "41").press("Fork and run")
    assert request(started).edits == Edits({"n": 41}, frozenset({"n"}), None)
    assert request(started).run


def test_a_channel_with_a_reducer_can_be_appended_to(form: Callable[..., Part], started: Started) -> None:
    part = form()
    part.app.multiselect[0].set_value(["log"]).run()
    choice(part, "How the value goes in").set_value("Append").run()
    next(one for one in part.app.text_area if one.label == "What to add, as JSON").set_value('["<b>x</b>"]').run()
    part.press("Only change")
    assert request(started).edits == Edits({"log": ["<b>x</b>"]}, frozenset(), None)
    assert not request(started).run


def test_of_a_channel_of_a_few_values_one_is_chosen(form: Callable[..., Part], started: Started) -> None:
    part = form(kind="a")
    part.app.multiselect[0].set_value(["kind"]).run()
    next(one for one in part.app.selectbox if one.options[:2] == ["a", "b"]).select_index(1).run()
    part.press("Fork and run")
    assert request(started).edits == Edits({"kind": "b"}, frozenset({"kind"}), None)


def test_what_is_no_json_is_said_with_its_channel_and_nothing_runs(form: Callable[..., Part], started: Started) -> None:
    part = change(form(), "n", "{").press("Fork and run")
    assert part.said_by["failed"][0].startswith("n: ")
    assert started == []


def test_what_the_schema_does_not_say_is_forked_only_by_a_person_who_is_sure(
    form: Callable[..., Part], started: Started
) -> None:
    part = change(form(), "n", '"text"')
    part.press("Fork and run")
    assert started == []
    part.app.checkbox[0].check().run()
    part.press("Fork and run")
    assert request(started).edits == Edits({"n": "text"}, frozenset({"n"}), None)


def test_a_fork_into_a_new_thread_has_the_id_that_was_typed(form: Callable[..., Part], started: Started) -> None:
    part = form()
    assert choice(part, "Fork into").options == [SAME, NEW, SANDBOX]
    choice(part, "Fork into").set_value(NEW).run()
    proposed = next(one for one in part.app.text_input if one.label == "Id of the new thread")
    assert proposed.value.startswith("loop-")
    proposed.set_value(" **copy** ").run()
    part.press("Fork and run")
    assert request(started).copy_to == "**copy**"


def test_a_new_thread_needs_an_id(form: Callable[..., Part], started: Started) -> None:
    part = form()
    choice(part, "Fork into").set_value(NEW).run()
    next(one for one in part.app.text_input if one.label == "Id of the new thread").set_value(" ").run()
    part.press("Fork and run")
    assert part.said_by["failed"] == ["Type an id for the new thread."]
    assert started == []


def test_the_change_counts_as_the_node_that_was_chosen(form: Callable[..., Part], started: Started) -> None:
    part = change(form(), "n", "1")
    as_node = next(one for one in part.app.selectbox if one.label == "Change made as")
    assert as_node.options == [INFER, "count"]
    as_node.set_value("count").run()
    part.press("Only change")
    assert request(started).edits == Edits({"n": 1}, frozenset({"n"}), "count")


def test_inside_a_subgraph_nothing_is_changed(form: Callable[..., Part]) -> None:
    part = form(namespace="sub:1")
    assert "A subgraph's checkpoint can't be changed" in part.says
    assert part.buttons == []


def test_where_nothing_may_be_written_only_why_is_drawn(
    form: Callable[..., Part], monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = Permission(dict.fromkeys(Destination, "Not <b>here</b>."))
    monkeypatch.setattr(module, "may_write", lambda *_: refused)
    part = form()
    assert ("asks", "Not <b>here</b>.") in part.lines
    assert off(part) == ["Fork and run", "Only change"]
    assert not part.app.text_area
