"""The script that loads a refused page anew is on the page; what it does is tried in a browser."""

from tests.components.conftest import Drawn
from ui.components.base.reload_when_refused import reload_when_refused


def test_it_is_there_and_shows_nothing(drawn: Drawn) -> None:
    part = drawn(reload_when_refused)
    assert len(part.drawings("reload_when_refused")) == 1
    assert part.says == ""
