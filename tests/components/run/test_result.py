"""The result of a run that came to its end: what its nodes wrote of what the graph gives back."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.components.conftest import Drawn, Part, run_state
from ui.components.run.result import run_result
from ui.timetravel.model.runs import NodeRun, NodeState, RunState, RunStatus

pytestmark = pytest.mark.usefixtures("with_graph")

Ids = Mapping[str, tuple[str, ...]]


@pytest.fixture
def finished(store_file: Path, ids: Ids) -> RunState:
    made = ids["loop"]
    ran = NodeRun("t", "count", "", 1, 1_000.0, 1_001.0, "", NodeState.DONE)
    told = {"nodes": (ran,), "checkpoints": made, "head": made[-1], "prepared": 0}
    return run_state(RunStatus.FINISHED, store=str(store_file), ended=1_009.0, **told)


def result(drawn: Drawn, state: RunState) -> Part:
    return drawn(lambda: run_result(state))


def texts(part: Part) -> list[Any]:
    return [card["path"] for data in part.drawings("changes") for card in data["changes"]]


def test_it_is_what_the_nodes_wrote(drawn: Drawn, finished: RunState) -> None:
    part = result(drawn, finished)
    assert part.said_by["heading"] == ["Result"]
    assert sorted(texts(part)) == ["log", "n"]


@pytest.mark.parametrize(
    "change", [{"status": RunStatus.FAILED}, {"head": None}, {"checkpoints": (), "head": None}, {"job": "elsewhere"}]
)
def test_any_other_end_has_none(drawn: Drawn, finished: RunState, change: dict[str, Any]) -> None:
    if change.get("job"):
        change = {"job": replace(finished.job, store="another.sqlite")}
    part = result(drawn, replace(finished, **change))
    assert (part.lines, texts(part)) == ([], [])


def test_a_checkpoint_that_is_gone_is_said_to_be(drawn: Drawn, finished: RunState) -> None:
    part = result(drawn, replace(finished, head="1eeeeeee-0000-6000-8000-000000000000"))
    ((look, text),) = part.lines
    assert look == "quiet"
    assert text.startswith("The result can't be read now. ")
