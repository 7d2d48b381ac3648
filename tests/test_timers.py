"""What a fragment's timer asks for: a drawing, and nothing that a person might have done."""

from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests

from ui.timers import drawn_every


def set_to(text: str) -> WidgetStates:
    states = WidgetStates()
    states.widgets.add(id="choice", string_value=text)
    return states


TIMER = RerunData(fragment_id="part", is_auto_rerun=True, widget_states=set_to("stale"))
CLICK = RerunData(widget_states=set_to("clicked"))


def heard(*requests: RerunData) -> RerunData:
    """What is drawn next after these requests."""
    assert drawn_every, "by importing it, timers bring no input"
    asked = ScriptRequests()
    assert all(asked.request_rerun(request) for request in requests)
    return asked.on_scriptrunner_ready().rerun_data


def test_a_timer_draws_its_fragment_with_the_values_that_the_app_knows() -> None:
    assert heard(TIMER).fragment_id_queue == ["part"]
    assert heard(TIMER).widget_states is None


def test_what_a_person_does_is_heard() -> None:
    assert heard(CLICK).widget_states == set_to("clicked")


def test_a_timer_takes_nothing_away_from_what_waits_to_be_heard() -> None:
    for both in ((CLICK, TIMER), (TIMER, CLICK)):
        assert heard(*both).widget_states == set_to("clicked")
        assert heard(*both).fragment_id_queue == [], "the whole page is drawn"
