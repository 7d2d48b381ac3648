"""A page that the server refuses is loaded anew; any other refusal is no matter of this script."""

import pytest
from playwright.sync_api import Page

from tests.browser.scripts.conftest import ADDRESS, Host, Opens


@pytest.fixture
def loaded(page: Page) -> list[str]:
    """Which addresses the page was loaded from."""
    found: list[str] = []
    page.route("**/refused/**", lambda route: route.fulfill(status=403, body="no"))
    page.route("**/_stcore/**", lambda route: route.fulfill(status=403, body="no"))
    page.route("**/_stcore/fine", lambda route: route.fulfill(status=200, body="yes"))
    page.on("framenavigated", lambda frame: found.append(frame.url))
    return found


@pytest.fixture
def host(opens: Opens, loaded: list[str]) -> Host:
    return opens("base/reload_when_refused").draw()


def test_it_is_loaded_anew_once_streamlit_is_refused(host: Host, loaded: list[str]) -> None:
    with host.page.expect_navigation():
        host.run("void fetch('/_stcore/health').catch(() => 0)")
    assert loaded == [ADDRESS]


def test_what_is_answered_and_what_another_path_refuses_changes_nothing(host: Host, loaded: list[str]) -> None:
    host.page.evaluate("Promise.all([fetch('/_stcore/fine'), fetch('/refused/_stcore/x'), fetch('/refused/x')])")
    host.page.evaluate("new Promise(done => setTimeout(done, 100))")
    assert loaded == []


def test_drawn_again_it_watches_no_more_than_before(host: Host) -> None:
    host.run("window.watching = PerformanceObserver")
    host.run("PerformanceObserver = class { constructor() { window.again = true; } observe() {} }")
    host.draw()
    assert host.run("window.again") is None
