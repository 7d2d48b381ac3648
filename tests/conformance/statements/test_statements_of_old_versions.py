"""Random programs played by old LangGraphs, each in an environment of its own: what is said of their threads is so."""

from pathlib import Path

import pytest

from tests.conformance.programs.generated import old_shape
from tests.conformance.programs.player import Player
from tests.conformance.stories.stories import all_so
from tests.support.old_langgraph import VERSIONS, python_of


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_said_of_a_thread_is_so(version: str, tmp_path: Path) -> None:
    path = tmp_path / "checkpoints.sqlite"
    with Player(python_of(version), path) as player:
        made = all_so(6, player, path, old_shape)
    assert made["asked"]
    assert made["done"]
