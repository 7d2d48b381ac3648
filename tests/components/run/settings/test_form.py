"""What a run is given beside its input: nothing, unless somebody changes what is there."""

from dataclasses import replace
from typing import Any

import pytest

from tests.components.conftest import Drawn, Part
from ui.components.run.settings.form import TypedSettings, run_settings, settings_of_thread, values_to_make_it
from ui.session import keys
from ui.timetravel.model.graphs import GraphInfo
from ui.timetravel.model.jobs import RunSettings
from ui.timetravel.runs.run_settings import NOTHING, Inherited

pytestmark = pytest.mark.usefixtures("with_graph")

CONTEXT = {
    "type": "object",
    "properties": {"user": {"type": "string"}, "level": {"type": "integer", "default": 2}},
    "required": ["user"],
}
BEFORE = Inherited(RunSettings({"user": "ann"}, {"mode": "**x**"}, 50, ("a", "b")), knows_context=True)


def typed(drawn: Drawn, info: GraphInfo, found: Inherited = NOTHING) -> tuple[Part, list[TypedSettings]]:
    given: list[TypedSettings] = []
    return drawn(lambda: given.append(run_settings(info, "k", found))), given


def box(part: Part) -> Any:
    return next(one for one in part.app.text_area if one.label.startswith("Configurable values"))


def test_where_nothing_is_typed_nothing_is_given(drawn: Drawn, info: GraphInfo) -> None:
    assert typed(drawn, info)[1] == [TypedSettings(None)]


def test_values_a_limit_and_tags_are_given_as_they_were_typed(drawn: Drawn, info: GraphInfo) -> None:
    part, given = typed(drawn, info)
    box(part).set_value('{"model": "<b>"}')
    part.app.number_input[0].set_value(7)
    part.app.text_input[0].set_value(" one, *two* ,").run()
    assert given[-1].settings == RunSettings(None, {"model": "<b>"}, 7, ("one", "*two*"))


@pytest.mark.parametrize("text", ["{", "[1]", "5"])
def test_what_is_no_object_can_not_be_sent(drawn: Drawn, info: GraphInfo, text: str) -> None:
    part, given = typed(drawn, info)
    box(part).set_value(text).run()
    assert len(given[-1].wrong) == 1
    assert given[-1].wrong[0].startswith("Configurable values, as JSON: ")


def test_what_the_run_begins_with_is_said_and_kept_unless_it_is_changed(drawn: Drawn, info: GraphInfo) -> None:
    part, given = typed(drawn, info, replace(BEFORE, settings=replace(BEFORE.settings, context=None)))
    assert part.said_by["quiet"][0].startswith("Begins with the settings of the checkpoint's run: ")
    assert given == [TypedSettings(None)]
    assert part.app.text_input[0].value == "a, b"
    part.app.text_input[0].set_value("a").run()
    assert given[-1].settings == RunSettings(None, {"mode": "**x**"}, 50, ("a",))


def test_what_is_not_kept_is_named(drawn: Drawn, info: GraphInfo) -> None:
    part, _ = typed(drawn, info, replace(BEFORE, left_out=("api_key", "<b>")))
    assert "Not kept with this checkpoint, so to be given anew: api_key, <b>." in part.said_by["asks"]


def test_a_context_has_fields_and_says_what_it_lacks(drawn: Drawn, info: GraphInfo) -> None:
    declared = replace(info, context_schema=CONTEXT, takes_context=True)
    part, given = typed(drawn, declared)
    assert len(given[-1].missing) == 1
    user = next(one for one in part.app.text_input if one.label.startswith("user"))
    user.set_value("ann").run()
    assert given[-1].missing == ()
    assert given[-1].settings is not None
    assert given[-1].settings.context == {"user": "ann"}


def test_a_context_that_nobody_kept_is_said_to_be_unknown(drawn: Drawn, info: GraphInfo) -> None:
    declared = replace(info, context_schema=CONTEXT, takes_context=True)
    part, _ = typed(drawn, declared, Inherited(RunSettings(tags=("t",))))
    assert "The store does not keep which context this checkpoint's run had." in part.said_by["asks"]


def test_an_input_on_a_thread_begins_with_what_its_latest_run_had(drawn: Drawn, info: GraphInfo) -> None:
    given: list[TypedSettings] = []
    drawn(lambda: given.extend([settings_of_thread(info, "loop"), settings_of_thread(info, None)]))
    assert given == [TypedSettings(RunSettings()), TypedSettings(None)], "of the thread, given anew; of a new one, none"


def test_values_that_make_a_graph_are_kept_by_its_name(drawn: Drawn) -> None:
    part = drawn(lambda: values_to_make_it("loop", "here"))
    part.app.text_area[0].set_value('{"a": 1}').run()
    assert part.app.session_state[keys.GRAPHS_MADE_OF] == {"loop": {"a": 1}}
    part.app.text_area[0].set_value("{").run()
    assert part.said_by["failed"][0].startswith("Configurable values, as JSON: ")
