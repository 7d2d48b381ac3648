"""The history of a thread, as a table, a tree or a graph that share one selection."""

import pytest

from tests.components.conftest import Drawn, Part
from ui.components.history.panel import history
from ui.session.reads import cached_reads as reading
from ui.session.view import View
from ui.timetravel.model.checkpoint_refs import CheckpointRef

pytestmark = pytest.mark.usefixtures("looked_at")


def panel(drawn: Drawn, thread: str, kind: str = "table", *, pinned: int | None = None) -> Part:
    ids: list[str] = []
    drawn(lambda: ids.extend(reading.tree(thread, "").ids))
    pin = None if pinned is None else CheckpointRef("", thread, "", ids[pinned])
    view = View(thread=thread, checkpoint=ids[-1], history=kind, pin=pin, nameless=not thread)
    return drawn(lambda: history(view, reading.tree(thread, "")), view)


@pytest.mark.parametrize(
    ("kind", "order"), [("table", "newest on top"), ("tree", "each branch newest on top"), ("graph", "oldest on top")]
)
def test_it_says_how_long_the_history_is_and_in_which_order(drawn: Drawn, kind: str, order: str) -> None:
    assert f"6 checkpoints, {order}" in panel(drawn, "loop", kind).says


def test_branches_are_counted_where_there_are_several(drawn: Drawn) -> None:
    assert "branches, newest on top" in panel(drawn, "forks").says


def test_each_kind_draws_what_it_is_called(drawn: Drawn) -> None:
    assert len(panel(drawn, "loop").app.dataframe[0].value) == 6
    assert len(panel(drawn, "loop", "tree").drawings("tree")[0]["rows"]) == 6
    assert panel(drawn, "loop", "graph").app.get("graphviz_chart")


def test_choosing_a_kind_puts_it_into_the_address(drawn: Drawn) -> None:
    part = panel(drawn, "loop")
    part.app.button_group[0].set_value("tree").run()
    assert part.view.history == "tree"
    assert part.app.query_params["history"] == "tree"


def test_the_notes_say_what_is_special_about_a_checkpoint(drawn: Drawn) -> None:
    notes = list(panel(drawn, "loop", pinned=2).app.dataframe[0].value["Note"])
    assert notes == ["latest", "", "", "A", "", ""]
    assert panel(drawn, "failed").app.dataframe[0].value["Note"][0] == "broken failed, fine and slow done, latest"
    assert "asks" in panel(drawn, "asks").app.dataframe[0].value["Note"][0]


def test_where_branches_part_is_noted(drawn: Drawn) -> None:
    notes = " ".join(panel(drawn, "forks").app.dataframe[0].value["Note"])
    assert "branches go on" in notes
    assert "end" in notes


def test_the_thread_without_a_name_has_a_history_as_any_other(drawn: Drawn) -> None:
    assert "3 checkpoints" in panel(drawn, "").says
