"""Makes the README's screenshot anew: python -m scripts.screenshot (needs what `make test` installs).

Runs the content pipeline, forks it from the outline with another one, and compares the two branches.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from scripts.chromium import get
from tests.browser.conftest import FLAGS, started
from tests.browser.support.driver import Driver, letting_in

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Write docs/pictures/screenshot.png."""
    chromium = get()
    with (
        tempfile.TemporaryDirectory() as folder,
        started(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1500, "height": 900}, color_scheme="light")
        page.set_default_timeout(30_000)
        one = Driver(page, ROOT / "docs" / "pictures")
        page.goto(letting_in(f"{address}/?graph=content_pipeline"))
        one.settle()
        tell(one)
        one.shot("screenshot")
        browser.close()


def tell(one: Driver) -> None:
    """The story that the picture shows."""
    one.click("Run")
    one.sees("Finished")
    one.link("See it in the Debugger")
    one.says("finalize ran")
    one.click_row(2)
    one.click("Change and fork")
    one.channel("outline")
    one.type("New value, as JSON", '{"title": "How tides work", "sections": ["The pull of the moon"]}')
    one.click("Fork and run")
    one.sees("Finished")
    one.says("finalize ran")
    one.pick("Tree")
    one.click("Compare the branches' ends")
    one.sees("Compared with A")
    one.click("Dismiss")
    one.page.mouse.move(700, 880)
    one.page.wait_for_timeout(1_500)


if __name__ == "__main__":
    main()
