"""Before a run: which values of the checkpoint the graph would not get as the store has them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

import ui.components.checkpoint.fork.lost_types as module
from tests.components.conftest import Drawn
from ui.components.checkpoint.fork.lost_types import lost_types
from ui.timetravel.model.checkpoints import Checkpoint
from ui.timetravel.model.values import Typed
from ui.timetravel.runs.typed_values import Lost, TypesHere

pytestmark = pytest.mark.usefixtures("with_graph")

Shown = Callable[[str, int], Checkpoint]


def test_where_every_type_is_built_nothing_is_said(drawn: Drawn, shown: Shown) -> None:
    part = drawn(lambda: lost_types(shown("loop", 2), "loop"))
    assert (part.lines, part.buttons) == ([], [])


def test_a_type_that_is_gone_is_named_and_one_that_was_refused_can_be_allowed(
    drawn: Drawn, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = TypesHere({("app", "Person"): Lost.GONE}, frozenset({("app", "<b>Other</b>")}))
    monkeypatch.setattr(module, "types_here", lambda *_: here)
    holding = replace(shown("loop", 2), values={"who": Typed("app", "Person", {"name": "ann"})})
    part = drawn(lambda: lost_types(holding, "loop"))
    first, allowed = (text for _, text in part.lines)
    assert first.startswith("What a run from here would get otherwise than the store has it:\n")
    assert "Person" in first
    assert allowed.startswith("To allow app.<b>Other</b> means: ")
    assert part.buttons == ["I trust this store: allow"]
