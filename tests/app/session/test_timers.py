"""What a fragment's timer asks for: a drawing with the values of controls, and nothing that was pressed."""

from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests

from ui.components.base.timers import drawn_every

PRESSED = WidgetStates()
PRESSED.widgets.add(id="text", string_value="typed")
PRESSED.widgets.add(id="button", trigger_value=True)
PRESSED.widgets.add(id="list", json_trigger_value="[1]")

TIMER = RerunData(fragment_id="part", is_auto_rerun=True, widget_states=PRESSED)
CLICK = RerunData(widget_states=PRESSED)


def heard(*requests: RerunData) -> dict[str, str]:
    """The controls that the next drawing after these requests is told of, and by which field."""
    assert drawn_every, "by importing it, timers press nothing"
    asked = ScriptRequests()
    assert all(asked.request_rerun(request) for request in requests)
    states = asked.on_scriptrunner_ready().rerun_data.widget_states
    assert states
    return {one.id: str(one.WhichOneof("value")) for one in states.widgets}


def test_a_timer_tells_of_values_and_of_nothing_pressed() -> None:
    assert heard(TIMER) == {"text": "string_value"}


def test_a_press_is_heard() -> None:
    assert heard(CLICK) == {"text": "string_value", "button": "trigger_value", "list": "json_trigger_value"}


def test_a_timer_takes_nothing_away_from_what_waits_to_be_heard() -> None:
    assert heard(CLICK, TIMER) == heard(TIMER, CLICK) == heard(CLICK)
