"""The same graph run in memory and on the embedded PostgreSQL, chosen on the Run screen and seen in the Debugger."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import started
from tests.browser.support.driver import Driver
from tests.support.embedded import open_folder

__all__ = ["open_folder"]

SLOW = 60_000
"""Milliseconds: a database is made, on a machine that may be busy."""


def test_a_run_is_saved_where_it_was_chosen(open_page: Callable[..., Driver], open_folder: Path) -> None:
    with started(open_folder) as address:
        one = open_page(f"{address}/run?graph=counter", width=1400)
        one.choose("Runs are saved in", "memory of the worker")
        see_it_in_the_debugger(one, "gone when that is restarted, or the app ends")
        one.shot("stores-memory")

        one.link("Run")
        one.click("New run")
        one.choose_starting("Runs are saved in", "embedded PostgreSQL")
        see_it_in_the_debugger(one, "A real PostgreSQL server on this machine")
        one.shot("stores-postgresql")
        assert "store=embedded-postgresql" in one.address

        folder = open_folder / ".timetravel" / "postgres"
        assert (folder / "password").read_text() not in one.page.content()
        assert (folder / "data" / "postmaster.pid").exists()
    assert not (folder / "data" / "postmaster.pid").exists()


def see_it_in_the_debugger(one: Driver, about: str) -> None:
    """Run the graph in the store that was chosen, once the page says what that is."""
    expect(one.page.get_by_text(about)).to_be_visible(timeout=SLOW)
    one.click("Run")
    expect(one.page.get_by_text("Finished").first).to_be_visible(timeout=SLOW)
    one.link("See it in the Debugger")
    expect(one.headline()).to_contain_text("the run is finished", timeout=SLOW)
