"""The history as a drawing by graphviz, which can be downloaded."""

from tests.components.conftest import Drawn
from ui.components.history.graph import history_graph
from ui.timetravel.presentation.workflow_dot import StateNode

STOPS = [
    StateNode("1", None, "step -1 · input"),
    StateNode("2", "1", "step 0", '<b>ask</b> "quoted"', folded=3, mark="A"),
    StateNode("3", "2", "step 4", "count", latest=True),
]


def test_every_state_is_in_the_drawing_and_names_are_text(drawn: Drawn) -> None:
    part = drawn(lambda: history_graph(STOPS, "2", 0))
    (drawing,) = part.app.get("graphviz_chart")
    for label in ("step -1", "step 4", "count", "&lt;b&gt;ask" if "&lt;" in drawing.proto.spec else "ask"):
        assert label in drawing.proto.spec
    assert part.says == ""
    assert [one.label for one in part.app.get("download_button")] == ["Download as DOT"]


def test_it_says_how_many_states_are_left_out(drawn: Drawn) -> None:
    said = drawn(lambda: history_graph(STOPS, "2", 1200)).says
    assert said == "The 3 states nearest to the selected one; 1,200 more are in the tree."


def test_a_history_of_one_state_is_a_drawing_too(drawn: Drawn) -> None:
    assert drawn(lambda: history_graph(STOPS[:1], "1", 0)).app.get("graphviz_chart")
