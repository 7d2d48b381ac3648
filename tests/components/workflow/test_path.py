"""The workflow under the history, with the path that was taken up to the selected checkpoint."""

import re
from collections.abc import Mapping

import pytest

from tests.components.conftest import Drawn, Part
from ui.components.workflow.path import path_drawing
from ui.session.reads import cached_reads as reading
from ui.session.view import View

pytestmark = pytest.mark.usefixtures("with_graph")

Ids = Mapping[str, tuple[str, ...]]


def path(drawn: Drawn, ids: Ids, at: int, thread: str = "loop") -> Part:
    view = View(thread=thread, checkpoint=ids[thread][at])
    return drawn(lambda: path_drawing(view, reading.tree(thread, "")), view)


def drawing(part: Part) -> str:
    (found,) = part.app.get("graphviz_chart")
    return str(found.proto.spec)


def test_at_the_first_checkpoint_nothing_has_run_yet(drawn: Drawn, ids: Ids) -> None:
    spec = drawing(path(drawn, ids, 0))
    assert "✔" not in spec
    assert "penwidth=2.5" not in spec


def test_what_is_due_next_is_marked_and_the_edges_that_were_taken_are_thick(drawn: Drawn, ids: Ids) -> None:
    spec = drawing(path(drawn, ids, 3))
    assert 'label="→ count"' in spec
    assert re.findall(r"(n\d -> n\d) .*penwidth=2.5", spec) == ["n1 -> n0"]


def test_at_the_end_what_ran_is_marked_as_done(drawn: Drawn, ids: Ids) -> None:
    assert 'label="✔ count"' in drawing(path(drawn, ids, -1))


def test_the_marks_are_explained(drawn: Drawn, ids: Ids) -> None:
    assert path(drawn, ids, 3).says.startswith("✔ ran on this branch")


def test_of_a_checkpoint_that_is_not_there_nothing_is_drawn(drawn: Drawn) -> None:
    view = View(thread="loop", checkpoint="nope")

    def draw() -> None:
        path_drawing(view, reading.tree("loop", ""))

    assert not drawn(draw, view).app.get("graphviz_chart")
