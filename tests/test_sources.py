"""The stores that the app has open: what can't be opened is told as an error of the store, which the page shows."""

from pathlib import Path

import pytest

from tests.command import ROOT
from ui.settings import Settings
from ui.sources import Sources
from ui.timetravel.errors import StoreError

COUNTER = f"{ROOT / 'graphs' / 'counter.py'}:graph"


@pytest.mark.parametrize(
    ("target", "graphs", "says"),
    [("saver:nope", (COUNTER,), 'no graph called "nope"'), ("memory:", (), "needs graphs")],
)
def test_a_saver_that_cannot_be_had_is_an_error_of_the_store(target: str, graphs: tuple[str, ...], says: str) -> None:
    sources = Sources(Settings((target,), graph_specs=graphs))
    with pytest.raises(StoreError, match=says):
        sources.open(target)
    sources.close()


def test_a_store_is_found_by_its_name_beside_one_that_cannot_be_opened(tmp_path: Path) -> None:
    sources = Sources(Settings(("saver:nope", str(tmp_path / "no.sqlite")), graph_specs=(COUNTER,)))
    assert sources.source("some other name") is None
    sources.close()
