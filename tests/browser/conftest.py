"""The real app, started by its command, in a real Chromium."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from scripts.chromium import find
from tests.browser.support.driver import PROCESSES, TOKENS, Driver, letting_in
from ui.gate.access_gate import HEALTH

FLAGS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Scheme = Literal["light", "dark"]
PROJECT = Path(__file__).with_name("project")
SHOTS = Path(__file__).parents[2] / "screenshots"

expect.set_options(timeout=20_000)  # it may be a busy machine; where it is there, nobody waits


@contextmanager
def started(folder: Path, *arguments: str, pause: str = "0.05") -> Iterator[str]:
    """The app in `folder`, started with these arguments; gives its address, which `letting_in` adds the token to."""
    command = [sys.executable, "-m", "ui.cli", "--no-browser", "--port", "0", *arguments]
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "TIMETRAVEL_SAMPLE_PAUSE": pause, "PYTHONUNBUFFERED": "1"},
    )
    lines: list[str] = []
    drain = threading.Thread(target=lambda: lines.extend(process.stdout or ()), daemon=True)
    drain.start()
    try:
        yield _address(process, lines)
    finally:
        process.terminate()
        process.wait(20)


def _address(process: "subprocess.Popen[str]", lines: list[str]) -> str:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        found = re.search(r"timetravel is at (http://127\.0\.0\.1:\d+)/\?token=(\S+)", "".join(lines))
        if found:
            TOKENS[found[1]], PROCESSES[found[1]] = found[2], process.pid
            return found[1]
        time.sleep(0.05)
    raise AssertionError("the app did not start:\n" + "".join(lines))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = find()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app as `timetravel` without arguments starts it, shared by the tests that don't disturb each other."""
    with started(tmp_path_factory.mktemp("app")) as address:
        yield address


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the graphs of the project below leave and look for files."""
    return tmp_path_factory.mktemp("project")


@pytest.fixture(scope="session")
def project(folder: Path) -> Iterator[str]:
    """The app with graphs that fail, ask, take their time and are broken, on a store of its own."""
    os.environ["TIMETRAVEL_TEST_FOLDER"] = str(folder)
    with started(folder, "store.sqlite", "--graphs", str(PROJECT / "langgraph.json")) as address:
        yield address


@contextmanager
def windows(chromium: Browser) -> Iterator[Callable[..., Driver]]:
    """Opens an address in a browser window, again and again, and puts the windows away at the end.

    A window that was put away is used again, and all share what the browser has loaded: a new window takes 2 s of a
    core to read and compile Streamlit's code, and one that has done so before a third of that.
    """
    used: list[Driver] = []

    def open_(address: str, width: int = 1500, height: int = 900, scheme: Scheme = "light") -> Driver:
        driver = _put_away.pop() if _put_away else Driver(_context(chromium).new_page(), SHOTS)
        used.append(driver)
        driver.page.set_viewport_size({"width": width, "height": height})
        driver.page.emulate_media(color_scheme=scheme)
        driver.page.set_default_timeout(30_000)
        driver.begin()
        driver.page.goto(letting_in(address))
        driver.settle()
        return driver

    yield open_
    for driver in used:
        _put(driver)


def _put(driver: Driver) -> None:
    """Empty a window for the next test. A page of the same host keeps the process, and with it the compiled code."""
    page = driver.page
    try:
        if driver.altered or not page.url.startswith("http://127.0.0.1"):
            raise PlaywrightError("nothing to use again")
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
        page.mouse.move(0, 0)
        page.goto(urljoin(page.url, HEALTH))
        _put_away.append(driver)
    except PlaywrightError:  # also where the app has ended before
        page.close()


_put_away: list[Driver] = []


def _context(chromium: Browser) -> BrowserContext:
    if chromium not in _contexts:
        _contexts[chromium] = chromium.new_context(timezone_id="Europe/Berlin")
    return _contexts[chromium]


_contexts: dict[Browser, BrowserContext] = {}


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Driver]]:
    """Opens an address in a browser window that shows nothing else."""
    with windows(chromium) as opens:
        yield opens
