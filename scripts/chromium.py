"""The browser that the tests drive: find a Chromium, or get one, or say what to install.

`python -m scripts.chromium` prints where it is; `find` gives the same to the tests.
"""

import os
import shutil
import subprocess
import sys
from functools import cache

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
DEBIAN = ("chromium", "fonts-noto-cjk", "fonts-noto-color-emoji")


@cache
def find() -> str | None:
    """The path of a Chromium that starts: what TIMETRAVEL_CHROMIUM says, else on the PATH, else Playwright's own."""
    named = os.environ.get("TIMETRAVEL_CHROMIUM")
    candidates = [shutil.which(name) for name in ((named,) if named else NAMES)]
    if not named:
        candidates.append(_playwrights())
    return next((path for path in candidates if path and _starts(path)), None)


def get() -> str | None:
    """A Chromium; where there is none, one downloaded by Playwright or installed from Debian. None if all fails."""
    # A browser that was named and does not start is a mistake to mend, not one to work around.
    ways = () if os.environ.get("TIMETRAVEL_CHROMIUM") else (_install_playwrights, _install_debians)
    for install in ways:
        if found := find():
            return found
        install()
        find.cache_clear()
    return find()


def _playwrights() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _starts(path: str) -> bool:
    """Whether it runs at all: one that lacks a system library, or is a mere stub, does not."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _install_playwrights() -> None:
    print("No Chromium is here: letting Playwright download its own.", flush=True)
    _run(sys.executable, "-m", "playwright", "install", "chromium")


def _install_debians() -> None:
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Playwright's Chromium can't be had or doesn't start: installing Debian's.", flush=True)
        _run("apt-get", "update", "-qq")
        _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *DEBIAN)


def _run(*command: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(command, check=False, timeout=900, env=environment, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"{command[0]}: {error}", flush=True)


def main() -> int:
    """Print where the Chromium is, or what to install."""
    found = get()
    if found:
        print(f"Chromium for the tests: {found}")
        return 0
    print(
        "The tests need a Chromium and none could be had. Install one, such as Debian's with"
        f" `apt-get install {' '.join(DEBIAN)}`, or say where it is: TIMETRAVEL_CHROMIUM=/path/to/chromium make test",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
