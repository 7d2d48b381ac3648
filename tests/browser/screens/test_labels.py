"""Labels are Markdown to Streamlit: in the browser they show just the text, whatever it is."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.soak.browsers.browsing import LOOK, Watch, new_page, settle
from tests.support.hostile.values.texts import NAMES
from ui.components.base.fault import FAULT
from ui.components.base.page_text import LONGEST_LABEL
from ui.timetravel.ground.text.visible import visible

ROOT = Path(__file__).resolve().parents[3]
SHOWN = 6
"""Of each text at least."""
APP = Path(__file__).parents[1] / "project" / "labels_app.py"


@pytest.fixture(scope="module")
def labels() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = [f"--server.port={port}", "--server.address=127.0.0.1", "--browser.gatherUsageStats=false"]
    command = [sys.executable, "-m", "streamlit", "run", str(APP), "--server.headless=true", *options]
    process = subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": ""}, stdout=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _wait(address: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if httpx.get(address).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("the app did not start")


def test_every_label_shows_just_its_text(labels: str, chromium: Browser) -> None:
    watch = Watch()
    page = new_page(chromium, watch)
    page.goto(labels)
    settle(page)
    assert page.evaluate(LOOK, {"fault": FAULT}) == []
    assert watch.taken() == []
    for at, (kind, text) in enumerate(NAMES.items()):
        expected = "".join(visible(text[:LONGEST_LABEL]).split())
        shown = page.locator(f".st-key-texts_{at} [data-testid=stMarkdownContainer]")
        expect(shown.nth(SHOWN - 1), kind).to_be_attached()
        for one in shown.all_text_contents():
            found = "".join(one.replace("\u2060", "").split())
            assert found[: len(expected)] == expected, kind
            assert found == expected or len(text) > LONGEST_LABEL, kind
    page.context.close()
