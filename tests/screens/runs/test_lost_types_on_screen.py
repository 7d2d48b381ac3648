"""Types that can't be built any more: said before a run, and before a fork."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver

from tests.screens.conftest import Screen

Open = Callable[..., Screen]
TYPES = "from dataclasses import dataclass\n\n@dataclass\nclass {name}:\n    label: str\n"
GRAPH = """
from typing import Any, TypedDict
from langgraph.graph import START, StateGraph

class State(TypedDict, total=False):
    order: Any

graph = StateGraph(State).add_node("work", lambda state: {}).add_edge(START, "work").compile()
"""


@pytest.fixture
def page(opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Screen:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "shop_types.py").write_text(TYPES.format(name="Order"))
    (tmp_path / "shop.py").write_text("import shop_types\n" + GRAPH)
    import shop
    import shop_types

    with SqliteSaver.from_conn_string(str(tmp_path / "s.sqlite")) as saver:
        graph = shop.graph.copy(update={"checkpointer": saver})
        graph.invoke({"order": shop_types.Order("tea")}, {"configurable": {"thread_id": "t"}})
    for name in ("shop", "shop_types"):
        del sys.modules[name]
    (tmp_path / "shop_types.py").write_text(TYPES.format(name="Renamed"))
    return opened(tmp_path / "s.sqlite", graph_specs=(f"{tmp_path / 'shop.py'}:graph",)).on("debugger")


@pytest.mark.parametrize("tab", ["changes", "fork"])
def test_a_type_that_is_gone_is_told_with_what_comes_back(page: Screen, tab: str) -> None:
    said = page.run(thread="t", tab=tab).says
    assert page.crashes == []
    assert "shop_types.Order (in order) comes back as a dict" in said
