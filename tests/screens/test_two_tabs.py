"""Two tabs of one app: what the one does is not taken for what the other asked for."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.screens.conftest import APP, Screen
from ui.services.create_store import make_store
from ui.services.settings import sample_graphs
from ui.timetravel.model.graphs import GraphInfo
from ui.timetravel.worker.pool import WorkerPool

Open = Callable[..., Screen]


@pytest.fixture
def tabs(opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Screen, Screen]:
    """Two tabs on the Run screen; each reading of the code says by its number what it read."""
    readings, read = count(1), WorkerPool.describe

    def describe(self: WorkerPool, graph: str, **more: Any) -> GraphInfo:
        return replace(read(self, graph, **more), description=f"This is reading {next(readings)}.")

    monkeypatch.setattr(WorkerPool, "describe", describe)
    make_store(tmp_path / "s.sqlite")
    one = opened(tmp_path / "s.sqlite", graphs_file=str(sample_graphs()), page="run").run(graph="counter")
    other = Screen(AppTest.from_file(APP, default_timeout=60)).on("run").run(graph="counter")
    return one, other


def read_anew(tab: Screen) -> str:
    tab.app.button(key="again").click().run()
    return tab.says


def test_what_is_read_anew_in_one_tab_is_not_what_another_one_read_before(tabs: tuple[Screen, Screen]) -> None:
    one, other = tabs
    assert "This is reading 1." in one.says
    assert "This is reading 1." in other.says, "what is known is not read again"
    assert "This is reading 2." in read_anew(other)
    assert "This is reading 3." in read_anew(one)
    assert "This is reading 2." in other.run().says
    newest = Screen(AppTest.from_file(APP, default_timeout=60)).on("run").run(graph="counter")
    assert "This is reading 3." in newest.says
